import { SIGNATURE_BYTES } from './layout';

/** Rows in one chunk of shared memory: about 15 MB a chunk. */
export const ROWS_PER_CHUNK = 4096;

/** What a worker thread needs to read the same table: shared memory, not a copy. */
export interface SharedSignatures {
  readonly chunks: readonly SharedArrayBuffer[];
  readonly length: number;
}

/**
 * Signatures by row number in growing chunks of shared memory. Rows are never moved: a removed picture's row is marked dead
 * and given to the next picture added.
 */
export class SignatureTable {
  readonly #chunks: SharedArrayBuffer[] = [];
  readonly #numbers: Int8Array[] = [];
  readonly #dead = new Set<number>();
  #length = 0;

  /** Row numbers are below this; dead rows count. */
  get length(): number {
    return this.#length;
  }

  /** Pictures in the table. */
  get liveCount(): number {
    return this.#length - this.#dead.size;
  }

  /** Copies a signature in and returns its row. @throws RangeError when it is not `SIGNATURE_BYTES` long. */
  add(signature: Uint8Array): number {
    if (signature.length !== SIGNATURE_BYTES) {
      throw new RangeError(`a signature has ${SIGNATURE_BYTES} bytes, not ${signature.length}`);
    }
    const reused = this.#dead.values().next();
    const row = reused.done ? this.#length++ : reused.value;
    this.#dead.delete(row);
    if (row >= this.#chunks.length * ROWS_PER_CHUNK) {
      const chunk = new SharedArrayBuffer(ROWS_PER_CHUNK * SIGNATURE_BYTES);
      this.#chunks.push(chunk);
      this.#numbers.push(new Int8Array(chunk));
    }
    this.get(row).set(signature);
    return row;
  }

  /** The signed bytes that hold a row among others, from {@link startOf} on. For loops: a view of each row takes longer than reading it. */
  numbersWith(row: number): Int8Array {
    if (!(row >= 0 && row < this.#length)) throw new RangeError(`no row ${row} of ${this.#length}`);
    return this.#numbers[Math.floor(row / ROWS_PER_CHUNK)];
  }

  startOf(row: number): number {
    return (row % ROWS_PER_CHUNK) * SIGNATURE_BYTES;
  }

  /** The bytes of a row, in place (a view, not a copy). */
  get(row: number): Uint8Array {
    return signatureAt(this.#chunks, this.#length, row);
  }

  remove(row: number): void {
    if (row < 0 || row >= this.#length) throw new RangeError(`no row ${row}`);
    this.#dead.add(row);
  }

  isLive(row: number): boolean {
    return row >= 0 && row < this.#length && !this.#dead.has(row);
  }

  liveRows(): Uint32Array {
    const rows = new Uint32Array(this.liveCount);
    let count = 0;
    for (let row = 0; row < this.#length; row++) if (!this.#dead.has(row)) rows[count++] = row;
    return rows;
  }

  /** The shared memory behind the table; valid until the next `add`. */
  share(): SharedSignatures {
    return { chunks: [...this.#chunks], length: this.#length };
  }
}

/** The bytes of a row in shared chunks. @throws RangeError for a row that is not there. */
export function signatureAt(chunks: readonly SharedArrayBuffer[], length: number, row: number): Uint8Array {
  if (!(row >= 0 && row < length)) throw new RangeError(`no row ${row} of ${length}`);
  const chunk = chunks[Math.floor(row / ROWS_PER_CHUNK)];
  return new Uint8Array(chunk, (row % ROWS_PER_CHUNK) * SIGNATURE_BYTES, SIGNATURE_BYTES);
}
