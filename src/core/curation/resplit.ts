import { seededRandom } from '../labeling/random';
import { freePlace, SplitPlaces } from './splitPlaces';

export interface ResplitImage {
  /** Below the root, with `/`. */
  readonly path: string;
  readonly label?: string;
  readonly split?: string;
}

export interface ResplitInput {
  readonly images: readonly ResplitImage[];
  /** Sets of images, as indices, that must not straddle splits; may overlap. */
  readonly together: readonly (readonly number[])[];
  /** Split → share, in the order in which they are listed; shares add up to 1. */
  readonly shares: Readonly<Record<string, number>>;
  readonly seed: number;
}

export interface Resplit {
  /** By image. */
  readonly splits: readonly string[];
  /** The images that move, with their new places: free ones. */
  readonly moves: readonly { readonly image: number; readonly to: string }[];
}

/**
 * Deals images to splits by class. Sets that belong together are dealt as one, largest first, each to the split that lacks most of its classes
 * relative to what it should have; then the images that stand alone, which fill what is missing. Among equals the draw decides, and
 * where an image fits as well where it is, it stays. The same seed gives the same splits.
 */
export function resplit({ images, together, shares, seed }: ResplitInput): Resplit {
  const names = Object.keys(shares);
  const units = unitsOf(images.length, together);
  const random = seededRandom(seed);
  const order = units
    .map(unit => ({ unit, draw: random() }))
    .sort((a, b) => b.unit.length - a.unit.length || a.draw - b.draw)
    .map(({ unit }) => unit);

  const labelOf = (image: number): string => images[image].label ?? '';
  const totals = new Map<string, number>();
  for (let i = 0; i < images.length; i++) totals.set(labelOf(i), (totals.get(labelOf(i)) ?? 0) + 1);
  const dealt = new Map(names.map(name => [name, new Map<string, number>()]));
  const sizes = new Map(names.map(name => [name, 0]));
  const splits = new Array<string>(images.length);
  for (const unit of order) {
    const counts = new Map<string, number>();
    for (const image of unit) counts.set(labelOf(image), (counts.get(labelOf(image)) ?? 0) + 1);
    const lackOf = (name: string): number => {
      let lack = 0;
      for (const [label, count] of counts) {
        const wanted = shares[name] * totals.get(label)!;
        lack += (count * (wanted - (dealt.get(name)!.get(label) ?? 0))) / Math.max(wanted, 1e-9);
      }
      return shares[name] === 0 ? -Infinity : lack / unit.length;
    };
    const lackAltogether = (name: string): number => shares[name] * images.length - sizes.get(name)!;
    const own = images[unit[0]].split;
    const [best] = [...names].sort(
      (a, b) =>
        differ(lackOf(b), lackOf(a)) || differ(lackAltogether(b), lackAltogether(a)) || Number(b === own) - Number(a === own),
    );
    for (const image of unit) splits[image] = best;
    for (const [label, count] of counts) dealt.get(best)!.set(label, (dealt.get(best)!.get(label) ?? 0) + count);
    sizes.set(best, sizes.get(best)! + unit.length);
  }
  return { splits, moves: movesOf(images, splits) };
}

/** Rounding makes no difference. */
const differ = (a: number, b: number): number => (Math.abs(a - b) < 1e-9 || a === b ? 0 : a - b);

function movesOf(images: readonly ResplitImage[], splits: readonly string[]): { image: number; to: string }[] {
  const places = new SplitPlaces(images.map(({ path }) => path));
  // Places that others leave count as taken: whether they do leave shows only later.
  const taken = new Set(images.map(({ path }) => path));
  const moves: { image: number; to: string }[] = [];
  for (const [image, { path, split }] of images.entries()) {
    if (split === splits[image]) continue;
    const to = freePlace(places.placeOf(path, splits[image]), place => taken.has(place));
    if (to === path) continue;
    taken.add(to);
    moves.push({ image, to });
  }
  return moves;
}

/** Sets that share an image are one. In the order of their first images; images in none stand alone. */
export function unitsOf(count: number, together: readonly (readonly number[])[]): number[][] {
  const parents = Uint32Array.from({ length: count }, (_, i) => i);
  const find = (item: number): number => {
    while (parents[item] !== item) {
      parents[item] = parents[parents[item]];
      item = parents[item];
    }
    return item;
  };
  for (const set of together) {
    for (const item of set) {
      const [a, b] = [find(set[0]), find(item)];
      // The earlier stands for both, so that the order never depends on how they were joined.
      parents[Math.max(a, b)] = Math.min(a, b);
    }
  }
  const units = new Map<number, number[]>();
  for (let item = 0; item < count; item++) {
    const top = find(item);
    const unit = units.get(top);
    if (unit) unit.push(item);
    else units.set(top, [item]);
  }
  return [...units.values()];
}

/** One line of the table before and after: how many images of a class each split holds. */
export interface SplitCount {
  readonly label: string;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** Counts by class; the first line, with an empty label, is of all. `names`: the splits, then whatever else images are in now. */
export function countSplits(
  images: readonly ResplitImage[],
  after: readonly string[],
  wanted: readonly string[],
): { readonly names: readonly string[]; readonly rows: readonly SplitCount[] } {
  const others = [...new Set(images.map(({ split }) => split ?? ''))].filter(split => !wanted.includes(split)).sort();
  const names = [...wanted, ...others];
  const rows = new Map<string, { before: number[]; after: number[] }>();
  const rowOf = (label: string): { before: number[]; after: number[] } => {
    let row = rows.get(label);
    if (!row) rows.set(label, (row = { before: names.map(() => 0), after: names.map(() => 0) }));
    return row;
  };
  rowOf('');
  for (const [i, { label, split }] of images.entries()) {
    for (const key of label === undefined ? [''] : ['', label]) {
      rowOf(key).before[names.indexOf(split ?? '')]++;
      rowOf(key).after[names.indexOf(after[i])]++;
    }
  }
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { names, rows: sorted.map(([label, row]) => ({ label, ...row })) };
}
