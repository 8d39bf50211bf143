/** What the panel shows of the review of labels, and what it asks the host for. */
import type { ReviewEstimate, ReviewProgress } from '../core/labels/labelReview';
import type { LabelQuestion, ReviewKey } from './labelReview';

export interface ReviewSnapshot {
  /** `untrusted`: nothing may be written or moved. */
  readonly state: 'no-scan' | 'untrusted' | 'not-judged' | 'ready';
  /** Labels are being judged now. */
  readonly isJudging: boolean;
  /** The scores are probabilities; else they only rank. */
  readonly isCalibrated: boolean;
  /** The next ones, the worst first; empty where none is left. */
  readonly questions: readonly LabelQuestion[];
  readonly progress: ReviewProgress;
  /** Put off in this window. */
  readonly skipped: number;
  /** Absent while there are too few audits. */
  readonly estimate?: ReviewEstimate;
  /** Why the last answer could not be saved, in words. */
  readonly problem?: string;
}

export type ReviewAction =
  /** `judge` finds wrong labels; `more` asks for a longer list; `again` brings back what was skipped. */
  | { readonly kind: 'show' | 'judge' | 'undo' | 'more' | 'again' }
  /** `accept` gives the suggested label, `other` one that the person picks, `right` remembers that the label is right. */
  | { readonly kind: 'accept' | 'other' | 'right' | 'skip'; readonly image: ReviewKey };
