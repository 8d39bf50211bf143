/**
 * Checks of a data set, between the host and an engine process. A check trains networks, so the editor runs it in a process of its own
 * (labels.ts does the same).
 */
import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { CheckSummary } from '../core/checks/checkFinding';
import type { RuntimeName } from '../core/training/names';
import type { ScanRoot } from './engine';

/** What every check is told. */
interface CheckBasics {
  /** The folder, with its settings: which files count, and how large pictures may be. */
  readonly root: ScanRoot;
  /** For the training of all networks together; reading comes on top. Absent: what suits the number of samples. */
  readonly seconds?: number;
  readonly seed?: number;
  readonly runtime?: RuntimeName | 'auto';
  /** Also tell what is thought of each that was judged, finding or not. */
  readonly scores?: boolean;
}

export interface CaptionCheckParams extends CheckBasics {
  readonly check: 'captions';
}

export interface PairCheckParams extends CheckBasics {
  readonly check: 'pairs';
  /** Two or more folders below the root, with "/": the pictures of each are matched with those of the first, by name. */
  readonly folders: readonly string[];
}

export interface ModalityCheckParams extends CheckBasics {
  readonly check: 'modalities';
}

export interface IdentityCheckParams extends CheckBasics {
  readonly check: 'identities';
  /** Absolute path of stored references: files are verified against them, and nothing is trained. */
  readonly references?: string;
  /** Absolute path of the file to store references in; what stands there is replaced. */
  readonly saveReferences?: string;
}

/** One member a check. */
export type CheckParams = CaptionCheckParams | PairCheckParams | ModalityCheckParams | IdentityCheckParams;

/** In order. */
export type CheckPhase = 'list' | 'read' | 'group' | 'train' | 'judge';

/** A whole snapshot: the newest wins. */
export interface CheckProgress {
  readonly phase: CheckPhase;
  /** Within the phase, 0…1. */
  readonly share: number;
  /** What is left of the training; absent while unknown. */
  readonly etaMs?: number;
}
export const CheckProgressNotification = new NotificationType<CheckProgress>('check/progress');

export const RunCheckRequest = new RequestType<CheckParams, CheckSummary, void>('check/run');
