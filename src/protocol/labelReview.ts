/**
 * Messages about the review of labels, between the host and the engine. The engine holds what was judged and so chooses; the host owns the
 * verdicts, and says what was put off.
 */
import { RequestType } from 'vscode-jsonrpc';
import type { ImageRecord } from '../core/dataset/image';
import type { ReviewEstimate, ReviewProgress } from '../core/labels/labelReview';
import type { AuditRecord } from '../core/verdicts/verdict';

/** An image as a verdict speaks of it. */
export interface ReviewKey {
  readonly root: number;
  /** Below the root, with `/`; as it was when the label was judged. */
  readonly path: string;
  readonly content: string;
}

export interface LabelReviewParams {
  /** How many questions. */
  readonly count: number;
  /** Put off for now. */
  readonly skipped: readonly ReviewKey[];
}

/** One label to look at. */
export interface LabelQuestion {
  readonly image: ImageRecord;
  readonly label: string;
  readonly suggested: string;
  /** 0…1, higher = more doubtful. */
  readonly score: number;
  readonly votes?: { readonly suggested: number; readonly asked: number };
  /** Drawn at random; to be kept with the answer. */
  readonly audit?: AuditRecord;
  /** Images that look most like it and carry its label, and such that carry the suggested one, nearest first. */
  readonly nearest: { readonly given: readonly ImageRecord[]; readonly suggested: readonly ImageRecord[] };
}

/** An audit that needs no question: a verdict said before what it would ask. */
export interface KnownLabelAudit extends ReviewKey {
  /** Absent: the label is right. */
  readonly correct?: string;
  readonly audit: AuditRecord;
}

export interface LabelReviewAnswer {
  readonly generation: number;
  /** Labels that were rated; none: they were not judged yet. */
  readonly judged: number;
  /** How many of them are of boxes, which are not asked about: their findings stand on the lines that they come from. */
  readonly boxes: number;
  /** The scores are probabilities; else they only rank. */
  readonly isCalibrated: boolean;
  readonly questions: readonly LabelQuestion[];
  readonly known: readonly KnownLabelAudit[];
  readonly progress: ReviewProgress;
  /** Absent while there are too few audits. */
  readonly estimate?: ReviewEstimate;
}
/** Null without a scan. */
export const LabelReviewRequest = new RequestType<LabelReviewParams, LabelReviewAnswer | null, void>('labels/review');
