import type { Random } from './random';

/**
 * A run of rows of the pair table (ascending distance) that audits are drawn from alike. Pairs that are surely copies, pairs near the
 * threshold and pairs beyond it are worth different numbers of questions.
 */
export interface Stratum {
  /** First row, and the row after the last. */
  readonly from: number;
  readonly to: number;
  /** Of all audits, how many are drawn here; the shares of a design add up to 1. */
  readonly share: number;
  /**
   * What is believed before any answer, as answers: this many similar, this many different. Less than one answer in all, so that a
   * handful of real ones outweighs it; it keeps the interval open where all answers agree (Jeffreys' ½, tilted with the distance).
   */
  readonly prior: readonly [similar: number, different: number];
}

/**
 * Ends of the strata: under the threshold as shares of the rows there, beyond it as multiples of as many. Most questions go to the rows
 * just under the threshold: that is where precision is undecided.
 */
const under = [
  { end: 0.5, share: 0.15, prior: [0.5, 0.05] },
  { end: 0.8, share: 0.2, prior: [0.5, 0.2] },
  { end: 1, share: 0.4, prior: [0.5, 0.5] },
] as const;
const beyond = [
  { end: 0.5, share: 0.1, prior: [0.5, 0.5] },
  { end: 2, share: 0.1, prior: [0.2, 0.5] },
  { end: Infinity, share: 0.05, prior: [0.05, 0.5] },
] as const;
/** With nothing under the threshold yet, "as many" is this. */
const fewestRows = 20;

/**
 * The strata of a pair table.
 * @param pairs rows in all
 * @param within rows whose distance is under the threshold
 */
export function auditStrata(pairs: number, within: number): readonly Stratum[] {
  const reach = Math.max(within, fewestRows);
  const planned = [
    ...under.map(each => ({ ...each, to: Math.round(within * each.end) })),
    ...beyond.map(each => ({ ...each, to: Math.min(pairs, Math.round(within + reach * Math.min(each.end, pairs))) })),
  ];
  const strata: Stratum[] = [];
  let from = 0;
  for (const { to, share, prior } of planned) {
    if (to > from) strata.push({ from, to, share, prior });
    from = Math.max(from, to);
  }
  const all = strata.reduce((sum, { share }) => sum + share, 0);
  return strata.map(stratum => ({ ...stratum, share: stratum.share / all }));
}

/** A pair to ask about, drawn at random. */
export interface AuditDraw {
  readonly row: number;
  /** How many audits in a hundred, say, this pair could expect, over a hundred: the share of its stratum over its rows. Logged with the verdict. */
  readonly probability: number;
}

/** Of the shares, this much is the design's whatever the answers say: a stratum of which little is known may surprise. */
const PLANNED = 0.4;

/**
 * The shares that would make the estimate surest, by what the answers say so far: as many audits as a stratum has rows times the standard
 * deviation of an answer there (Neyman, JRSS 97, 1934), under the threshold and beyond it by themselves; mixed with the design's.
 * @param similar of the audits in each stratum, how many said "similar"
 * @param within rows under the threshold
 */
export function surestShares(
  strata: readonly Stratum[],
  counts: readonly number[],
  similar: readonly number[],
  within: number,
): readonly number[] {
  const spread = strata.map(({ from, to, prior }, k) => {
    const all = (counts[k] ?? 0) + prior[0] + prior[1];
    const share = ((similar[k] ?? 0) + prior[0]) / all;
    return (to - from) * Math.sqrt(share * (1 - share));
  });
  const sumOf = (values: readonly number[], isUnder: boolean): number =>
    values.reduce((sum, value, k) => (strata[k].to <= within === isUnder ? sum + value : sum), 0);
  const planned = strata.map(({ share }) => share);
  return strata.map(({ to, share }, k) => {
    const isUnder = to <= within;
    const all = sumOf(spread, isUnder);
    const surest = all > 0 ? (sumOf(planned, isUnder) * spread[k]) / all : share;
    return PLANNED * share + (1 - PLANNED) * surest;
  });
}

/**
 * Draws the next audit: the stratum that has fewest audits for its share, then any of its rows, with replacement (a pair that was audited
 * before counts again, so that the probabilities stay what they are). The probability is the design's: what the answers move is how many audits a
 * stratum gets, not which of its rows.
 * @param counts audits so far in each stratum
 * @param shares how audits are to be spread; absent: as designed
 */
export function drawAudit(
  strata: readonly Stratum[],
  counts: readonly number[],
  random: Random,
  shares: readonly number[] = strata.map(({ share }) => share),
): AuditDraw | undefined {
  if (strata.length === 0) return undefined;
  let chosen = 0;
  const want = (i: number): number => shares[i] / ((counts[i] ?? 0) + 1);
  for (let i = 1; i < strata.length; i++) if (want(i) > want(chosen)) chosen = i;
  const { from, to, share } = strata[chosen];
  return { row: from + Math.floor(random() * (to - from)), probability: share / (to - from) };
}

/** How many of the given rows lie in each stratum. */
export function countByStratum(strata: readonly Stratum[], rows: Iterable<number>): number[] {
  const counts = strata.map(() => 0);
  for (const row of rows) {
    const at = strata.findIndex(({ from, to }) => row >= from && row < to);
    if (at >= 0) counts[at]++;
  }
  return counts;
}
