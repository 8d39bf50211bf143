/**
 * How similar the last of each picture's nearest is: what another picture must reach to be listed. A picture has several lists (one a
 * transform, one of embeddings); in one that is not full, whatever is similar enough at all is listed, and its floor is −Infinity.
 * By row number of a signature table.
 */
export class ListFloors {
  readonly #floors: Float32Array[] = [];

  constructor(readonly listCount: number) {}

  /** Undefined for a row whose lists were never made. A view, not a copy. */
  of(row: number): Float32Array | undefined {
    return this.#floors[row];
  }

  set(row: number, floors: Float32Array): void {
    if (floors.length !== this.listCount) throw new RangeError(`a picture has ${this.listCount} lists, not ${floors.length}`);
    this.#floors[row] = floors;
  }

  setOne(row: number, list: number, floor: number): void {
    (this.#floors[row] ??= new Float32Array(this.listCount).fill(-Infinity))[list] = floor;
  }
}
