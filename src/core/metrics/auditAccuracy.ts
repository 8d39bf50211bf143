import type { Interval } from './interval';
import { weightedShare } from './weightedShare';

/** One answered audit, and on which side a model puts its pair. */
export interface JudgedAudit {
  readonly similar: boolean;
  /** As logged when it was drawn. */
  readonly probability: number;
  readonly saysSimilar: boolean;
}

/** How a model does on audits: shares of all listed pairs, with their 90 % intervals. */
export interface AuditAccuracy {
  readonly accuracy: Interval;
  /** Absent where the model says similar of none, or none is. */
  readonly precision?: Interval;
  readonly recall?: Interval;
}

/** See {@link weightedShare} for how an audit counts: by the chance that it is one at all, since a pair that is drawn again is not asked again. */
export function auditAccuracy(drawn: readonly JudgedAudit[]): AuditAccuracy {
  const draws = drawsOf(drawn);
  const audits = drawn.map(audit => ({ ...audit, probability: isDrawn(audit.probability, draws) }));
  const said = audits.filter(({ saysSimilar }) => saysSimilar);
  const are = audits.filter(({ similar }) => similar);
  return {
    accuracy: weightedShare(audits, ({ similar, saysSimilar }) => similar === saysSimilar),
    ...(said.length > 0 && { precision: weightedShare(said, ({ similar }) => similar) }),
    ...(are.length > 0 && { recall: weightedShare(are, ({ saysSimilar }) => saysSimilar) }),
  };
}

/** The chance that a pair is drawn at least once. */
const isDrawn = (probability: number, draws: number): number => 1 - (1 - probability) ** draws;

/** More than anybody answers. */
const MOST_DRAWS = 1e6;

/**
 * How many draws the audits came of, repeated ones included, which are not written down: so many that the probabilities of all pairs, as
 * the audits stand for them, add up to 1.
 */
function drawsOf(audits: readonly JudgedAudit[]): number {
  const sumAt = (draws: number): number =>
    audits.reduce((sum, { probability }) => sum + probability / isDrawn(probability, draws), 0);
  let [low, high] = [1, MOST_DRAWS];
  if (sumAt(high) >= 1) return high;
  while (high - low > 1e-6 * low) {
    const middle = Math.sqrt(low * high);
    if (sumAt(middle) > 1) low = middle;
    else high = middle;
  }
  return high;
}
