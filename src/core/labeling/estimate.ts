import type { Interval } from '../metrics/interval';
import { countUnder } from '../pairs/countUnder';
import { auditStrata } from './auditDesign';
import type { Stratum } from './auditDesign';
import {
  bootstrapDraws as draws,
  drawnCount,
  finiteCount,
  highQuantile,
  lowQuantile,
  shareMean,
  sharePosterior,
  weightedAnswers,
} from './bootstrap';
import { exponential, seededRandom } from './random';

/** The answer to an audit, under the distances of today's model. */
export interface AuditedPair {
  /** Row in the pair table. */
  readonly row: number;
  readonly similar: boolean;
  /** As logged when it was drawn. */
  readonly probability: number;
  /** Pairs of one group of near-duplicates stand or fall together; equal numbers mark them. */
  readonly group: number;
}

export interface AuditEstimate {
  /** Of the pairs under the threshold, how many are similar. Absent where nothing is under it. */
  readonly precision?: Interval;
  /** Of the similar pairs in the table (up to the radius), how many are under the threshold. */
  readonly recall?: Interval;
  /** Audits under the threshold, and in all. */
  readonly under: number;
  readonly audits: number;
}

/**
 * Precision and recall at a threshold, from audits alone: pairs asked because a model was unsure of them would make it look worse
 * than it is, pairs it learned from better.
 *
 * Post-stratified: the rows of each stratum are known in number, the audits say which share of them is similar. The interval is
 * a Bayesian bootstrap (Rubin 1981) whose weights are drawn once a group, so that ten pairs of one burst are one opinion; each stratum
 * adds its prior as fractional answers (gamma weights), which makes a stratum of single pairs exactly a Beta posterior. An audit that was drawn
 * under another threshold or model counts by 1 / probability among those of its present stratum.
 *
 * @param distances of the pair table, ascending
 */
export function estimateFromAudits(
  audits: readonly AuditedPair[],
  distances: Float32Array,
  threshold: number,
  seed = 1,
): AuditEstimate {
  const { strata, within, answers, seen } = stratify(audits, distances, threshold);
  const under = audits.filter(({ row }) => row < within).length;
  if (audits.length === 0) return { under, audits: 0 };
  const groups = [...new Set(audits.map(({ group }) => group))].sort((a, b) => a - b);

  const random = seededRandom(seed);
  const precisions = new Float64Array(draws);
  const recalls = new Float64Array(draws);
  for (let i = 0; i < draws; i++) {
    const weightOf = new Map(groups.map(group => [group, exponential(random)]));
    const count = (k: number): number =>
      drawnCount(sizeOf(strata[k]), seen[k], sharePosterior(strata[k].prior, answers[k], weightOf, random), random);
    ({ precision: precisions[i], recall: recalls[i] } = ratios(strata, within, count));
  }
  const plain = ratios(strata, within, k => finiteCount(sizeOf(strata[k]), seen[k], shareMean(strata[k].prior, answers[k])));
  const answersUnder = audits.filter(({ row }) => row < within);
  const [noneFalse, noneTrue] = [answersUnder.every(({ similar }) => similar), answersUnder.every(({ similar }) => !similar)];
  const missed = audits.some(({ row, similar }) => row >= within && similar);
  return {
    ...(within > 0 && { precision: interval(plain.precision, precisions, noneFalse, noneTrue && !noneFalse) }),
    ...(distances.length > 0 && { recall: interval(plain.recall, recalls, !missed, false) }),
    under,
    audits: audits.length,
  };
}

/** The estimates of {@link estimateFromAudits} without their intervals. */
export function shareFromAudits(
  audits: readonly AuditedPair[],
  distances: Float32Array,
  threshold: number,
): { readonly precision?: number; readonly recall?: number } {
  const { strata, within, answers, seen } = stratify(audits, distances, threshold);
  if (audits.length === 0 || distances.length === 0) return {};
  const { precision, recall } = ratios(strata, within, k =>
    finiteCount(sizeOf(strata[k]), seen[k], shareMean(strata[k].prior, answers[k])),
  );
  return within > 0 ? { precision, recall } : { recall };
}

function stratify(audits: readonly AuditedPair[], distances: Float32Array, threshold: number) {
  const within = countUnder(distances, threshold);
  const strata = auditStrata(distances.length, within);
  const holding = audits.map(audit => ({ ...audit, holds: audit.similar }));
  const answers = strata.map(({ from, to }) => weightedAnswers(holding.filter(({ row }) => row >= from && row < to)));
  const seen = strata.map(({ from, to }) => {
    const rows = new Map(audits.flatMap(({ row, similar }) => (row >= from && row < to ? [[row, similar] as const] : [])));
    return { rows: rows.size, holding: [...rows.values()].filter(Boolean).length };
  });
  return { strata, within, answers, seen };
}

const sizeOf = ({ from, to }: Stratum): number => to - from;

function ratios(
  strata: readonly Stratum[],
  within: number,
  countOf: (stratum: number) => number,
): { precision: number; recall: number } {
  let similarUnder = 0;
  let similar = 0;
  strata.forEach(({ to }, k) => {
    const count = countOf(k);
    similar += count;
    if (to <= within) similarUnder += count;
  });
  return { precision: within > 0 ? similarUnder / within : NaN, recall: similar > 0 ? similarUnder / similar : NaN };
}

/**
 * Where no answer speaks for less than all (or for more than none) the interval reaches that end, and all of its tenth lies on the other
 * side: Brown, Cai and DasGupta, "Interval estimation for a binomial proportion", Statistical Science 16 (2001), section 4.1.
 */
function interval(value: number, values: Float64Array, isAll: boolean, isNone: boolean): Interval {
  const sorted = values.sort();
  const at = (quantile: number): number => sorted[Math.round(quantile * (sorted.length - 1))];
  const low = isNone ? 0 : at(isAll ? 2 * lowQuantile : lowQuantile);
  const high = isAll ? 1 : at(isNone ? 2 * highQuantile - 1 : highQuantile);
  return { value: Math.min(high, Math.max(low, value)), low, high };
}
