import { findingKinds } from '../../core/findings/kinds';
import type { LearnFrom } from '../../core/training/names';
import type { ModelChange, TrainingRun } from '../../protocol/panelTraining';
import type { TrainPhase, TrainPoint } from '../../protocol/training';
import { language, t } from '../l10n';
import { formatCount } from './format';

/** Columns of a chart: seconds, then one column a line, null where a line has no value. */
export type Columns = readonly [readonly number[], ...(readonly (number | null)[])[]];

/** Loss of the batches, and of the held-back pairs. */
export const lossColumns = (points: readonly TrainPoint[]): Columns => [
  points.map(secondsOf),
  points.map(point => point.loss),
  points.map(point => point.validation?.loss ?? null),
];

/** Pair accuracy of the batches and of the held-back pairs. */
export const accuracyColumns = (points: readonly TrainPoint[]): Columns => [
  points.map(secondsOf),
  points.map(point => point.pairAccuracy),
  points.map(point => point.validation?.accuracy ?? null),
];

const secondsOf = (point: TrainPoint): number => point.elapsedMs / 1000;

/** The newest and the best of one thing that is measured; undefined before the first. */
export interface Measure {
  readonly newest: number;
  readonly best: number;
}

export interface Measures {
  readonly loss?: Measure;
  readonly validationLoss?: Measure;
  readonly accuracy?: Measure;
  readonly validationAccuracy?: Measure;
  readonly rocAuc?: Measure;
}

export function measuresOf(points: readonly TrainPoint[]): Measures {
  const measure = (valueOf: (point: TrainPoint) => number | undefined, isLess: boolean): Measure | undefined => {
    const values = points.map(valueOf).filter(value => value !== undefined && Number.isFinite(value)) as number[];
    if (values.length === 0) return undefined;
    const best = values.reduce((a, b) => (isLess ? Math.min(a, b) : Math.max(a, b)));
    return { newest: values.at(-1)!, best };
  };
  const all = {
    loss: measure(point => point.loss, true),
    validationLoss: measure(point => point.validation?.loss, true),
    accuracy: measure(point => point.pairAccuracy, false),
    validationAccuracy: measure(point => point.validation?.accuracy, false),
    rocAuc: measure(point => point.validation?.rocAuc, false),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

export const isUnderWay = (run: TrainingRun | null): run is TrainingRun =>
  run !== null && (run.state === 'running' || run.state === 'cancelling');

/** The curve: of the training while it runs, of its summary after. */
export const pointsOf = (run: TrainingRun | null): readonly TrainPoint[] => run?.summary?.points ?? run?.progress?.points ?? [];

export const decimals = (value: number, digits = 3): string =>
  value.toLocaleString(language(), { minimumFractionDigits: digits, maximumFractionDigits: digits });

export function phaseText(phase: TrainPhase): string {
  const texts: Readonly<Record<TrainPhase, () => string>> = {
    list: () => t('Listing images'),
    read: () => t('Reading images'),
    compile: () => t('Preparing the network'),
    train: () => t('Learning'),
    calibrate: () => t('Setting the threshold'),
    save: () => t('Saving the model'),
  };
  return texts[phase]();
}

export function learnedFromText(learnFrom: readonly LearnFrom[]): string {
  const texts: Readonly<Record<LearnFrom, () => string>> = {
    labels: () => t('class folders'),
    pairs: () => t('your pairs'),
    views: () => t('altered views'),
  };
  return learnFrom.map(each => texts[each]()).join(t(', '));
}

/** What a model with this relation is good for. */
export function relationText(relation: string): string {
  if (relation === 'same-picture') return t('same picture');
  if (relation === 'same-class') return t('same kind of thing');
  return relation;
}

export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return seconds < 60 ? t('{0} s', seconds) : `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

export function etaText(etaMs: number): string {
  const seconds = Math.max(1, Math.ceil(etaMs / 1000));
  return seconds < 90 ? t('about {0} s left', seconds) : t('about {0} min left', Math.round(seconds / 60));
}

/** What another model has changed in the findings, one line a kind. */
export function changeLines({ kinds }: ModelChange): string[] {
  if (kinds.length === 0) return [t('The findings stay the same.')];
  return kinds.map(({ kind, appeared, gone }) =>
    t('{0}: {1} new, {2} gone', t(findingKinds[kind].title), formatCount(appeared), formatCount(gone)),
  );
}
