/** What "similar" means for a verdict or a model; a user may name others. */
export type Relation = 'same-picture' | 'same-class' | (string & {});

/** One image a verdict speaks of: its content, and where it was then (needed only between equal contents; else a hint). */
export interface VerdictImage {
  readonly content: string;
  readonly path: string;
}

/**
 * How a pair came to be asked about, where it was drawn at random to measure with. Such a verdict is never learned from: precision and
 * recall are estimated from these alone (core/labeling/estimate.ts).
 */
export interface AuditRecord {
  /** Expected number of times that this pair is drawn, per audit. */
  readonly probability: number;
}

/** One line of `.twinlint/verdicts/<writer>.jsonl` (docs/VERDICTS.md). */
export interface VerdictLine {
  /** Unique, sortable by time of writing. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly relation: Relation;
  readonly verdict: 'similar' | 'different' | 'ignore' | 'retract';
  /** Two images for a pair; one for `ignore`; none for `retract`. */
  readonly images: readonly VerdictImage[];
  /** `retract`: the id of the line taken back. */
  readonly retracts?: string;
  /** `similar` and `different` only. */
  readonly audit?: AuditRecord;
}

/** The verdicts that hold after merging all writers' files: latest wins, retracted ones gone. */
export interface Verdict {
  readonly id: string;
  readonly relation: Relation;
  readonly verdict: 'similar' | 'different' | 'ignore';
  readonly images: readonly VerdictImage[];
  readonly audit?: AuditRecord;
}
