import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EmbeddedFold } from './outOfFold';

/** What is looked for: the nearest pictures of a picture that carry a label. */
export interface ClassQuery {
  readonly picture: number;
  readonly label: number;
  /** How many members of the class are looked at, evenly spread; Infinity: all. */
  readonly most: number;
}

/** How many are shown beside an image. */
export const SHOWN_NEIGHBOURS = 3;
/** Distances worked out between two turns of the event loop, in numbers multiplied: well under 100 ms. */
const PRODUCTS_PER_TURN = 20_000_000;

/**
 * The nearest pictures of a class, nearest first, as far as their fold's space holds any. A picture's own group of near-duplicates is left
 * out, and of any other group all but the nearest.
 * @param groups of all pictures
 * @param labels of all pictures; −1 for none
 * @returns pictures, one list a query
 */
export async function nearestOfClass(
  spaces: readonly EmbeddedFold[],
  groups: Int32Array,
  labels: Int32Array,
  queries: readonly ClassQuery[],
  signal: AbortSignal,
): Promise<number[][]> {
  const found: number[][] = queries.map(() => []);
  for (const space of spaces) {
    const { images, own, embeddings, size } = space;
    const placeOf = new Map(Array.from(images.subarray(0, own), (picture, place) => [picture, place]));
    const members = membersOf(images, labels);
    let products = 0;
    for (const [at, { picture, label, most }] of queries.entries()) {
      const place = placeOf.get(picture);
      const all = members.get(label);
      if (place === undefined || !all) continue;
      const step = Math.max(1, all.length / most);
      const near: { readonly picture: number; readonly distance: number }[] = [];
      for (let i = 0; i < all.length; i += step) {
        const other = all[Math.floor(i)];
        if (groups[images[other]] === groups[picture]) continue;
        insert(near, { picture: images[other], distance: squaredDistance(embeddings, place, other, size) }, groups);
        products += size;
      }
      found[at] = near.map(each => each.picture);
      if (products < PRODUCTS_PER_TURN) continue;
      products = 0;
      await nextTurn();
      signal.throwIfAborted();
    }
  }
  return found;
}

/** Places of the pictures that carry each label. */
function membersOf(images: Int32Array, labels: Int32Array): Map<number, number[]> {
  const members = new Map<number, number[]>();
  images.forEach((picture, place) => {
    const label = labels[picture];
    if (label < 0) return;
    const own = members.get(label);
    if (own) own.push(place);
    else members.set(label, [place]);
  });
  return members;
}

function squaredDistance(embeddings: Float32Array, a: number, b: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) {
    const difference = embeddings[a * size + i] - embeddings[b * size + i];
    sum += difference * difference;
  }
  return sum;
}

/** Keeps the list sorted, short, and of different groups. */
function insert(
  near: { readonly picture: number; readonly distance: number }[],
  one: { readonly picture: number; readonly distance: number },
  groups: Int32Array,
): void {
  if (near.length === SHOWN_NEIGHBOURS && one.distance >= near[near.length - 1].distance) return;
  const twin = near.findIndex(({ picture }) => groups[picture] === groups[one.picture]);
  if (twin >= 0 && near[twin].distance <= one.distance) return;
  if (twin >= 0) near.splice(twin, 1);
  const at = near.findIndex(({ distance }) => distance > one.distance);
  near.splice(at < 0 ? near.length : at, 0, one);
  if (near.length > SHOWN_NEIGHBOURS) near.pop();
}
