import { partitionPoint } from '../pairs/countUnder';

/** Why a pair is asked about. */
export type QuestionReason = 'near-threshold' | 'farther' | 'new-region' | 'place' | 'audit' | 'cycle';

/** How far from the threshold a distance may be, in shares of it, to be near it. */
const NEAR = 0.25;

/** Whether a model is least sure of pairs at such a distance. */
export const isNearThreshold = (distance: number, threshold: number): boolean =>
  Math.abs(distance - threshold) <= NEAR * threshold;

/** How many of ascending distances are. */
export const countNear = (distances: Float32Array, threshold: number): number => {
  const from = partitionPoint(distances.length, row => distances[row] < threshold && !isNearThreshold(distances[row], threshold));
  const to = partitionPoint(distances.length, row => distances[row] < threshold || isNearThreshold(distances[row], threshold));
  return to - from;
};

/** What choosing among the rows of the pair table needs to know of them. */
export interface OpenPairs {
  /** Ascending. */
  readonly distances: Float32Array;
  readonly threshold: number;
  /** False where a verdict has settled the pair, or it was skipped. */
  isOpen(row: number): boolean;
  /** The groups of near-duplicates (or, alone, the images) that the pair's two images belong to. */
  groupsOf(row: number): readonly [number, number];
  /** How many questions each group has had. */
  readonly asked: ReadonlyMap<number, number>;
}

export interface ChosenPair {
  readonly row: number;
  /** `farther`: there is nothing better, but it is not near the threshold. */
  readonly reason: 'near-threshold' | 'farther' | 'new-region';
}

/** Rows on either side of the threshold among which to choose: what lies farther is hardly in doubt. */
const reach = 200;
/** What an earlier question to a group costs, in shares of the reach. */
const costOfAsked = 0.5;

/**
 * The pairs that a model would learn most from, the most useful first: near the threshold, where it is least sure (uncertainty sampling,
 * Lewis & Gale 1994), yet spread over the groups, since ten answers about one burst teach what one does. Two questions in a row never
 * share a group.
 *
 * @param last the groups of the question asked before
 */
export function chooseUncertain(pairs: OpenPairs, count: number, last: readonly number[] = []): readonly ChosenPair[] {
  const { distances, threshold } = pairs;
  const candidates = nearest(distances, threshold, pairs.isOpen);
  const asked = new Map(pairs.asked);
  const hasAsked = asked.size > 0;
  const chosen: ChosenPair[] = [];
  let before: readonly number[] = last;
  while (chosen.length < count && candidates.length > 0) {
    const cost = (k: number): number => k / reach + costOfAsked * timesAsked(asked, pairs.groupsOf(candidates[k]));
    let best = -1;
    for (let k = 0; k < candidates.length; k++) {
      if (pairs.groupsOf(candidates[k]).some(group => before.includes(group))) continue;
      if (best < 0 || cost(k) < cost(best)) best = k;
    }
    // Everything left belongs to the same group: better that than no question.
    if (best < 0) best = 0;
    const [row] = candidates.splice(best, 1);
    const groups = pairs.groupsOf(row);
    const isNew = hasAsked && timesAsked(asked, groups) === 0;
    const asIs = isNearThreshold(distances[row], threshold) ? 'near-threshold' : 'farther';
    chosen.push({ row, reason: isNew ? 'new-region' : asIs });
    for (const group of new Set(groups)) asked.set(group, (asked.get(group) ?? 0) + 1);
    before = groups;
  }
  return chosen;
}

const timesAsked = (asked: ReadonlyMap<number, number>, groups: readonly [number, number]): number =>
  groups.reduce((sum, group) => sum + (asked.get(group) ?? 0), 0);

/** Open rows by their distance's distance to the threshold; at most `reach` on either side. */
function nearest(distances: Float32Array, threshold: number, isOpen: (row: number) => boolean): number[] {
  const limit = Math.fround(threshold);
  const start = partitionPoint(distances.length, row => distances[row] <= limit);
  const rows: number[] = [];
  const take = (from: number, step: 1 | -1): void => {
    let taken = 0;
    for (let row = from; row >= 0 && row < distances.length && taken < reach; row += step) {
      if (!isOpen(row)) continue;
      rows.push(row);
      taken++;
    }
  };
  take(start - 1, -1);
  take(start, 1);
  const away = (row: number): number => Math.abs(distances[row] - limit);
  return rows.sort((x, y) => away(x) - away(y) || x - y);
}
