import type { Interval } from '../metrics/interval';
import {
  bootstrapDraws,
  drawnCount,
  finiteCount,
  highQuantile,
  lowQuantile,
  shareMean,
  sharePosterior,
  weightedAnswers,
} from '../labeling/bootstrap';
import { exponential, seededRandom } from '../labeling/random';

/** A run of judged labels, worst first, that audits are drawn from alike. */
export interface LabelStratum {
  /** First row, and the row after the last. */
  readonly from: number;
  readonly to: number;
  /** Of all audits, how many are drawn here; the shares add up to 1. */
  readonly share: number;
}

/** Fewer audits say nothing worth a number. */
export const LEAST_AUDITS = 20;
/** One question in so many is an audit. */
export const AUDIT_EVERY = 8;

/** With hardly any doubtful labels, "as many" is this. */
const FEWEST_ROWS = 20;

/** Of a ranking of `rows` labels, of which the first `suspects` are reported: where those that just escaped suspicion end, as many again. */
export const endOfEscaped = (rows: number, suspects: number): number =>
  Math.min(rows, suspects + Math.max(suspects, FEWEST_ROWS));

/**
 * The strata of a ranking: the surest suspects, the other ones, as many labels that just escaped suspicion, and all the rest. What the
 * ranking missed is among the many at its end, so that is where half of the audits go.
 * @param rows labels in all
 * @param suspects how many of them, the first ones, are reported
 */
export function labelStrata(rows: number, suspects: number): readonly LabelStratum[] {
  const planned = [
    { to: Math.round(suspects / 2), share: 0.15 },
    { to: suspects, share: 0.15 },
    { to: endOfEscaped(rows, suspects), share: 0.2 },
    { to: rows, share: 0.5 },
  ];
  const strata: LabelStratum[] = [];
  let from = 0;
  for (const { to, share } of planned) {
    if (to > from) strata.push({ from, to, share });
    from = Math.max(from, to);
  }
  const all = strata.reduce((sum, { share }) => sum + share, 0);
  return strata.map(stratum => ({ ...stratum, share: stratum.share / all }));
}

export interface LabelAuditDraw {
  readonly row: number;
  /** The share of its stratum over its rows; logged with the verdict. */
  readonly probability: number;
}

/**
 * Draws the next audit: of the stratum that has fewest for its share, the row whose lot is lowest among those that were not drawn before.
 * Lots are random and fixed, so those of a stratum are a simple random sample of it, and whoever puts an answer off is asked the same again.
 * Undefined once all rows are drawn.
 * @param drawn rows that are audits already
 * @param lotOf 0…1 of a row
 */
export function drawLabelAudit(
  strata: readonly LabelStratum[],
  drawn: ReadonlySet<number>,
  lotOf: (row: number) => number,
): LabelAuditDraw | undefined {
  let chosen: LabelStratum | undefined;
  let most = 0;
  for (const stratum of strata) {
    const { from, to, share } = stratum;
    let count = 0;
    for (const row of drawn) if (row >= from && row < to) count++;
    const want = count < to - from ? share / (count + 1) : 0;
    if (want > most) [chosen, most] = [stratum, want];
  }
  if (!chosen) return undefined;
  const { from, to, share } = chosen;
  let [row, lot] = [-1, Infinity];
  for (let each = from; each < to; each++) {
    const own = lotOf(each);
    if (own < lot && !drawn.has(each)) [row, lot] = [each, own];
  }
  return { row, probability: share / (to - from) };
}

/** A label that was asked about because it was drawn. */
export interface AuditedLabel {
  readonly row: number;
  readonly isWrong: boolean;
  /** As logged when it was drawn. */
  readonly probability: number;
}

/** How many labels of each stratum a person has judged, for whatever reason: the truth lies between these bounds. */
export interface JudgedCount {
  readonly wrong: number;
  readonly right: number;
}

/** Jeffreys' prior for a proportion. */
const HALF = 0.5;

/**
 * How many labels are wrong, in all strata together, from audits alone: labels looked at because they were doubtful would make the data
 * set look worse than it is. Labels that a person has judged anyhow only bound it: no fewer are wrong than were found, no more than
 * are not known to be right. So a stratum that was reviewed to its end is known.
 *
 * Post-stratified, as core/labeling/estimate.ts: the interval (90 %) is read off draws of each stratum's share by a Bayesian bootstrap with Jeffreys'
 * prior. Where no audit of a stratum was wrong, it counts none for the lower end; where all were, all for the upper one (Brown, Cai and DasGupta,
 * Statistical Science 16, 2001, section 4.1). The value is the plain mean of the audits.
 *
 * @param judged one a stratum; audits are counted in it
 */
export function estimateWrongLabels(
  audits: readonly AuditedLabel[],
  strata: readonly LabelStratum[],
  judged: readonly JudgedCount[],
  seed = 1,
): Interval {
  const random = seededRandom(seed);
  const parts = strata.map(({ from, to }, k) => {
    const own = audits.filter(({ row }) => row >= from && row < to);
    const wrong = own.filter(({ isWrong }) => isWrong).length;
    return {
      size: to - from,
      answers: weightedAnswers(own.map(({ row, isWrong, probability }) => ({ holds: isWrong, group: row, probability }))),
      seen: { rows: own.length, holding: wrong },
      least: judged[k].wrong,
      most: to - from - judged[k].right,
      priorLow: [wrong > 0 ? HALF : 0, HALF] as const,
      priorHigh: [HALF, wrong < own.length || own.length === 0 ? HALF : 0] as const,
    };
  });
  const lows = new Float64Array(bootstrapDraws);
  const highs = new Float64Array(bootstrapDraws);
  for (let i = 0; i < bootstrapDraws; i++) {
    const weightOf = new Map(audits.map(({ row }) => [row, exponential(random)]));
    for (const { size, answers, seen, least, most, priorLow, priorHigh } of parts) {
      const within = (count: number): number => Math.min(most, Math.max(least, count));
      lows[i] += within(drawnCount(size, seen, sharePosterior(priorLow, answers, weightOf, random), random));
      highs[i] += within(drawnCount(size, seen, sharePosterior(priorHigh, answers, weightOf, random), random));
    }
  }
  const value = parts.reduce((sum, { size, answers, seen, least, most }) => {
    const share = answers.length > 0 ? shareMean([0, 0], answers) : least / size;
    return sum + Math.min(most, Math.max(least, finiteCount(size, seen, share)));
  }, 0);
  const at = (values: Float64Array, quantile: number): number => values.sort()[Math.round(quantile * (values.length - 1))];
  const [low, high] = [at(lows, lowQuantile), at(highs, highQuantile)];
  return { value, low: Math.min(value, low), high: Math.max(value, high) };
}

/** The share of the wrong labels that were found, from their number: fewer wrong ones make it larger. */
export function shareFound(found: number, wrong: Interval): Interval | undefined {
  if (wrong.value <= 0) return undefined;
  const of = (count: number): number => (count > 0 ? Math.min(1, found / count) : 1);
  return { value: of(wrong.value), low: of(wrong.high), high: of(wrong.low) };
}
