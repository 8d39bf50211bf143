import type { JudgedPairs } from '../../core/metrics/pairSample';
import type { PairList } from '../samplers/pairSampler';
import { SeededRandom } from '../samplers/random';

/** Pairs of each kind that a judgement draws at most: intervals are about a percent wide then. */
const MOST_OF_A_KIND = 5000;
/** Images that are looked up for recall@k. */
const MOST_QUERIES = 500;

/** All pairs of labelled images, counted. */
export interface PairCounts {
  readonly similar: number;
  readonly different: number;
}

export function pairCounts(labels: ArrayLike<number>): PairCounts {
  const sizes = new Map<number, number>();
  let labelled = 0;
  for (const label of Array.from(labels)) {
    if (label < 0) continue;
    labelled++;
    sizes.set(label, (sizes.get(label) ?? 0) + 1);
  }
  const similar = [...sizes.values()].reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
  return { similar, different: (labelled * (labelled - 1)) / 2 - similar };
}

/**
 * As many similar as different pairs of labelled images, drawn without replacement, each pair of a kind as probable as any other: all
 * of the rarer kind where they are few. A class counts by its pairs, so that what is told holds for pairs of the data set.
 *
 * @param labels a class number per image, −1 for none; there must be pairs of both kinds
 */
export function drawPairs(labels: ArrayLike<number>, seed: number): PairList {
  const random = new SeededRandom(seed);
  const { similar, different } = pairCounts(labels);
  const each = Math.min(MOST_OF_A_KIND, similar, different);
  const members = Array.from(labels, (_, i) => i).filter(i => labels[i] >= 0);
  const all = classesOf(members, labels);
  const classes = all.filter(list => list.length > 1);
  const ends: number[] = [];
  for (const { length } of classes) ends.push((ends.at(-1) ?? 0) + (length * (length - 1)) / 2);
  const ofOneClass = (): [number, number] => {
    const at = random.integer(similar);
    return twoOf(classes[ends.findIndex(end => at < end)], random);
  };
  const found = [
    ...distinct(each, similar, ofOneClass, () => classes.flatMap(allPairsOf)),
    ...distinct(
      each,
      different,
      () => {
        for (;;) {
          const pair = twoOf(members, random);
          if (labels[pair[0]] !== labels[pair[1]]) return pair;
        }
      },
      () => all.flatMap((list, i) => all.slice(i + 1).flatMap(other => crossPairs(list, other))),
    ),
  ];
  return {
    a: Int32Array.from(found, ([a]) => a),
    b: Int32Array.from(found, ([, b]) => b),
    similar: Uint8Array.from(found, ([a, b]) => Number(labels[a] === labels[b])),
  };

  function distinct(
    count: number,
    there: number,
    draw: () => [number, number],
    list: () => [number, number][],
  ): [number, number][] {
    // Where most of them are wanted, drawing would meet the same ones again and again.
    if (count * 2 > there) return shuffled(list(), random).slice(0, count);
    const pairs = new Map<number, [number, number]>();
    while (pairs.size < count) {
      const [a, b] = draw();
      pairs.set(Math.min(a, b) * labels.length + Math.max(a, b), [a, b]);
    }
    return [...pairs.values()];
  }
}

function twoOf(list: readonly number[], random: SeededRandom): [number, number] {
  const first = random.integer(list.length);
  const second = (first + 1 + random.integer(list.length - 1)) % list.length;
  return [list[first], list[second]];
}

function classesOf(members: readonly number[], labels: ArrayLike<number>): number[][] {
  const byClass = new Map<number, number[]>();
  for (const i of members) {
    const list = byClass.get(labels[i]);
    if (list) list.push(i);
    else byClass.set(labels[i], [i]);
  }
  return [...byClass.values()];
}

const crossPairs = (list: readonly number[], other: readonly number[]): [number, number][] =>
  list.flatMap(a => other.map((b): [number, number] => [a, b]));

const allPairsOf = (list: readonly number[]): [number, number][] =>
  list.flatMap((a, i) => list.slice(i + 1).map((b): [number, number] => [a, b]));

function shuffled<T>(list: readonly T[], random: SeededRandom): T[] {
  return Array.from(random.shuffle(Int32Array.from(list, (_, i) => i)), i => list[i]);
}

/** @param distanceOf of two images by number */
export const judged = ({ a, b, similar }: PairList, distanceOf: (a: number, b: number) => number): JudgedPairs => ({
  a,
  b,
  similar,
  distance: Float32Array.from(a, (image, k) => distanceOf(image, b[k])),
});

/**
 * The share of images with one of their class among the k nearest labelled images, of those whose class has another image; so many of
 * them as {@link MOST_QUERIES}, drawn at random.
 */
export async function recallAt(
  ks: readonly number[],
  labels: ArrayLike<number>,
  distanceOf: (a: number, b: number) => number,
  seed: number,
  breathe: () => Promise<void>,
): Promise<{ readonly k: number; readonly value: number }[]> {
  const members = Array.from(labels, (_, i) => i).filter(i => labels[i] >= 0);
  const sizes = new Map<number, number>();
  for (const i of members) sizes.set(labels[i], (sizes.get(labels[i]) ?? 0) + 1);
  const usable = members.filter(i => (sizes.get(labels[i]) ?? 0) > 1);
  const queries = new SeededRandom(seed).shuffle(Int32Array.from(usable)).subarray(0, MOST_QUERIES);
  const hits = ks.map(() => 0);
  for (const query of queries) {
    await breathe();
    let nearestOwn = Infinity;
    const others: number[] = [];
    for (const other of members) {
      if (other === query) continue;
      const distance = distanceOf(query, other);
      if (labels[other] === labels[query]) nearestOwn = Math.min(nearestOwn, distance);
      else others.push(distance);
    }
    // Of equal distances the other class is taken to come first: embeddings that are all alike recall nothing.
    const rank = others.reduce((before, distance) => before + Number(distance <= nearestOwn), 0);
    ks.forEach((k, i) => (hits[i] += Number(rank < k)));
  }
  return ks.map((k, i) => ({ k, value: queries.length > 0 ? hits[i] / queries.length : 0 }));
}
