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

/** What is planned for the rows up to an end. */
interface PlannedStratum {
  /** Under the threshold as a share of the rows there, beyond it as a multiple of as many. */
  readonly end: number;
  readonly share: number;
  readonly prior: Stratum['prior'];
}

/** How the audits of a population are spread before there are any answers. */
export interface AuditDesign {
  readonly under: readonly PlannedStratum[];
  readonly beyond: readonly PlannedStratum[];
  /** Whether what the answers say moves audits to where they leave most doubt. */
  readonly followsAnswers: boolean;
}

/** For near pairs of a scan: most questions go to the rows just under the threshold, since that is where precision is undecided. */
export const copiesDesign: AuditDesign = {
  under: [
    { end: 0.5, share: 0.15, prior: [0.5, 0.05] },
    { end: 0.8, share: 0.2, prior: [0.5, 0.2] },
    { end: 1, share: 0.4, prior: [0.5, 0.5] },
  ],
  beyond: [
    { end: 0.5, share: 0.1, prior: [0.5, 0.5] },
    { end: 2, share: 0.1, prior: [0.2, 0.5] },
    { end: Infinity, share: 0.05, prior: [0.05, 0.5] },
  ],
  followsAnswers: true,
};

/**
 * For all pairs of pictures by a model of kinds: a picture that it takes for another kind is near to all of that, so that no row is sure.
 * Under the threshold audits go by the rows; beyond it, where recall is decided, more of them than among near pairs. Strata are alike in doubt, so
 * that following the answers would gain little, and lose where a few of them happen to agree.
 */
export const kindsDesign: AuditDesign = {
  under: [
    { end: 0.5, share: 0.3, prior: [0.5, 0.2] },
    { end: 0.8, share: 0.18, prior: [0.5, 0.3] },
    { end: 1, share: 0.12, prior: [0.5, 0.5] },
  ],
  beyond: [
    { end: 0.5, share: 0.1, prior: [0.5, 0.5] },
    { end: 2, share: 0.14, prior: [0.2, 0.5] },
    { end: Infinity, share: 0.16, prior: [0.05, 0.5] },
  ],
  followsAnswers: false,
};

/** With nothing under the threshold yet, "as many" is this. */
const fewestRows = 20;

/** The pairs that audits are drawn from and measure. */
export interface AuditPopulation {
  /** Of the rows, ascending. */
  readonly distances: Float32Array;
  readonly design: AuditDesign;
  /** Absent: the rows are all there is. Else they are all pairs of some pictures out of more. */
  readonly sampled?: {
    /** How many pairs of the whole each row stands for. */
    readonly perRow: number;
    /** Whose pairs the rows are. */
    readonly pictures: number;
  };
}

/**
 * The strata of a pair table.
 * @param pairs rows in all
 * @param within rows whose distance is under the threshold
 */
export function auditStrata(pairs: number, within: number, { under, beyond } = copiesDesign): readonly Stratum[] {
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
  /** Of this row at this draw: the share of its stratum then over its rows. Logged with the verdict. */
  readonly probability: number;
}

/** Of the shares, this much is the design's whatever the answers say: a stratum of which little is known may surprise. */
const PLANNED = 0.2;
/** After so many audits the answers decide half of the shares; with fewer the priors would. */
const TRUSTED = 15;

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
  const audits = counts.reduce((sum, count) => sum + count, 0);
  const fixed = Math.max(PLANNED, TRUSTED / (TRUSTED + audits));
  return strata.map(({ to, share }, k) => {
    const isUnder = to <= within;
    const all = sumOf(spread, isUnder);
    const surest = all > 0 ? (sumOf(planned, isUnder) * spread[k]) / all : share;
    return fixed * share + (1 - fixed) * surest;
  });
}

/**
 * Draws the next audit: a stratum by the shares, then any of its rows, with replacement. Both by chance, so that what is logged is the
 * probability that the row had at this draw, whatever earlier answers made of the shares.
 * @param shares how audits are to be spread, adding up to 1; absent: as designed
 */
export function drawAudit(
  strata: readonly Stratum[],
  random: Random,
  shares: readonly number[] = strata.map(({ share }) => share),
): AuditDraw | undefined {
  if (strata.length === 0) return undefined;
  let left = random();
  let chosen = 0;
  while (chosen < strata.length - 1 && left >= shares[chosen]) left -= shares[chosen++];
  const { from, to } = strata[chosen];
  return { row: from + Math.floor(random() * (to - from)), probability: shares[chosen] / (to - from) };
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
