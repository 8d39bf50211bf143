import type { ImageRecord } from '../../core/dataset/image';
import { folderOf } from '../../core/dataset/paths';
import { compareKeep } from '../../core/groups/keepOrder';
import { scopeAllows } from '../../core/groups/pairScope';
import type { PairColumns } from '../../core/pairs/pairColumns';
import type { PairScope, ScanSettings } from '../../core/settings/scanSettings';
import { inverseTransform, TRANSFORM_NONE, transformsOf } from '../descriptor/transforms';

/** One pair of different contents; `a < b` as strings, `transform` turns `b` to match `a`. */
export interface ContentPair {
  readonly a: string;
  readonly b: string;
  readonly distance: number;
  readonly transform: number;
}

/** Near pairs between contents, whichever files hold them. Columns, like the image pairs made from them. */
export class ContentPairs {
  readonly #contents: string[] = [];
  readonly #numberOf = new Map<string, number>();
  readonly #a: number[] = [];
  readonly #b: number[] = [];
  readonly #distance: number[] = [];
  readonly #transform: number[] = [];

  get length(): number {
    return this.#a.length;
  }

  /** @param transform turns the second to match the first */
  add(first: string, second: string, distance: number, transform: number): void {
    const inOrder = first < second;
    this.#a.push(this.#number(inOrder ? first : second));
    this.#b.push(this.#number(inOrder ? second : first));
    this.#distance.push(Math.fround(distance));
    this.#transform.push(inOrder ? transform : inverseTransform(transform));
  }

  at(index: number): ContentPair {
    return {
      a: this.#contents[this.#a[index]],
      b: this.#contents[this.#b[index]],
      distance: this.#distance[index],
      transform: this.#transform[index],
    };
  }

  /** The columns themselves; `a` and `b` are numbers of `contents`. */
  get columns(): {
    readonly contents: readonly string[];
    readonly a: readonly number[];
    readonly b: readonly number[];
    readonly distance: readonly number[];
    readonly transform: readonly number[];
  } {
    return { contents: this.#contents, a: this.#a, b: this.#b, distance: this.#distance, transform: this.#transform };
  }

  /** Adds those of another list whose contents are both wanted. */
  addAll(others: ContentPairs, wanted: (content: string) => boolean): void {
    const keep = others.#contents.map(wanted);
    for (let i = 0; i < others.length; i++) {
      if (!keep[others.#a[i]] || !keep[others.#b[i]]) continue;
      const { a, b, distance, transform } = others.at(i);
      this.add(a, b, distance, transform);
    }
  }

  #number(content: string): number {
    let number = this.#numberOf.get(content);
    if (number === undefined) {
      number = this.#contents.length;
      this.#contents.push(content);
      this.#numberOf.set(content, number);
    }
    return number;
  }
}

/** The images that hold each content, the one to keep first. Other names of the same file and images with a problem are left out. */
export const placesOf = (images: readonly ImageRecord[], standIn: Uint32Array): Map<string, number[]> => {
  const places = new Map<string, number[]>();
  for (const image of images) {
    if (image.problem !== undefined || image.content === '' || standIn[image.index] !== image.index) continue;
    const same = places.get(image.content);
    if (same === undefined) places.set(image.content, [image.index]);
    else same.push(image.index);
  }
  for (const same of places.values()) if (same.length > 1) same.sort((x, y) => compareKeep(images[x], images[y]));
  return places;
};

/**
 * The pair table: for each pair of contents, the first two images in keep order that the scopes let a scan compare, sorted as
 * {@link PairColumns} are. Contents whose images may not be compared give no row.
 * @param settings one a root
 */
export const imagePairs = (
  pairs: ContentPairs,
  images: readonly ImageRecord[],
  places: ReadonlyMap<string, readonly number[]>,
  settings: readonly Pick<ScanSettings, 'pairs' | 'mirrors' | 'turns'>[],
): PairColumns => {
  const scopes = settings.map(({ pairs: scope }) => scope);
  const leaders = leadersOf(places, images, scopes);
  // Columns from the start: 200,000 rows as objects take three times as long.
  const a = new Uint32Array(pairs.length);
  const b = new Uint32Array(pairs.length);
  const distance = new Float32Array(pairs.length);
  const transform = new Uint8Array(pairs.length);
  let count = 0;
  const columns = pairs.columns;
  const leadersOfNumber = columns.contents.map(content => leaders.get(content) ?? []);
  for (let i = 0; i < pairs.length; i++) {
    const chosen = firstAllowed(leadersOfNumber[columns.a[i]], leadersOfNumber[columns.b[i]], images, scopes);
    if (!chosen) continue;
    const turned = columns.transform[i];
    const [first, second] = chosen;
    if (turned !== TRANSFORM_NONE && !transformAllowed(turned, settings[images[first].root], settings[images[second].root])) {
      continue;
    }
    a[count] = Math.min(first, second);
    b[count] = Math.max(first, second);
    distance[count] = columns.distance[i];
    transform[count] = first < second ? turned : inverseTransform(turned);
    count++;
  }
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  order.sort((x, y) => distance[x] - distance[y] || a[x] - a[y] || b[x] - b[y]);
  return {
    a: Uint32Array.from(order, i => a[i]),
    b: Uint32Array.from(order, i => b[i]),
    distance: Float32Array.from(order, i => distance[i]),
    transform: Uint8Array.from(order, i => transform[i]),
  };
};

type TransformSettings = Pick<ScanSettings, 'mirrors' | 'turns'>;

/** Where roots have different settings, what either of a pair's roots asks for counts. */
const transformAllowed = (transform: number, a: TransformSettings, b: TransformSettings): boolean =>
  transformsOf({ mirrors: a.mirrors || b.mirrors, turns: a.turns || b.turns }).includes(transform);

/** Scopes ask for folders and references only, so the first image of each is choice enough, however many copies there are. */
const leadersOf = (
  places: ReadonlyMap<string, readonly number[]>,
  images: readonly ImageRecord[],
  scopes: readonly PairScope[],
): ReadonlyMap<string, readonly number[]> => {
  const isPlain = scopes.every(scope => scope === 'all') && !images.some(image => image.reference);
  const leaders = new Map<string, readonly number[]>();
  for (const [content, indices] of places) {
    const seen = new Set<string>();
    const isFirst = (index: number): boolean => {
      const { root, path, reference } = images[index];
      const key = `${root}\0${reference === true}\0${folderOf(path)}`;
      return !seen.has(key) && Boolean(seen.add(key));
    };
    leaders.set(content, indices.length === 1 ? indices : isPlain ? indices.slice(0, 1) : indices.filter(isFirst));
  }
  return leaders;
};

const firstAllowed = (
  first: readonly number[],
  second: readonly number[],
  images: readonly ImageRecord[],
  scopes: readonly PairScope[],
): readonly [number, number] | undefined => {
  for (const x of first) for (const y of second) if (scopeAllows(images[x], images[y], scopes)) return [x, y];
  return undefined;
};
