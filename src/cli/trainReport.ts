import { displayPath } from '../core/findings/findingMessage';
import { english } from '../core/l10n';
import { round6 } from '../core/report/scanReport';
import type { Note } from '../core/dataset/note';
import type { ModelInfo, TrainPoint, TrainSummary } from '../protocol/training';
import { durationText } from './trainProgress';

export const percentText = (share: number, decimals = 1): string => `${(100 * share).toFixed(decimals)} %`;
export const noteLines = (notes: readonly Note[]): string =>
  notes.map(({ message, args }) => `Note: ${english(message, ...args)}\n`).join('');
export const noteList = (notes: readonly Note[]): string[] => notes.map(({ message, args }) => english(message, ...args));

/** Sizes as people read them. */
export const sizeText = (bytes: number): string =>
  bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** Rows of a name and a value, in two columns. */
export function rowsText(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
}

/** A model as it stands in every JSON result. */
export function modelJson(model: ModelInfo): object {
  const { threshold, metrics, ...rest } = model;
  return {
    ...rest,
    threshold: round6(threshold),
    ...(metrics && { metrics: { accuracy: round6(metrics.accuracy), rocAuc: round6(metrics.rocAuc) } }),
  };
}

/** The head of every JSON result, and its end of line. */
export const jsonText = (version: string, result: object): string =>
  `${JSON.stringify({ version: 1, tool: { name: 'twinlint', version }, ...result }, undefined, 2)}\n`;

export const pointsJson = (points: readonly TrainPoint[]): object[] => points.map(point => ({ ...point }));

const metricsText = ({ accuracy, rocAuc }: { readonly accuracy: number; readonly rocAuc: number }): string =>
  `accuracy ${percentText(accuracy)}, ROC-AUC ${rocAuc.toFixed(3)}`;

const ends: Readonly<Record<TrainSummary['ended'], string>> = {
  limit: '',
  cancelled: ' (interrupted; the best so far was kept)',
  early: ' (stopped early: it got no better)',
  diverged: ' (stopped: the loss ran away again and again; the best from before was kept)',
};

export function trainText(summary: TrainSummary, notes: readonly Note[]): string {
  const { model, before } = summary;
  const { images, pairs, learnFrom } = model.trainedOn;
  const rows: [string, string][] = [
    ['Model', `${displayPath(model.path)} (${sizeText(model.sizeBytes)})`],
    ['Learnt from', `${images} images${pairs > 0 ? `, ${pairs} pairs` : ''}: ${learnFrom.join(' and ')}`],
    ['Network', `${model.network}, ${model.input.join('×')} to ${model.embeddingSize} numbers, ${model.distance} distance`],
    ['Similar means', model.relation + (model.labels.length > 0 ? `, ${model.labels.length} classes` : '')],
    ['Training', `${summary.steps} steps in ${durationText(summary.trainMs)}${ends[summary.ended]}`],
    ['Ran on', `${summary.runtime}, ${summary.threads} ${summary.threads === 1 ? 'thread' : 'threads'}`],
    ['Held-back images', model.metrics ? metricsText(model.metrics) : 'too few to judge on'],
    ...(before ? [['Before training', metricsText(before)] as [string, string]] : []),
    ['Threshold', model.threshold.toFixed(3)],
  ];
  return rowsText(rows) + noteLines([...notes, ...summary.notes]);
}

export function trainJson(summary: TrainSummary, notes: readonly Note[], version: string): string {
  const { model, ended, steps, trainMs, elapsedMs, runtime, threads, before, points } = summary;
  return jsonText(version, {
    model: modelJson(model),
    ended,
    steps,
    trainMs: Math.round(trainMs),
    elapsedMs: Math.round(elapsedMs),
    runtime,
    threads,
    ...(before && { before: { accuracy: round6(before.accuracy), rocAuc: round6(before.rocAuc) } }),
    notes: noteList([...notes, ...summary.notes]),
    points: pointsJson(points),
  });
}
