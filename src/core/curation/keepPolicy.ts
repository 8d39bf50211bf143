import type { ImageRecord } from '../dataset/image';
import { compareKeep } from '../groups/keepOrder';

/** What may decide which image of a group is kept. `default`: the order that findings go by (core/groups/keepOrder.ts). */
export const keepPolicies = [
  'protected',
  'largest',
  'sharpest',
  'oldest',
  'newest',
  'best-format',
  'in-train',
  'has-label',
  'has-caption',
  'central',
] as const;
export type KeepPolicy = (typeof keepPolicies)[number];

/** What policies ask of an image that its record does not tell. */
export interface KeepFacts {
  isProtected(image: ImageRecord): boolean;
  hasCaption(image: ImageRecord): boolean;
  /** Undefined where it was not measured; then it decides nothing. */
  sharpness(image: ImageRecord): number | undefined;
  /** How near its class's centre it is, higher = nearer; undefined where nobody knows. */
  centrality(image: ImageRecord): number | undefined;
}

/** How much a format loses: vector, lossless, usually lossy, lossy, 256 colours, unknown. */
const formatLoss: Readonly<Record<string, number>> = { svg: 0, tiff: 1, png: 1, bmp: 1, webp: 2, avif: 2, jpeg: 3, gif: 4 };

type Compare = (a: ImageRecord, b: ImageRecord, facts: KeepFacts) => number;
const first =
  (is: (image: ImageRecord, facts: KeepFacts) => boolean): Compare =>
  (a, b, facts) =>
    Number(is(b, facts)) - Number(is(a, facts));

const most =
  (measure: (image: ImageRecord, facts: KeepFacts) => number | undefined): Compare =>
  (a, b, facts) => {
    const [x, y] = [measure(a, facts), measure(b, facts)];
    return x === undefined || y === undefined ? 0 : y - x;
  };

const comparisons: Readonly<Record<KeepPolicy, Compare>> = {
  protected: first((image, facts) => facts.isProtected(image)),
  largest: (a, b) => b.width * b.height - a.width * a.height,
  sharpest: most((image, { sharpness }) => sharpness(image)),
  oldest: (a, b) => a.modifiedMs - b.modifiedMs,
  newest: (a, b) => b.modifiedMs - a.modifiedMs,
  'best-format': (a, b) => (formatLoss[a.format] ?? 5) - (formatLoss[b.format] ?? 5),
  'in-train': first(image => image.split === 'train'),
  'has-label': first(image => image.label !== undefined),
  'has-caption': first((image, facts) => facts.hasCaption(image)),
  central: most((image, { centrality }) => centrality(image)),
};

/** One group of near-duplicates, decided. */
export interface KeepDecision {
  readonly keep: ImageRecord;
  /** Within the threshold of the kept one themselves, not protected, no references. */
  readonly trash: readonly ImageRecord[];
  /** The others of the group. */
  readonly stay: readonly ImageRecord[];
}

export interface KeepInput {
  readonly images: readonly ImageRecord[];
  readonly groups: readonly (readonly number[])[];
  /** Two indices a pair, all within the threshold. */
  readonly pairs: Uint32Array;
}

/**
 * Which image of each group is kept, by the first policy that tells two apart, then by the default order; and which of the others may go: only
 * those that are themselves within the threshold of the kept one, as a chain of near-duplicates may lead far. Groups in which none may go are
 * left out.
 */
export function decideKeeps(
  { images, groups, pairs }: KeepInput,
  policies: readonly KeepPolicy[],
  facts: KeepFacts,
): KeepDecision[] {
  // Equal files have the same twins, so pairs count by content.
  const near = new Map<string, Set<string>>();
  const link = (a: string, b: string): void => {
    const list = near.get(a);
    if (list) list.add(b);
    else near.set(a, new Set([b]));
  };
  for (let i = 0; i < pairs.length; i += 2) {
    const [a, b] = [images[pairs[i]].content, images[pairs[i + 1]].content];
    link(a, b);
    link(b, a);
  }
  const compare = (a: ImageRecord, b: ImageRecord): number => {
    if (a.reference !== b.reference) return a.reference === true ? -1 : 1;
    for (const policy of policies) {
      const order = comparisons[policy](a, b, facts);
      if (order !== 0) return order;
    }
    return compareKeep(a, b);
  };
  const decisions: KeepDecision[] = [];
  for (const group of groups) {
    const members = group.map(index => images[index]);
    const keep = members.reduce((best, each) => (compare(best, each) <= 0 ? best : each));
    const others = members.filter(each => each !== keep);
    const mayGo = (image: ImageRecord): boolean =>
      image.reference !== true &&
      !facts.isProtected(image) &&
      (image.content === keep.content || near.get(keep.content)?.has(image.content) === true);
    const trash = others.filter(mayGo);
    if (trash.length > 0) decisions.push({ keep, trash, stay: others.filter(each => !mayGo(each)) });
  }
  return decisions;
}
