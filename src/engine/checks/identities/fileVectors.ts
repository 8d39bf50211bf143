/** Vectors of some files by one network. */
export class FileVectors {
  readonly #placeOf: ReadonlyMap<number, number>;
  readonly #size: number;

  /** @param files their numbers; @param vectors one after the other, in the same order */
  constructor(
    files: Int32Array,
    private readonly vectors: Float32Array,
  ) {
    this.#placeOf = new Map([...files].map((file, place) => [file, place]));
    this.#size = vectors.length / Math.max(1, files.length);
  }

  of(file: number): Float32Array {
    const at = this.#placeOf.get(file)! * this.#size;
    return this.vectors.subarray(at, at + this.#size);
  }

  /** One after the other. */
  ofAll(files: Int32Array): Float32Array {
    const result = new Float32Array(files.length * this.#size);
    files.forEach((file, k) => result.set(this.of(file), k * this.#size));
    return result;
  }
}
