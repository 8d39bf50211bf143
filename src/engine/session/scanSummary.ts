import type { ScanSummary } from '../../protocol/engine';
import type { DefaultThreshold } from './calibrate';
import type { ScanData, ScanView } from './scanResult';

export interface SummaryInput {
  readonly data: ScanData;
  readonly edition: number;
  readonly view: ScanView;
  readonly calibration: DefaultThreshold;
  /** The distance up to which pairs are listed. */
  readonly radius: number;
  /** How many images a filter leaves; undefined without one. */
  readonly filtered: number | undefined;
}

/** What the host is told of a scan. */
export function scanSummary({ data, edition, view, calibration, radius, filtered }: SummaryInput): ScanSummary {
  const { images, params, model, rescored } = data;
  return {
    generation: view.generation,
    edition,
    ...(filtered !== undefined && { filtered }),
    roots: params.roots.map(({ path, name }) => ({ path, name })),
    images: images.length,
    readable: images.reduce((count, image) => count + (image.problem ? 0 : 1), 0),
    pairs: view.shown.distances.length,
    radius,
    defaultThreshold: calibration.threshold,
    expectedFalsePairs: calibration.expectedFalsePairs,
    counts: view.shown.counts(calibration.threshold),
    classes: distinct(images.map(image => image.label)),
    splits: distinct(images.map(image => image.split)),
    notes: data.notes,
    ...(model && { model: { path: model.model.path, relation: model.model.description.relation } }),
    ...(rescored && { rescorer: { path: rescored.path, network: rescored.network } }),
    elapsedMs: data.elapsedMs,
    scannedAt: data.scannedAt,
  };
}

const distinct = (values: readonly (string | undefined)[]): string[] =>
  [...new Set(values.filter(value => value !== undefined))].sort();
