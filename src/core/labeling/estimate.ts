import type { Interval } from '../metrics/interval';
import { countUnder } from '../pairs/countUnder';
import { auditStrata } from './auditDesign';
import type { AuditPopulation, Stratum } from './auditDesign';
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
import type { Answer, Seen } from './bootstrap';
import { exponential, gamma, seededRandom } from './random';
import type { Random } from './random';

/** The answer to an audit, under the distances of today's model. */
export interface AuditedPair {
  /** Among the population's rows. */
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
  /** Of the similar pairs of the population, how many are under the threshold. */
  readonly recall?: Interval;
  /** Audits under the threshold, and in all. */
  readonly under: number;
  readonly audits: number;
}

/**
 * Precision and recall at a threshold, from audits alone: pairs asked because a model was unsure of them would make it look worse
 * than it is, pairs it learned from better.
 *
 * Post-stratified: the rows of each stratum are known in number, the audits say which share of them is similar. Value and interval are mean
 * and quantiles of a Bayesian bootstrap (Rubin 1981) whose weights are drawn once a group, so that ten pairs of one burst
 * are one opinion; each stratum adds its prior as fractional answers (gamma weights), which makes a stratum of single pairs exactly a Beta
 * posterior. An audit counts by 1 / the probability it was drawn with among those of its present stratum, whatever threshold or model it
 * was drawn under. Where the rows are a sample, so are their numbers in the strata, which the interval allows for.
 */
export function estimateFromAudits(
  audits: readonly AuditedPair[],
  population: AuditPopulation,
  threshold: number,
  seed = 1,
): AuditEstimate {
  const { strata, within, answers, seen } = stratify(audits, population, threshold);
  const under = audits.filter(({ row }) => row < within).length;
  if (audits.length === 0) return { under, audits: 0 };
  const groups = [...new Set(audits.map(({ group }) => group))].sort((a, b) => a - b);

  const random = seededRandom(seed);
  const precisions = new Float64Array(draws);
  const recalls = new Float64Array(draws);
  for (let i = 0; i < draws; i++) {
    const weightOf = new Map(groups.map(group => [group, exponential(random)]));
    const parts = strata.map((stratum, k) => {
      const size = drawnSize(stratum, population, seen[k].rows, random);
      return { size, similar: drawnCount(size, seen[k], sharePosterior(stratum.prior, answers[k], weightOf, random), random) };
    });
    ({ precision: precisions[i], recall: recalls[i] } = ratios(strata, within, parts));
  }
  const answersUnder = audits.filter(({ row }) => row < within);
  const [noneFalse, noneTrue] = [answersUnder.every(({ similar }) => similar), answersUnder.every(({ similar }) => !similar)];
  const missed = audits.some(({ row, similar }) => row >= within && similar);
  return {
    ...(within > 0 && { precision: interval(precisions, noneFalse, noneTrue && !noneFalse) }),
    ...(strata.length > 0 && { recall: interval(recalls, !missed, false) }),
    under,
    audits: audits.length,
  };
}

/** Near to the values of {@link estimateFromAudits}, without their intervals: the expected shares' ratios. */
export function shareFromAudits(
  audits: readonly AuditedPair[],
  population: AuditPopulation,
  threshold: number,
): { readonly precision?: number; readonly recall?: number } {
  const { strata, within, answers, seen } = stratify(audits, population, threshold);
  if (audits.length === 0 || strata.length === 0) return {};
  const parts = strata.map((stratum, k) => {
    const size = sizeOf(stratum, population);
    return { size, similar: finiteCount(size, seen[k], shareMean(stratum.prior, answers[k])) };
  });
  const { precision, recall } = ratios(strata, within, parts);
  return within > 0 ? { precision, recall } : { recall };
}

interface Stratified {
  readonly strata: readonly Stratum[];
  /** Rows under the threshold. */
  readonly within: number;
  /** Of each stratum. */
  readonly answers: readonly (readonly Answer[])[];
  readonly seen: readonly Seen[];
}

function stratify(audits: readonly AuditedPair[], { distances, design }: AuditPopulation, threshold: number): Stratified {
  const within = countUnder(distances, threshold);
  const strata = auditStrata(distances.length, within, design);
  const holding = audits.map(audit => ({ ...audit, holds: audit.similar }));
  const answers = strata.map(({ from, to }) => weightedAnswers(holding.filter(({ row }) => row >= from && row < to)));
  const seen = strata.map(({ from, to }) => {
    const rows = new Map(audits.flatMap(({ row, similar }) => (row >= from && row < to ? [[row, similar] as const] : [])));
    return { rows: rows.size, holding: [...rows.values()].filter(Boolean).length };
  });
  return { strata, within, answers, seen };
}

/** How many pairs of the population belong to a stratum. */
const sizeOf = ({ from, to }: Stratum, { sampled }: AuditPopulation): number => (to - from) * (sampled?.perRow ?? 1);

/**
 * Where that is known from a sample of pictures only: gamma with the variance of a count of pairs, to which pairs with a picture in common
 * add the second part (that of a mean over pictures, whose numbers of such pairs vary as much as they have).
 */
function drawnSize(stratum: Stratum, population: AuditPopulation, least: number, random: Random): number {
  const size = sizeOf(stratum, population);
  if (!population.sampled) return size;
  const shape = 1 / (1 / (stratum.to - stratum.from) + 4 / population.sampled.pictures);
  return Math.max(least, (size * gamma(random, shape)) / shape);
}

/** A stratum's pairs, and how many of them are similar. */
interface Part {
  readonly size: number;
  readonly similar: number;
}

function ratios(strata: readonly Stratum[], within: number, parts: readonly Part[]): { precision: number; recall: number } {
  let [under, similarUnder, similar] = [0, 0, 0];
  parts.forEach((part, k) => {
    similar += part.similar;
    if (strata[k].to > within) return;
    under += part.size;
    similarUnder += part.similar;
  });
  return { precision: under > 0 ? similarUnder / under : NaN, recall: similar > 0 ? similarUnder / similar : NaN };
}

/**
 * Where no answer speaks for less than all (or for more than none) the interval reaches that end, and all of its tenth lies on the other
 * side: Brown, Cai and DasGupta, "Interval estimation for a binomial proportion", Statistical Science 16 (2001), section 4.1.
 */
function interval(values: Float64Array, isAll: boolean, isNone: boolean): Interval {
  const value = values.reduce((sum, each) => sum + each, 0) / values.length;
  const sorted = values.sort();
  const at = (quantile: number): number => sorted[Math.round(quantile * (sorted.length - 1))];
  const low = isNone ? 0 : at(isAll ? 2 * lowQuantile : lowQuantile);
  const high = isAll ? 1 : at(isNone ? 2 * highQuantile - 1 : highQuantile);
  return { value: Math.min(high, Math.max(low, value)), low, high };
}
