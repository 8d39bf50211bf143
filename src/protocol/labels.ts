/**
 * Judging labels, between the host and an engine process. It trains networks, so the editor asks the process that trains (training.ts says
 * why); what it finds goes to the process that scans, which publishes it as findings.
 */
import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { BoxNumbers, TextPlace } from '../core/dataset/boxes';
import { LEAST_SUSPICION } from '../core/findings/labelSuspects';
import type { RuntimeName } from '../core/training/names';
import type { ScanNote, ScanParams, ScanSummary } from './engine';

export interface JudgeLabelsParams {
  /** The images: listed, labelled and split as a scan of these would. */
  readonly scan: ScanParams;
  /** For the training of all networks together. Absent: a number of epochs that suits the number of images. */
  readonly limit?: { readonly seconds: number } | { readonly epochs: number };
  readonly seed?: number;
  readonly runtime?: RuntimeName | 'auto';
  /** An absolute path: a CSV file with a column `path` and one a class, out-of-fold probabilities. Nothing is trained then. */
  readonly predProbs?: string;
  /** An absolute path: a CSV file with a column `path` and numbers. Neighbours vote in it, and only a linear classifier is trained on it. */
  readonly embeddings?: string;
}

/** In order. */
export type LabelPhase = 'list' | 'read' | 'group' | 'train' | 'vote';

/** A whole snapshot: the newest wins. */
export interface LabelProgress {
  readonly phase: LabelPhase;
  /** Within the phase, 0…1. */
  readonly share: number;
  /** What is left of the training; absent while unknown. */
  readonly etaMs?: number;
}
export const LabelProgressNotification = new NotificationType<LabelProgress>('labels/progress');

/** One image, or one box of an image. */
export interface LabelRow {
  readonly root: number;
  readonly path: string;
  /** Of a box: where the file that says so stands, and its numbers there. */
  readonly at?: TextPlace;
  readonly box?: BoxNumbers;
  readonly label?: string;
  /** The likeliest other class; without a label, the likeliest class. Absent where nothing can be known. */
  readonly suggested?: string;
  /** 0…1, higher = more doubtful; absent without a label, and where nothing can be known. */
  readonly score?: number;
  /** Of its nearest images, copies of it left out. */
  readonly votes?: { readonly suggested: number; readonly asked: number };
  /** The nearest images that carry its label, and those that carry the suggested one, nearest first: places in the list of rows. */
  readonly nearest?: { readonly given: readonly number[]; readonly suggested: readonly number[] };
}

export interface LabelSummary {
  /** Every image that was found, in the order of the scan. */
  readonly rows: readonly LabelRow[];
  readonly classes: readonly string[];
  /** Images that have a score. */
  readonly judged: number;
  /** The scores are probabilities that a label is wrong; else they only rank. */
  readonly isCalibrated: boolean;
  /** Estimates of how many labels are wrong: by calibration (absent where there is none), and confident learning's. */
  readonly wrongLabels: { readonly calibrated?: number; readonly confidentJoint: number };
  /** Absent where the probabilities were given. */
  readonly trained?: { readonly networks: number; readonly folds: number; readonly runtime: RuntimeName | 'auto' };
  readonly elapsedMs: number;
  readonly notes: readonly ScanNote[];
}
export const JudgeLabelsRequest = new RequestType<JudgeLabelsParams, LabelSummary, void>('labels/judge');

/** A label that was rated, doubtful or not. */
export interface JudgedLabel {
  readonly root: number;
  readonly path: string;
  readonly at?: TextPlace;
  readonly box?: BoxNumbers;
  readonly label: string;
  readonly suggested: string;
  readonly score: number;
  readonly votes?: { readonly suggested: number; readonly asked: number };
  /** Places in the list of these. */
  readonly nearest?: { readonly given: readonly number[]; readonly suggested: readonly number[] };
}

export interface Judgement {
  readonly labels: readonly JudgedLabel[];
  /** The scores are probabilities that a label is wrong; else they only rank. */
  readonly isCalibrated: boolean;
}

export function judgementOf({ rows, isCalibrated }: Pick<LabelSummary, 'rows' | 'isCalibrated'>): Judgement {
  const labels: JudgedLabel[] = [];
  const placeOf = new Map<number, number>();
  rows.forEach(({ root, path, at, box, label, suggested, score, votes, nearest }, row) => {
    if (label === undefined || suggested === undefined || score === undefined) return;
    placeOf.set(row, labels.length);
    const place = { root, path, ...(at && { at }), ...(box && { box }) };
    labels.push({ ...place, label, suggested, score, ...(votes && { votes }), ...(nearest && { nearest }) });
  });
  const placed = (list: readonly number[]): number[] => list.flatMap(row => placeOf.get(row) ?? []);
  return {
    labels: labels.map(({ nearest, ...label }) => ({
      ...label,
      ...(nearest && { nearest: { given: placed(nearest.given), suggested: placed(nearest.suggested) } }),
    })),
    isCalibrated,
  };
}

/** Those that are worth a finding. */
export const isSuspect = ({ score }: Pick<JudgedLabel, 'score'>): boolean => score >= LEAST_SUSPICION;

/** What was judged becomes findings of the scan, and what a review asks about; null if there is no scan. No labels take it back. */
export const SetJudgementRequest = new RequestType<Judgement, ScanSummary | null, void>('scan/setJudgement');
