/** Labels for unlabeled images from a few references of each class, between the host and an engine process. */
import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { SuggestSummary } from '../core/suggest/suggestion';
import type { ScanRoot } from './engine';

export interface SuggestParams {
  /** The images to label. Its setting `model` names the encoder: a path; `auto` and `none` both mean the starter. */
  readonly root: ScanRoot;
  /** Holds a folder a class. */
  readonly references: ScanRoot;
  /** Of each class only the first so many references count, in path order; absent: all. */
  readonly shots?: number;
  /** The model was asked for by name: it is used whatever its relation. */
  readonly isGiven?: boolean;
  /** False in an untrusted workspace: no model from there is read. */
  readonly trusted: boolean;
}

/** A whole snapshot: the newest wins. */
export interface SuggestProgress {
  readonly done: number;
  /** References and images to label together. */
  readonly total: number;
}
export const SuggestProgressNotification = new NotificationType<SuggestProgress>('suggest/progress');

/** One at a time. */
export const SuggestRequest = new RequestType<SuggestParams, SuggestSummary, void>('suggest/labels');
