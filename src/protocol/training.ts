/**
 * Messages about models, between the host (extension or command line) and an engine process. A training runs in an engine process of
 * its own (the same program), so that searching goes on in the other one. Cancelling a training is no error: its answer is the best so far.
 */
import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { BackboneOptions } from '../core/training/backboneOptions';
import type {
  AlterationName,
  CaseStudyRecipe,
  DistanceName,
  LearnFrom,
  LossName,
  MinerName,
  NetworkName,
  OptimizerName,
  RuntimeName,
} from '../core/training/names';
import type { Relation } from '../core/verdicts/verdict';
import type { ScanNote, ScanParams } from './engine';

/** Passes through the images, time, or steps. */
export type TrainLimit = { readonly epochs: number } | { readonly seconds: number } | { readonly steps: number };

export interface TrainParams {
  /** The images: listed, labelled and split as a scan of these would; its verdicts are the pairs to learn from. */
  readonly scan: ScanParams;
  /** At least one. `labels` and `pairs` mix; `views` stands alone or beside `pairs`. */
  readonly learnFrom: readonly LearnFrom[];
  /** Whose verdicts count, and what the model will say of itself. Absent: `same-class` with labels, `same-picture` without. */
  readonly relation?: Relation;
  /** Absent: what suits the images. */
  readonly network?: NetworkName;
  readonly loss?: LossName;
  readonly distance?: DistanceName;
  readonly optimizer?: OptimizerName;
  readonly miner?: MinerName;
  readonly learningRate?: number;
  readonly batchSize?: number;
  /** Absent: all that suit. */
  readonly alterations?: readonly AlterationName[];
  readonly limit: TrainLimit;
  /** Judgements of the validation part without gain after which to stop. */
  readonly patience?: number;
  readonly seed?: number;
  readonly runtime?: RuntimeName | 'auto';
  /** A model file, or `starter`: the encoder that comes with Twinlint. */
  readonly startFrom?: string;
  /** An ONNX file, or a TensorFlow.js `model.json`: a frozen encoder; only a small head on top of it learns. */
  readonly backbone?: string;
  /** How it is used, where Twinlint's rules would choose wrong. */
  readonly backboneOptions?: BackboneOptions;
  /** Where the model is written, absolute. */
  readonly outPath: string;
  /** For people. Absent: the file's name. */
  readonly name?: string;
  /** Where to keep what is needed to go on later. An interrupted training with the same settings that is found there goes on. */
  readonly checkpointPath?: string;
}

/** In order. */
export type TrainPhase = 'list' | 'read' | 'compile' | 'train' | 'calibrate' | 'save';

/** One point of the curves. */
export interface TrainPoint {
  readonly step: number;
  readonly elapsedMs: number;
  /** Smoothed. */
  readonly loss: number;
  /** Of the batches' pairs, 0…1, smoothed. */
  readonly pairAccuracy: number;
  readonly learningRate: number;
  /** Absent before the first judgement, and where too few images could be held back. */
  readonly validation?: { readonly loss: number; readonly accuracy: number; readonly rocAuc: number };
}

/** A whole snapshot: the newest wins. */
export interface TrainProgress {
  readonly phase: TrainPhase;
  /** Within the phase, 0…1. */
  readonly share: number;
  /** Whole training; absent while unknown. */
  readonly etaMs?: number;
  /** The curve so far, thinned to at most 500 points, the newest always last. Empty before `train`. */
  readonly points: readonly TrainPoint[];
}
export const TrainProgressNotification = new NotificationType<TrainProgress>('train/progress');

/** What a model file says of itself. */
export interface ModelInfo {
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** SHA-256 of the file; keys caches. */
  readonly hash: string;
  readonly network: string;
  readonly input: readonly [number, number, number];
  readonly embeddingSize: number;
  readonly relation: Relation;
  readonly distance: DistanceName;
  readonly threshold: number;
  readonly labels: readonly string[];
  readonly trainedAt: string;
  readonly trainedOn: { readonly images: number; readonly pairs: number; readonly learnFrom: readonly LearnFrom[] };
  /** On images that were held back. */
  readonly metrics?: { readonly accuracy: number; readonly rocAuc: number };
  readonly trainingLog: readonly string[];
  readonly writtenBy: string;
}

export interface TrainSummary {
  readonly model: ModelInfo;
  readonly steps: number;
  /** Time in steps, and all of it. */
  readonly trainMs: number;
  readonly elapsedMs: number;
  readonly ended: 'limit' | 'cancelled' | 'early' | 'diverged';
  readonly runtime: RuntimeName;
  readonly threads: number;
  /** Rollbacks, refusals of single images, what was chosen by itself and why. */
  readonly notes: readonly ScanNote[];
  readonly points: readonly TrainPoint[];
  /** Of the model started from, on the same held-back pairs. */
  readonly before?: { readonly accuracy: number; readonly rocAuc: number };
}
export const TrainRequest = new RequestType<TrainParams, TrainSummary, void>('train/run');

