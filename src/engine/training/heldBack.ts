import { mixSeed } from '../samplers/epochs';
import { ClassSampler } from '../samplers/classSampler';
import { MappedSampler } from '../samplers/mappedSampler';
import type { PairList } from '../samplers/pairSampler';
import { PairSampler } from '../samplers/pairSampler';
import { SeededRandom } from '../samplers/random';
import type { Sampler } from '../samplers/sampler';
import { ViewSampler } from '../samplers/viewSampler';
import { Breather } from '../../workspace/breathe';
import type { Alteration, ImageSource } from './images';
import { ByteImages, SubsetImages } from './images';

/** What a run is judged on: images that it never learns from. */
export interface HeldBack {
  readonly images: ImageSource;
  /** In terms of `images`. */
  readonly pairs: PairList;
  /** Batches of `images` for the loss. */
  readonly sampler: Sampler;
}

/** More would make judging slower, not much surer. */
const MOST_IMAGES = 1000;
const MOST_VIEWED = 250;
const MOST_PAIRS = 4000;
/** Fewer pairs than this are all needed for learning. */
const FEWEST_PAIRS = 20;
const PAIRS_SHARE = 0.2;
const LOSS_BATCH = 64;

/** Undefined where there are no two held-back images of one class and two of different ones. */
export function heldBackByLabel(
  images: ImageSource,
  validation: Int32Array,
  labels: Int32Array,
  seed: number,
): HeldBack | undefined {
  const random = new SeededRandom(mixSeed(seed, 0x4e1d));
  const usable = random.shuffle(validation.filter(i => labels[i] >= 0)).subarray(0, MOST_IMAGES);
  const own = Int32Array.from(usable, i => labels[i]);
  const pairs = labelPairs(own, seed);
  if (!pairs) return undefined;
  return { images: new SubsetImages(images, usable), pairs, sampler: classSampler(own, seed) ?? pairSampler(pairs, seed) };
}

function classSampler(labels: Int32Array, seed: number): Sampler | undefined {
  const sizes = new Map<number, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  if ([...sizes.values()].filter(size => size > 1).length < 2) return undefined;
  return new ClassSampler(labels, { seed, batchSize: LOSS_BATCH, classesPerBatch: LOSS_BATCH >> 2 });
}

const pairSampler = (pairs: PairList, seed: number): Sampler =>
  new PairSampler(pairs, Math.min(LOSS_BATCH >> 1, pairs.a.length), seed);

/** As many similar as different pairs. */
function labelPairs(labels: Int32Array, seed: number): PairList | undefined {
  const byLabel = new Map<number, number[]>();
  labels.forEach((label, i) => {
    const list = byLabel.get(label);
    if (list) list.push(i);
    else byLabel.set(label, [i]);
  });
  const classes = [...byLabel.values()];
  const large = classes.filter(list => list.length > 1);
  if (classes.length < 2 || large.length === 0) return undefined;
  const random = new SeededRandom(seed);
  const pick = (list: readonly number[]): number => list[random.integer(list.length)];
  const count = Math.min(MOST_PAIRS, labels.length * 4) & ~1;
  const pairs = emptyPairs(count);
  for (let k = 0; k < count; k += 2) {
    const own = large[random.integer(large.length)];
    pairs.a[k] = pick(own);
    do pairs.b[k] = pick(own);
    while (pairs.b[k] === pairs.a[k]);
    pairs.similar[k] = 1;
    const first = random.integer(classes.length);
    pairs.a[k + 1] = pick(classes[first]);
    pairs.b[k + 1] = pick(classes[(first + 1 + random.integer(classes.length - 1)) % classes.length]);
  }
  return pairs;
}

const emptyPairs = (count: number): PairList => ({
  a: new Int32Array(count),
  b: new Int32Array(count),
  similar: new Uint8Array(count),
});

