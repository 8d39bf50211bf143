import type { Interval } from '../../src/core/metrics/interval';
import type { ScanProgress, ScanSummary } from '../../src/protocol/engine';
import type { PanelAction, PanelSnapshot } from '../../src/protocol/panel';
import type { LabelingAction, LabelingSnapshot } from '../../src/protocol/panelLabeling';
import type { ReviewSnapshot } from '../../src/protocol/panelReview';
import type { TrainingSnapshot } from '../../src/protocol/panelTraining';
import type { TrainingName } from './fakeTraining';

export type ThemeKind = 'dark' | 'light' | 'high-contrast' | 'high-contrast-light';

/** What the fake host plays. */
export interface Scenario {
  /** Absent: the Pairs panel. */
  readonly page?: 'labeling';
  readonly labeling?: LabelingScenario;
  readonly themeKind: ThemeKind;
  readonly pairs: number;
  readonly threshold?: number;
  readonly noScan?: boolean;
  readonly summary?: Partial<ScanSummary>;
  readonly progress?: ScanProgress;
  readonly view?: 'compare' | 'neighbours' | 'region' | 'training' | 'map' | 'review' | 'suggest';
  readonly map?: FakeMapScenario;
  readonly review?: ReviewScenario;
  readonly suggest?: SuggestScenario;
  /** Images in which the region was found; absent: it was not looked for yet. */
  readonly found?: number;
  readonly training?: TrainingName;
  /** How many answers there are, and how many of them are audits; none unless given. */
  readonly answers?: { readonly similar: number; readonly different: number; readonly audits: number };
  /** Classes of the made-up table; the four animals unless given. */
  readonly classCount?: number;
  readonly latencyMs?: number;
  /** Pixels; 13 unless given. */
  readonly fontSize?: number;
  /** Names, labels and splits too long for any card, in letters taller than the font's. */
  readonly longNames?: boolean;
  /** Never answers `ready`. */
  readonly silent?: boolean;
  /** How many of the first requests fail. */
  readonly failures?: Readonly<Partial<Record<'ready' | 'pairs' | 'groups' | 'action' | 'aim' | 'map' | 'filter', number>>>;
  /** Pictures whose path holds one of these have no preview. */
  readonly brokenPreviews?: readonly string[];
  /** Actions resolve to "not done". */
  readonly declines?: boolean;
  readonly l10n?: Readonly<Record<string, string>>;
  /** What `getState` gives back. */
  readonly saved?: unknown;
}

/** The map that the fake host has. */
export interface FakeMapScenario {
  /** 400 unless given. */
  readonly points?: number;
  readonly classes?: number;
  /** Progress told before the map comes. */
  readonly shares?: readonly number[];
  /** It comes never, until it is cancelled. */
  readonly endless?: boolean;
  readonly laidOut?: number;
  readonly leftOut?: number;
}

/** What the fake host plays where labels are reviewed. */
export interface ReviewScenario {
  /** Boxes of images are judged, not images. */
  readonly ofBoxes?: boolean;
  readonly state?: ReviewSnapshot['state'];
  readonly isJudging?: boolean;
  readonly isCalibrated?: boolean;
  /** Labels in the list; 40 unless given. */
  readonly labels?: number;
  /** How many of them, the first ones, are doubtful enough to be reported; all unless given. */
  readonly suspects?: number;
  /** 4 unless given: too few. */
  readonly audits?: number;
  readonly problem?: string;
}

/** What the fake host plays where labels are suggested. */
export interface SuggestScenario {
  /** 40 unless given. */
  readonly images?: number;
  readonly encoder?: 'starter' | 'model';
  readonly hasTrial?: boolean;
  readonly problem?: string;
  /** Nothing was suggested in this window. */
  readonly none?: boolean;
}

/** What the fake host of the labeling page plays. */
export interface LabelingScenario {
  readonly state?: LabelingSnapshot['state'];
  /** Of a fourth question, and of the first where it runs in a circle. */
  readonly cycle?: boolean;
  readonly precision?: Interval;
  readonly recall?: Interval;
  readonly isTraining?: boolean;
  readonly problem?: string;
  /** Milliseconds that an answer takes to reach the disk. */
  readonly answerMs?: number;
  /** How many of the first answers fail. */
  readonly failures?: number;
}

export type LogEntry =
  | { readonly kind: 'answer'; readonly pairs: number; readonly answer: string }
  | { readonly kind: 'undo' }
  | { readonly kind: 'relation'; readonly relation: string }
  | { readonly kind: 'labelingAction'; readonly action: LabelingAction }
  | { readonly kind: 'ready' }
  | { readonly kind: 'threshold'; readonly threshold: number; readonly settled: boolean }
  | {
      readonly kind: 'pairs';
      readonly threshold: number;
      readonly order: string;
      readonly offset: number;
      readonly limit: number;
    }
  | { readonly kind: 'groups'; readonly threshold: number; readonly offset: number; readonly limit: number }
  | { readonly kind: 'estimate'; readonly threshold: number; readonly underWay: number }
  | { readonly kind: 'classes'; readonly threshold: number; readonly underWay: number }
  | { readonly kind: 'map' }
  | { readonly kind: 'mapCancelled' }
  | { readonly kind: 'filter'; readonly images: readonly number[] | null }
  | { readonly kind: 'aim'; readonly aim: string; readonly value: number }
  | { readonly kind: 'preview'; readonly path: string; readonly side: number }
  | { readonly kind: 'action'; readonly action: PanelAction };

/** What a test reaches through `window.fakeHost`. */
export interface FakeHostHandle {
  readonly log: LogEntry[];
  readonly violations: string[];
  showTheme(themeKind: ThemeKind, theme: Readonly<Record<string, string>>): void;
  distances(): Float32Array;
  summary(): ScanSummary | null;
  threshold(): number;
  saved(): unknown;
  sendSnapshot(change?: Partial<PanelSnapshot>): void;
  sendProgress(progress: ScanProgress | null): void;
  sendTraining(training: TrainingSnapshot): void;
  /** The labeling page alone: the pair on show has its answer from elsewhere. */
  answerElsewhere?(): void;
}