/** What stands in a model file. Fails with a line for the user where it is none. */
export const ModelInfoRequest = new RequestType<{ readonly path: string }, ModelInfo, void>('model/info');

/** The models in a folder, newest first; what is none, or damaged, is listed as a problem. */
export interface ModelList {
  readonly models: readonly ModelInfo[];
  readonly problems: readonly { readonly path: string; readonly note: ScanNote }[];
  /** Networks that look at two pictures at once: models too, but nothing to compare with. The note says so. */
  readonly rescorers: readonly { readonly path: string; readonly note: ScanNote }[];
}
export const ListModelsRequest = new RequestType<{ readonly folder: string }, ModelList, void>('model/list');

/** Writes the encoder with its weights as an ONNX file (docs/ENGINE.md says what goes in and out). */
export const ExportOnnxRequest = new RequestType<
  { readonly path: string; readonly outPath: string },
  { readonly sizeBytes: number },
  void
>('model/exportOnnx');

/** A share with its 90 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface EvaluateParams {
  readonly path: string;
  readonly scan: ScanParams;
  /** `labels`: pairs of the data set's classes; `pairs`: the verdicts. Absent: labels where there are any. */
  readonly by?: 'labels' | 'pairs';
  readonly threshold?: number;
  readonly seed?: number;
  readonly runtime?: RuntimeName | 'auto';
}
export interface EvaluateSummary {
  readonly model: ModelInfo;
  readonly images: number;
  readonly pairs: number;
  readonly threshold: number;
  /** As many similar as different pairs. */
  readonly accuracy: Estimate;
  readonly rocAuc: Estimate;
  /** Share of similar pairs among all pairs of the data set: what precision is weighted to. */
  readonly prevalence: number;
  readonly precision: Estimate;
  readonly recall: Estimate;
  /** Share of images with one of their kind among the k nearest. */
  readonly recallAt: readonly { readonly k: number; readonly value: number }[];
  /** Predicted probability of "similar" against what was so, in ten bins. */
  readonly reliability: readonly { readonly predicted: number; readonly observed: Estimate; readonly pairs: number }[];
  /** Expected calibration error of these probabilities, 0…1; absent where there are none. */
  readonly calibrationError?: number;
  /** Precision and recall along the distance, ascending. */
  readonly curve: readonly { readonly distance: number; readonly precision: number; readonly recall: number }[];
  readonly notes: readonly ScanNote[];
}
export const EvaluateRequest = new RequestType<EvaluateParams, EvaluateSummary, void>('model/evaluate');

/** The chapter's case study, on the four idx files of Fashion-MNIST (gzipped or not). */
export interface CaseStudyParams {
  readonly dataFolder: string;
  readonly recipe: CaseStudyRecipe;
  /** `fast` (absent: 30) and `best` (absent: 300). */
  readonly seconds?: number;
  readonly seed?: number;
  readonly runtime?: RuntimeName | 'auto';
  /** Where to write the model. */
  readonly outPath?: string;
  /** As for a training. */
  readonly checkpointPath?: string;
}
export interface CaseStudySummary {
  readonly recipe: CaseStudyRecipe;
  readonly seed: number;
  readonly steps: number;
  readonly trainMs: number;
  /** Recording, compiling and loading, and reading the data; none of it is in `trainMs`. */
  readonly compileMs: number;
  readonly loadMs: number;
  readonly threshold: number;
  /** Of the chapter's 14,388 test pairs. */
  readonly accuracy: number;
  readonly testPairs: number;
  /** Of as many pairs made the same way from the untouched 10,000 images. */
  readonly untouchedAccuracy: number;
  readonly runtime: RuntimeName;
  readonly threads: number;
  readonly points: readonly TrainPoint[];
  readonly model?: ModelInfo;
}
export const CaseStudyRequest = new RequestType<CaseStudyParams, CaseStudySummary, void>('train/caseStudy');

/** What networks can run on here. */
export interface RuntimeStatus {
  /** What training and embedding use. */
  readonly chosen: RuntimeName;
  readonly threads: number;
  /** Why, one sentence each. */
  readonly reasons: readonly ScanNote[];
  readonly all: readonly {
    readonly name: RuntimeName;
    readonly isAvailable: boolean;
    readonly version?: string;
    /** Why not, or what is known of it. */
    readonly detail: ScanNote;
  }[];
  /** How to get a faster one; empty where there is none. */
  readonly advice: readonly ScanNote[];
}
export const RuntimesRequest = new RequestType0<RuntimeStatus, void>('engine/runtimes');
