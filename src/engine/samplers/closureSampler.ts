import { trainingMessages as messages } from '../../core/training/messages';
import { Epochs } from './epochs';
import type { PairList } from './pairSampler';
import type { Batch, Sampler } from './sampler';
import { NothingToLearnError } from './sampler';

/** What follows from a person's pairs. */
export interface Closure {
  /** Every image of a pair, ascending. */
  readonly images: Int32Array;
  /** By place in `images`: the number of the group that similar pairs join. */
  readonly groupOf: Int32Array;
  readonly sizes: Int32Array;
  /** Whether two groups have a pair of theirs called different. */
  isApart(one: number, other: number): boolean;
}

/**
 * "Similar" is taken for transitive: A = B and B = C make A = C, and with C ≠ D also A ≠ D. A group that a `different` pair runs through
 * (a burst drifts) contradicts that: its pairs count by themselves only, and nothing follows from them.
 */
export function closureOf({ a, b, similar }: PairList): Closure {
  const images = Int32Array.from(new Set([...a, ...b])).sort();
  const placeOf = new Map(Array.from(images, (image, place) => [image, place]));
  const parent = Int32Array.from(images.keys());
  const rootOf = (place: number): number => {
    while (parent[place] !== place) place = parent[place];
    return place;
  };
  const ends = Array.from(a, (image, k) => [placeOf.get(image)!, placeOf.get(b[k])!] as const);
  ends.forEach(([x, y], k) => {
    if (similar[k]) parent[Math.max(rootOf(x), rootOf(y))] = Math.min(rootOf(x), rootOf(y));
  });
  const numbers = new Map<number, number>();
  const groupOf = images.map((_, place) => {
    const root = rootOf(place);
    if (!numbers.has(root)) numbers.set(root, numbers.size);
    return numbers.get(root)!;
  });
  const sizes = new Int32Array(numbers.size);
  for (const group of groupOf) sizes[group]++;
  const apart = new Set<number>();
  const keyOf = (one: number, other: number): number => Math.min(one, other) * sizes.length + Math.max(one, other);
  ends.forEach(([x, y], k) => {
    if (!similar[k]) apart.add(keyOf(groupOf[x], groupOf[y]));
  });
  return { images, groupOf, sizes, isApart: (one, other) => apart.has(keyOf(one, other)) };
}

/** All pairs that are known, with what follows from them. */
export function closedPairs(pairs: PairList): PairList {
  const { images, groupOf, isApart } = closureOf(pairs);
  const placeOf = new Map(Array.from(images, (image, place) => [image, place]));
  const keyOf = (x: number, y: number): number => Math.min(x, y) * images.length + Math.max(x, y);
  const direct = new Map(Array.from(pairs.a, (a, k) => [keyOf(placeOf.get(a)!, placeOf.get(pairs.b[k])!), pairs.similar[k]]));
  const known: (readonly [number, number, number])[] = [];
  for (let x = 0; x < images.length; x++) {
    for (let y = x + 1; y < images.length; y++) {
      const isOneGroup = groupOf[x] === groupOf[y];
      const said = direct.get(keyOf(x, y));
      const isDifferent = isApart(groupOf[x], groupOf[y]);
      if (said !== undefined) known.push([images[x], images[y], said]);
      else if (isOneGroup !== isDifferent) known.push([images[x], images[y], Number(isOneGroup)]);
    }
  }
  const column = (c: 0 | 1): Int32Array => Int32Array.from(known, pair => pair[c]);
  return { a: column(0), b: column(1), similar: Uint8Array.from(known, pair => pair[2]) };
}

/**
 * A person's pairs and what follows from them, all images of a batch against all. Half of the weight is on similar pairs; a group of n
 * counts √n times as much as one pair, not n² times.
 */
export class ClosureSampler implements Sampler {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly #images: Int32Array;
  readonly #order: Epochs;
  /** For places x < y of `#images`: > 0 similar, < 0 different. */
  readonly #weight = new Map<number, number>();

  /** @throws NothingToLearnError without pairs, or without a similar one. */
  constructor(pairs: PairList, imagesPerBatch: number, seed: number) {
    if (pairs.a.length === 0) throw new NothingToLearnError(messages.noPairs);
    if (!pairs.similar.includes(1)) throw new NothingToLearnError(messages.noSimilarPair);
    const { images, groupOf, sizes } = closureOf(pairs);
    this.#images = images;
    this.batchSize = Math.min(imagesPerBatch, images.length);
    this.stepsPerEpoch = Math.ceil(images.length / this.batchSize);
    this.#order = new Epochs(images.length, seed);
    const placeOf = new Map(Array.from(images, (image, place) => [image, place]));
    const closed = closedPairs(pairs);
    closed.a.forEach((a, k) => {
      const [x, y] = [placeOf.get(a)!, placeOf.get(closed.b[k])!];
      const weight = 1 / Math.sqrt(Math.max(sizes[groupOf[x]], sizes[groupOf[y]]));
      this.#weight.set(Math.min(x, y) * images.length + Math.max(x, y), closed.similar[k] ? weight : -weight);
    });
  }

  batch(step: number): Batch {
    const n = this.batchSize;
    const places = Int32Array.from({ length: n }, (_, slot) => this.#order.at(step * n + slot));
    const similar = new Float32Array(n * n);
    const different = new Float32Array(n * n);
    const totals = [0, 0];
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const [x, y] = [Math.min(places[i], places[j]), Math.max(places[i], places[j])];
        const weight = this.#weight.get(x * this.#images.length + y) ?? 0;
        if (weight > 0) similar[i * n + j] = weight;
        else different[i * n + j] = -weight;
        totals[Number(weight > 0)] += Math.abs(weight);
      }
    }
    for (let k = 0; k < n * n; k++) {
      if (similar[k] > 0) similar[k] *= 0.5 / totals[1];
      if (different[k] > 0) different[k] *= 0.5 / totals[0];
    }
    return { images: places.map(place => this.#images[place]), similar, different };
  }
}
