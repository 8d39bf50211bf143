/** What the panel's page "Training and Models" shows and asks for. As with the rest of the panel, the host sends whole snapshots. */
import { NotificationType } from 'vscode-jsonrpc';
import type { FindingKind } from '../core/findings/kinds';
import type { LearnFrom } from '../core/training/names';
import type { Relation } from '../core/verdicts/verdict';
import type { ScanNote } from './engine';
import type { FindingsComparison, ModelComparison } from './labeling';
import type { ModelInfo, TrainProgress, TrainSummary } from './training';

/** A training of this window: the one under way, or the last one. */
export interface TrainingRun {
  /** Tells one run from the next. */
  readonly id: string;
  /** The model's name. */
  readonly name: string;
  readonly learnFrom: readonly LearnFrom[];
  readonly relation: Relation;
  /** ISO 8601. */
  readonly startedAt: string;
  /** It goes on from what an earlier window had reached. */
  readonly resumed: boolean;
  /** `stopped`: cancelled before there was anything to keep. */
  readonly state: 'running' | 'cancelling' | 'done' | 'stopped' | 'failed';
  /** The newest; null before the first. */
  readonly progress: TrainProgress | null;
  /** Once it is done. */
  readonly summary: TrainSummary | null;
  /** Why it failed, in the user's language. */
  readonly problem: string | null;
}

export interface ModelRow {
  readonly info: ModelInfo;
  /** Its file's name without date and extension. */
  readonly name: string;
  readonly isActive: boolean;
}

/** What another model has changed in the findings. */
export interface ModelChange {
  /** Names of the models; null is the built-in measure. */
  readonly from: string | null;
  readonly to: string | null;
  /** Most urgent first; kinds without a change are left out. */
  readonly kinds: readonly { readonly kind: FindingKind; readonly appeared: number; readonly gone: number }[];
  /** On the same held-back pairs, where both are known. */
  readonly accuracy: { readonly before: number; readonly after: number } | null;
}

/** `none`: nothing was scanned; `overtaken`: a scan began meanwhile. */
export type ComparedFindings =
  | { readonly state: 'none' | 'comparing' | 'overtaken' }
  | { readonly state: 'done'; readonly found: FindingsComparison }
  /** Why, in the user's language. */
  | { readonly state: 'failed'; readonly problem: string };

/** Two models beside each other. */
export interface ComparedModels {
  /** Null: the built-in measure. */
  readonly models: readonly [ModelInfo | null, ModelInfo | null];
  /** Their names, as listed. */
  readonly names: readonly [string | null, string | null];
  /** On the same audits of the relation of the first; null where nothing was scanned. */
  readonly comparison: ModelComparison | null;
  /** What each finds in the scanned files; takes about as long as a scan. */
  readonly findings: ComparedFindings;
}

export interface TrainingSnapshot {
  readonly run: TrainingRun | null;
  /** Newest first. */
  readonly models: readonly ModelRow[];
  /** Files in the models' folder that can't be used. */
  readonly problems: readonly { readonly path: string; readonly note: ScanNote }[];
  /** What "go back" would make active; null where there is nothing to go back to. */
  readonly previous: { readonly name: string | null } | null;
  readonly change: ModelChange | null;
  /** What was last asked to be compared. */
  readonly compared: ComparedModels | null;
  /** Why nothing can be trained or changed here, in the user's language; null where it can. */
  readonly locked: string | null;
}

export const noTraining: TrainingSnapshot = {
  run: null,
  models: [],
  problems: [],
  previous: null,
  change: null,
  compared: null,
  locked: null,
};

/** `path`: absolute, of a listed model. */
export type TrainingAction =
  | { readonly kind: 'show' | 'train' | 'cancel' | 'previous' | 'builtIn' | 'undoDelete' | 'endCompare' }
  | { readonly kind: 'activate' | 'compare' | 'rename' | 'export' | 'delete'; readonly path: string };

/** What is read from the models' folders, all at once. */
type Listed = 'models' | 'problems' | 'previous';
/** What is listed is told when it was read anew: that may be hundreds of models, and progress comes ten times a second. */
export type TrainingUpdate = Omit<TrainingSnapshot, Listed> & Partial<Pick<TrainingSnapshot, Listed>>;

/** Newest wins; at most 10 a second. */
export const PanelTrainingNotification = new NotificationType<TrainingUpdate>('panel/training');
