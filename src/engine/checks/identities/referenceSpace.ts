/** References of identities as one network sees them. */
export interface ReferenceVectors {
  /** Numbers of a vector; vectors have length 1. */
  readonly size: number;
  /** References × size. */
  readonly vectors: Float32Array;
  /** The identity's number of each reference. */
  readonly identities: Int32Array;
  /** How many identities there are. */
  readonly count: number;
}

interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * Distances of files to identities: the mean cosine distance to the identity's references. Where it counts they are set against what the file has to
 * other identities and what the identity has to the references of others, both in standard deviations and both the same: some drawings are near to
 * everything (Auckenthaler, Carey and Lloyd-Thomas, "Score normalization for text-independent speaker verification systems", 2000, zero and
 * test normalization).
 */
export class ReferenceSpace {
  readonly #sums: Float64Array;
  readonly #counts: Int32Array;
  readonly #ofIdentity: (Moments | undefined)[];

  /** @param cohort the identities that the network had not seen: what is foreign looks as they do */
  constructor(
    private readonly references: ReferenceVectors,
    private readonly cohort: readonly number[],
  ) {
    const { size, vectors, identities, count } = references;
    this.#sums = new Float64Array(count * size);
    this.#counts = new Int32Array(count);
    identities.forEach((identity, r) => {
      this.#counts[identity]++;
      for (let d = 0; d < size; d++) this.#sums[identity * size + d] += vectors[r * size + d];
    });
    this.#ofIdentity = new Array<Moments | undefined>(count);
  }

  /** How many references an identity has, one of its files aside. @param left the number of that reference, or −1 */
  referencesFor(identity: number, left = -1): number {
    return this.#counts[identity] - Number(left >= 0);
  }

  /** The mean cosine distance, 0…2. @param left the reference, of this identity, that is left out, or −1 */
  distance(vector: Float32Array, identity: number, left = -1): number {
    const { size, vectors } = this.references;
    let product = 0;
    for (let d = 0, at = identity * size; d < size; d++, at++) product += vector[d] * this.#sums[at];
    if (left >= 0) for (let d = 0, at = left * size; d < size; d++, at++) product -= vector[d] * vectors[at];
    return 1 - product / this.referencesFor(identity, left);
  }

  /** Distances of a file to the cohort, to set its other distances against. @param own the file's identity, which is no stranger */
  strangersOf(vector: Float32Array, own: number): readonly { readonly identity: number; readonly distance: number }[] {
    return this.cohort
      .filter(each => each !== own && this.#counts[each] > 0)
      .map(identity => ({ identity, distance: this.distance(vector, identity) }));
  }

  /** A distance in standard deviations, seen from the file and from the identity. 0 = as far as strangers are on average. */
  standing(distance: number, ofFile: Moments, identity: number): number {
    const ofIdentity = (this.#ofIdentity[identity] ??= this.#momentsOfIdentity(identity));
    return ((distance - ofFile.mean) / ofFile.deviation + (distance - ofIdentity.mean) / ofIdentity.deviation) / 2;
  }

  #momentsOfIdentity(identity: number): Moments {
    const { size, vectors, identities } = this.references;
    const members = new Set(this.cohort);
    const distances: number[] = [];
    identities.forEach((other, r) => {
      if (other !== identity && members.has(other)) {
        distances.push(this.distance(vectors.subarray(r * size, (r + 1) * size), identity));
      }
    });
    return momentsOf(distances);
  }
}

export function momentsOf(values: readonly number[]): Moments {
  if (values.length === 0) return { mean: 1, deviation: 1 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(Math.max(variance, 1e-6)) };
}
