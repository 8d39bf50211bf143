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

/** See {@link weightedShare} for how an audit counts. */
export function auditAccuracy(audits: readonly JudgedAudit[]): AuditAccuracy {
  const said = audits.filter(({ saysSimilar }) => saysSimilar);
  const are = audits.filter(({ similar }) => similar);
  return {
    accuracy: weightedShare(audits, ({ similar, saysSimilar }) => similar === saysSimilar),
    ...(said.length > 0 && { precision: weightedShare(said, ({ similar }) => similar) }),
    ...(are.length > 0 && { recall: weightedShare(are, ({ saysSimilar }) => saysSimilar) }),
  };
}
