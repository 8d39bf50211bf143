import { wilson } from './interval';
import type { Interval } from './interval';

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

/**
 * Each audit stands for as many pairs as it was unlikely to be drawn (Horvitz & Thompson 1952); an interval is Wilson's at the effective
 * number of audits (Kish 1965).
 */
export function auditAccuracy(audits: readonly JudgedAudit[]): AuditAccuracy {
  const share = (among: readonly JudgedAudit[], holds: (audit: JudgedAudit) => boolean): Interval => {
    let sum = 0;
    let squares = 0;
    let holding = 0;
    for (const audit of among) {
      const weight = 1 / audit.probability;
      sum += weight;
      squares += weight * weight;
      if (holds(audit)) holding += weight;
    }
    return wilson(sum > 0 ? holding / sum : NaN, squares > 0 ? (sum * sum) / squares : 0);
  };
  const said = audits.filter(({ saysSimilar }) => saysSimilar);
  const are = audits.filter(({ similar }) => similar);
  return {
    accuracy: share(audits, ({ similar, saysSimilar }) => similar === saysSimilar),
    ...(said.length > 0 && { precision: share(said, ({ similar }) => similar) }),
    ...(are.length > 0 && { recall: share(are, ({ saysSimilar }) => saysSimilar) }),
  };
}
