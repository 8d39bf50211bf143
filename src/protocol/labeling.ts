/**
 * Messages about questions to the person, between the host and the engine. The engine owns the pair table and so chooses; the host owns
 * the verdicts, and says what was skipped.
 */
import { RequestType } from 'vscode-jsonrpc';
import type { FindingKind } from '../core/findings/kinds';
import type { QuestionReason } from '../core/labeling/uncertain';
import type { AuditAccuracy } from '../core/metrics/auditAccuracy';
import type { ClassRow } from '../core/metrics/classTable';
import type { Interval } from '../core/metrics/interval';
import type { Relation } from '../core/verdicts/verdict';
import type { PairRow } from './engine';

/** Two contents. */
export type ContentPairKey = readonly [string, string];

export interface QuestionsParams {
  readonly relation: Relation;
  readonly threshold: number;
  readonly count: number;
  /** How many questions were answered or skipped before: keeps the rhythm of audits. */
  readonly asked: number;
  /** Pairs not to ask about: skipped, or waiting to be shown. */
  readonly except: readonly ContentPairKey[];
  /** The pair asked before the first of these. */
  readonly last?: ContentPairKey;
  /** Ids of `different` verdicts in a cycle that the person stood by. */
  readonly settledCycles: readonly string[];
  readonly seed: number;
}

export interface EngineQuestion {
  readonly pair: PairRow;
  readonly reason: QuestionReason;
  /** Of an audit: to be kept with the answer. */
  readonly probability?: number;
  /** The answer of an audit that a verdict gave before: nothing to ask, only to be written down again as an audit. */
  readonly known?: 'similar' | 'different';
  /** Of a cycle: the `different` verdict's id, and the images from its first to its last along the `similar` ones. */
  readonly cycle?: { readonly id: string; readonly paths: readonly string[] };
}

export interface QuestionsAnswer {
  readonly generation: number;
  readonly questions: readonly EngineQuestion[];
  /** Listed pairs near the threshold that no verdict speaks of; absent for kinds, which are not told by the listed pairs. */
  readonly open?: number;
}
/** Null without a scan. */
export const QuestionsRequest = new RequestType<QuestionsParams, QuestionsAnswer | null, void>('labeling/questions');

export interface EstimateParams {
  readonly relation: Relation;
  readonly threshold: number;
}
/** What the audits say at a threshold. */
export interface EstimateAnswer {
  readonly generation: number;
  /** Absent without audits, and where nothing is under the threshold. */
  readonly precision?: Interval;
  readonly recall?: Interval;
  readonly audits: number;
  readonly auditsUnder: number;
  /** Pairs with a verdict, wherever they are. */
  readonly answers: { readonly similar: number; readonly different: number };
  /** Distances of those among the pairs that are measured, for the histogram's two colours. */
  readonly similar: Float32Array;
  readonly different: Float32Array;
}
export const EstimateRequest = new RequestType<EstimateParams, EstimateAnswer | null, void>('labeling/estimate');

/** The threshold at which precision (or recall) is estimated to reach a value: the largest (or smallest) such; null where none does. */
export const ThresholdForRequest = new RequestType<
  { readonly relation: Relation; readonly aim: 'precision' | 'recall'; readonly value: number },
  { readonly threshold: number; readonly estimate: Interval } | null,
  void
>('labeling/thresholdFor');

export interface ClassesAnswer {
  readonly generation: number;
  /** By name; where there are more than can be looked through, those with most pairs. */
  readonly rows: readonly ClassRow[];
  /** Classes in all. */
  readonly total: number;
}
/** What the pairs under a threshold say of each class. Answers of the relation count. Null without a scan. */
export const ClassesRequest = new RequestType<EstimateParams, ClassesAnswer | null, void>('labeling/classes');

export interface CompareModelsParams {
  /** Files, absolute; null: the built-in measure. */
  readonly models: readonly [string | null, string | null];
  /** Whose audits are judged. */
  readonly relation: Relation;
}
/** Two models on the same audits, each at its own threshold. */
export interface ModelComparison {
  readonly audits: number;
  /** Absent without audits. */
  readonly accuracies?: readonly [AuditAccuracy, AuditAccuracy];
  /** Audited pairs that the two judge differently. */
  readonly disagreements: number;
  /** At most 50 of those: what the person said, and what each model says (true: similar). */
  readonly differing: readonly {
    readonly pair: PairRow;
    readonly similar: boolean;
    readonly said: readonly [boolean, boolean];
  }[];
}
/** Null without a scan. Fails with a line for the user where a model can't be read. */
export const CompareModelsRequest = new RequestType<CompareModelsParams, ModelComparison | null, void>('labeling/compareModels');

export interface CompareFindingsParams {
  /** Files, absolute; null: the built-in measure. */
  readonly models: readonly [string | null, string | null];
}
/** What two models find in the same files, each at the default threshold that the data set gives it. */
export interface FindingsComparison {
  readonly thresholds: readonly [number, number];
  /** Most urgent first; kinds of which neither has any are left out. */
  readonly kinds: readonly {
    readonly kind: FindingKind;
    readonly onlyFirst: number;
    readonly onlySecond: number;
    readonly both: number;
  }[];
}
/**
 * Scans with whichever of the two is not the model of the scan that is held, whose result stays. Null without a scan, and where a scan
 * began meanwhile. Fails with a line for the user where a model can't be read.
 */
export const CompareFindingsRequest = new RequestType<CompareFindingsParams, FindingsComparison | null, void>(
  'labeling/compareFindings',
);
