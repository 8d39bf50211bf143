/**
 * Messages about the review of labels, between the host and the engine. The engine holds what was judged and so chooses; the host owns the
 * verdicts, and says what was put off.
 */
import { RequestType } from 'vscode-jsonrpc';
import type { TextPlace } from '../core/dataset/boxes';
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

export const reviewKeyOf = ({ image: { root, path }, content }: LabelQuestion): ReviewKey => ({ root, path, content });

export interface LabelReviewParams {
  /** How many questions. */
  readonly count: number;
  /** Put off for now. */
  readonly skipped: readonly ReviewKey[];
}

/** A part of an image: distances of its sides from the image's left and upper side, as shares of the image's width and height. */
export interface ImagePart {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** An image, or a box of it. */
export interface SeenImage {
  readonly image: ImageRecord;
  /** Absent: all of it. */
  readonly part?: ImagePart;
}

/** One label to look at. */
export interface LabelQuestion extends SeenImage {
  /** Of what is judged: the image's, or the box's (core/findings/boxContent.ts). */
  readonly content: string;
  /** Where a box's label stands. */
  readonly at?: TextPlace;
  readonly label: string;
  readonly suggested: string;
  /** 0…1, higher = more doubtful. */
  readonly score: number;
  readonly votes?: { readonly suggested: number; readonly asked: number };
  /** Drawn at random; to be kept with the answer. */
  readonly audit?: AuditRecord;
  /** What looks most like it and carries its label, and such that carry the suggested one, nearest first. */
  readonly nearest: { readonly given: readonly SeenImage[]; readonly suggested: readonly SeenImage[] };
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
