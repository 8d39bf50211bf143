/**
 * Messages between the host and the side bar's page for labeling pairs. As with the Pairs panel, every message to the page is a whole
 * snapshot. An answer resolves once its verdict is on disk, with the snapshot that shows the next pair.
 */
import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { Interval } from '../core/metrics/interval';
import type { Relation } from '../core/verdicts/verdict';
import type { ImageRecord } from '../core/dataset/image';
import type { PairRow } from './engine';
import type { ContentPairKey, EngineQuestion } from './labeling';

export type LabelAnswer = 'similar' | 'different' | 'skip';

/** A pair that was answered in this window, for browsing back. */
export interface AnsweredPair {
  readonly pair: PairRow;
  readonly answer: LabelAnswer;
}

export interface LabelingSnapshot {
  /** `scanning` also while a finished scan is taken up again; `untrusted`: nothing may be written. */
  readonly state: 'no-scan' | 'scanning' | 'untrusted' | 'ready';
  readonly relation: Relation;
  readonly relations: readonly Relation[];
  /** The first is asked now, the others are ready behind it. Empty: nothing is left to ask. */
  readonly questions: readonly EngineQuestion[];
  /** Newest last; at most 50. */
  readonly past: readonly AnsweredPair[];
  readonly counts: {
    /** Verdicts of this relation, by all writers. */
    readonly similar: number;
    readonly different: number;
    /** How many of them measure instead of teach. */
    readonly audits: number;
    /** Listed pairs near the threshold that nobody has answered; absent for kinds. */
    readonly open?: number;
  };
  /** At the threshold of the slider; absent without audits. */
  readonly precision?: Interval;
  readonly recall?: Interval;
  readonly threshold: number;
  readonly isTraining: boolean;
  /** In words, e.g. that verdicts can't be saved; until the next snapshot. */
  readonly problem?: string;
  readonly l10n: Readonly<Record<string, string>> | null;
}

// page → host
export const LabelingReadyRequest = new RequestType0<LabelingSnapshot, void>('labelingPage/ready');
export const AnswerRequest = new RequestType<
  { readonly pairs: readonly ContentPairKey[]; readonly answer: LabelAnswer },
  LabelingSnapshot,
  void
>('labelingPage/answer');
/** Takes back the last answer (one of several pairs at once: all of it) and asks again. */
export const UndoAnswerRequest = new RequestType0<LabelingSnapshot, void>('labelingPage/undo');
export const SetRelationRequest = new RequestType<{ readonly relation: Relation }, LabelingSnapshot, void>(
  'labelingPage/relation',
);
export const LabelingPreviewRequest = new RequestType<
  { readonly root: number; readonly path: string; readonly side: number },
  { readonly uri?: string; readonly problem?: string },
  void
>('labelingPage/preview');
export type LabelingAction =
  | { readonly kind: 'scan' | 'train' | 'openPairs' | 'manageTrust' | 'newRelation' }
  | { readonly kind: 'compare'; readonly pair: PairRow }
  | { readonly kind: 'openImage'; readonly image: ImageRecord };
export const LabelingActionRequest = new RequestType<LabelingAction, void, void>('labelingPage/action');

// host → page
export const LabelingSnapshotNotification = new NotificationType<LabelingSnapshot>('labelingPage/snapshot');