/** Two altered views of each held-back image, made once; other images' views are the different ones. Undefined with fewer than four images. */
export async function heldBackViews(
  images: ImageSource,
  validation: Int32Array,
  alterations: readonly Alteration[],
  seed: number,
): Promise<HeldBack | undefined> {
  const random = new SeededRandom(mixSeed(seed, 0x71e5));
  const chosen = random.shuffle(validation.slice()).subarray(0, MOST_VIEWED);
  if (chosen.length < 4) return undefined;
  const size = images.shape[0] * images.shape[1] * images.shape[2];
  const bytes = new Uint8Array(chosen.length * 2 * size);
  const view = new Float32Array(size);
  const breather = new Breather();
  for (let k = 0; k < chosen.length * 2; k++) {
    images.read(chosen[k >> 1], view, 0);
    for (const alter of alterations) alter(view, 0, images.shape, random);
    for (let i = 0; i < size; i++) bytes[k * size + i] = Math.round(Math.min(1, Math.max(0, view[i])) * 255);
    await breather.breathe();
  }
  // As many similar as different pairs, as with labels.
  const pairs = emptyPairs(chosen.length * 2);
  for (let k = 0; k < chosen.length; k++) {
    const other = (k + 1 + random.integer(chosen.length - 1)) % chosen.length;
    [pairs.a[2 * k], pairs.b[2 * k], pairs.similar[2 * k]] = [2 * k, 2 * k + 1, 1];
    [pairs.a[2 * k + 1], pairs.b[2 * k + 1]] = [2 * k + random.integer(2), 2 * other + random.integer(2)];
  }
  const inner = new ViewSampler(chosen.length, LOSS_BATCH >> 1, seed);
  const sampler = new MappedSampler(inner, (image, slot) => 2 * image + (slot & 1));
  return { images: new ByteImages(bytes, images.shape), pairs, sampler };
}

/** A person's pairs, some of them set aside. */
export interface PairSplit {
  readonly training: PairList;
  /** Pairs none of whose images is in a training pair; undefined where no such part would hold both kinds of pairs. */
  readonly heldBack?: PairList;
}

/**
 * Sets about a fifth of the pairs aside, by connected parts, so that no picture (nor a near-duplicate, by `groups`) is in pairs of both
 * sides. The same for a seed.
 */
export function splitPairs(pairs: PairList, seed: number, groups?: ArrayLike<number>): PairSplit {
  const count = pairs.a.length;
  if (count < FEWEST_PAIRS) return { training: pairs };
  const parts = connectedParts(pairs, groups);
  const random = new SeededRandom(mixSeed(seed, 0x9a12));
  const order = random.shuffle(parts.map((_, i) => i));
  const wanted = count * PAIRS_SHARE;
  const held = new Set<number>();
  for (const at of order) {
    if (held.size + parts[at].length <= wanted * 1.25) for (const k of parts[at]) held.add(k);
    if (held.size >= wanted) break;
  }
  const [training, heldBack] = [false, true].map(side => chosenPairs(pairs, k => held.has(k) === side));
  const holdsBoth = (list: PairList): boolean => list.similar.includes(0) && list.similar.includes(1);
  const isUseful = holdsBoth(heldBack) && (holdsBoth(training) || !holdsBoth(pairs));
  return isUseful ? { training, heldBack } : { training: pairs };
}

/** The pairs' numbers, by what hangs together. */
function connectedParts(pairs: PairList, groups?: ArrayLike<number>): number[][] {
  const parent = new Map<number, number>();
  const rootOf = (node: number): number => {
    let at = node;
    while (parent.has(at)) at = parent.get(at)!;
    return at;
  };
  const nodeOf = (image: number): number => (groups ? groups[image] : image);
  for (let k = 0; k < pairs.a.length; k++) {
    const [a, b] = [rootOf(nodeOf(pairs.a[k])), rootOf(nodeOf(pairs.b[k]))];
    if (a !== b) parent.set(Math.max(a, b), Math.min(a, b));
  }
  const parts = new Map<number, number[]>();
  for (let k = 0; k < pairs.a.length; k++) {
    const root = rootOf(nodeOf(pairs.a[k]));
    const part = parts.get(root);
    if (part) part.push(k);
    else parts.set(root, [k]);
  }
  return [...parts.values()];
}

/** The pairs that a test lets through. */
export function chosenPairs(pairs: PairList, isChosen: (k: number) => boolean): PairList {
  const kept = [...pairs.a.keys()].filter(isChosen);
  const pick = (list: Int32Array): Int32Array => Int32Array.from(kept, k => list[k]);
  return { a: pick(pairs.a), b: pick(pairs.b), similar: Uint8Array.from(kept, k => pairs.similar[k]) };
}

/** Judged on pairs that were set aside. */
export function heldBackByPairs(images: ImageSource, pairs: PairList, seed: number): HeldBack {
  const used = [...new Set([...pairs.a, ...pairs.b])].sort((x, y) => x - y);
  const place = new Map(used.map((image, i) => [image, i]));
  const own: PairList = { a: pairs.a.map(i => place.get(i)!), b: pairs.b.map(i => place.get(i)!), similar: pairs.similar };
  return { images: new SubsetImages(images, used), pairs: own, sampler: pairSampler(own, seed) };
}
