/**
 * How similar the last of each picture's nearest is: what another picture must reach to be listed. A picture has several lists (one a
 * transform, one of embeddings); in one that is not full, whatever is similar enough at all is listed, and its floor is −Infinity.
 * By row number of a signature table.
 */
export class ListFloors {
  /** Row after row; those that were not set are −Infinity. */
  #floors = new Float32Array(0);
  #isSet = new Uint8Array(0);

  constructor(readonly listCount: number) {}

  /** Undefined for a row whose lists were never made. A view, not a copy, until floors of a later row are set. */
  of(row: number): Float32Array | undefined {
    return this.#isSet[row] ? this.#floors.subarray(row * this.listCount, (row + 1) * this.listCount) : undefined;
  }

  /** −Infinity also for a row whose lists were never made. */
  at(row: number, list: number): number {
    return row < this.#isSet.length ? this.#floors[row * this.listCount + list] : -Infinity;
  }

  set(row: number, floors: Float32Array): void {
    if (floors.length !== this.listCount) throw new RangeError(`a picture has ${this.listCount} lists, not ${floors.length}`);
    this.#reach(row);
    for (let list = 0; list < floors.length; list++) this.#floors[row * this.listCount + list] = floors[list];
  }

  setOne(row: number, list: number, floor: number): void {
    this.#reach(row);
    this.#floors[row * this.listCount + list] = floor;
  }

  #reach(row: number): void {
    if (row >= this.#isSet.length) {
      const isSet = new Uint8Array(Math.max(1024, 2 * row));
      const floors = new Float32Array(isSet.length * this.listCount).fill(-Infinity);
      isSet.set(this.#isSet);
      floors.set(this.#floors);
      [this.#isSet, this.#floors] = [isSet, floors];
    }
    this.#isSet[row] = 1;
  }
}
