/** What "similar" means for a verdict or a model; a user may name others. */
export type Relation = 'same-picture' | 'same-class' | (string & {});

/** One image a verdict speaks of: its content, and where it was then (needed only between equal contents; else a hint). */
export interface VerdictImage {
  readonly content: string;
  readonly path: string;
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
}

/** The verdicts that hold after merging all writers' files: latest wins, retracted ones gone. */
export interface Verdict {
  readonly id: string;
  readonly relation: Relation;
  readonly verdict: 'similar' | 'different' | 'ignore';
  readonly images: readonly VerdictImage[];
}
