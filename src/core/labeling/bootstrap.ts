import { gamma, normal } from './random';
import type { Random } from './random';

/** How many draws an interval is read off, and where. */
export const bootstrapDraws = 1000;
export const lowQuantile = 0.05;
export const highQuantile = 0.95;

/** The answer to an audit, among those of its stratum. */
export interface Answer {
  /** Whether the row is one of those that are counted. */
  readonly holds: boolean;
  /** Answers of one group stand or fall together. */
  readonly group: number;
  /** The weights of a stratum add up to their effective number (Kish 1965): their number where all are alike. */
  readonly weight: number;
}

/** What is believed before any answer, as answers: so many that hold, so many that don't. */
export type Prior = readonly [holds: number, fails: number];

/** Rows of a stratum whose answer is known: nothing about them is uncertain any more. */
export interface Seen {
  readonly rows: number;
  readonly holding: number;
}

/** An audit counts by 1 / probability among those of its present stratum. */
export function weightedAnswers(
  audits: readonly { readonly holds: boolean; readonly group: number; readonly probability: number }[],
): readonly Answer[] {
  const raw = audits.map(({ probability }) => 1 / probability);
  const sum = raw.reduce((a, b) => a + b, 0);
  const squares = raw.reduce((a, b) => a + b * b, 0);
  const scale = squares > 0 ? sum / squares : 0;
  return audits.map(({ holds, group }, i) => ({ holds, group, weight: raw[i] * scale }));
}

/**
 * One draw of the share that holds: a Bayesian bootstrap (Rubin 1981) with weights drawn once a group, and the prior as fractional
 * answers (gamma weights), which makes a stratum of single rows exactly a Beta posterior.
 */
export function sharePosterior(
  prior: Prior,
  answers: readonly Answer[],
  weightOf: ReadonlyMap<number, number>,
  random: Random,
): number {
  let holds = prior[0] > 0 ? gamma(random, prior[0]) : 0;
  let fails = prior[1] > 0 ? gamma(random, prior[1]) : 0;
  for (const answer of answers) {
    const weight = answer.weight * weightOf.get(answer.group)!;
    if (answer.holds) holds += weight;
    else fails += weight;
  }
  return holds / (holds + fails);
}

export function shareMean(prior: Prior, answers: readonly Answer[]): number {
  const all = answers.reduce((sum, { weight }) => sum + weight, prior[0] + prior[1]);
  return answers.reduce((sum, { holds, weight }) => sum + (holds ? weight : 0), prior[0]) / all;
}

/** How many of `size` rows hold: those that are known to, and the share of the rest. */
export const finiteCount = (size: number, { rows, holding }: Seen, share: number): number => holding + (size - rows) * share;

/** The same, with a draw of the rest (binomial, by its normal approximation). */
export function drawnCount(size: number, { rows, holding }: Seen, share: number, random: Random): number {
  const rest = size - rows;
  const drawn = rest * share + Math.sqrt(rest * share * (1 - share)) * normal(random);
  return holding + Math.min(rest, Math.max(0, drawn));
}
