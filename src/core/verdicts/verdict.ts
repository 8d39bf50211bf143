/** What "similar" means for a verdict or a model; a user may name others. */
export type Relation = 'same-picture' | 'same-class' | (string & {});

/** One image a verdict speaks of: its content, and where it was then (needed only between equal contents; else a hint). */
export interface VerdictImage {
  readonly content: string;
  readonly path: string;
}

/**
 * How a pair, or a label, came to be asked about, where it was drawn at random to measure with. Such a verdict on a pair is never learned
 * from: precision and recall are estimated from these alone (core/labeling/estimate.ts), the number of wrong labels likewise
 * (core/labels/labelAudits.ts).
 */
export interface AuditRecord {
  /** That of this pair or image at its draw, among all that could be drawn. */
  readonly probability: number;
}

/** One line of `.twinlint/verdicts/<writer>.jsonl` (docs/VERDICTS.md). */
export interface VerdictLine {
  /** Unique, sortable by time of writing. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly relation: Relation;
  readonly verdict: 'similar' | 'different' | 'ignore' | 'relabel' | 'retract';
  /** Two images for a pair; one for `ignore` and `relabel`; none for `retract`. */
  readonly images: readonly VerdictImage[];
  /** `retract`: the id of the line taken back. */
  readonly retracts?: string;
  /** `relabel`: the label that is right. */
  readonly label?: string;
  /** Not of `retract`; of `ignore` only where a label was audited. */
  readonly audit?: AuditRecord;
}

/** The verdicts that hold after merging all writers' files: latest wins, retracted ones gone. */
export interface Verdict {
  readonly id: string;
  readonly relation: Relation;
  readonly verdict: 'similar' | 'different' | 'ignore' | 'relabel';
  readonly images: readonly VerdictImage[];
  /** `relabel`: the label that is right. */
  readonly label?: string;
  readonly audit?: AuditRecord;
}
