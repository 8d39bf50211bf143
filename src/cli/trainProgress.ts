import type { EngineClient } from '../client/engineClient';
import type { TrainPhase, TrainPoint, TrainProgress } from '../protocol/training';
import type { Surroundings } from './surroundings';

const phases: Readonly<Record<TrainPhase, string>> = {
  list: 'Counting images',
  read: 'Reading images',
  compile: 'Compiling the network',
  train: 'Training',
  calibrate: 'Calibrating',
  save: 'Saving',
};

const percent = (share: number, decimals = 0): string => `${(100 * share).toFixed(decimals)} %`;

/** `1 h 05 min`, `2 min 05 s`, `12 s`. */
export function durationText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
  return seconds >= 60 ? `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s` : `${seconds} s`;
}

/** One line: where it is, the newest point of the curves, and how long it will take. */
export function trainText({ phase, share, etaMs, points }: TrainProgress): string {
  const point = points.at(-1);
  const left = etaMs === undefined ? [] : [`${durationText(etaMs)} left`];
  if (phase !== 'train' || !point) {
    // A comparison of losses has no curve of its own.
    const amount = phase === 'read' || phase === 'train' ? [percent(share)] : [];
    return [phases[phase], ...amount, ...left].join('  ');
  }
  const { loss, pairAccuracy, validation } = point;
  return [
    phases[phase],
    percent(share),
    `loss ${loss.toPrecision(3)}`,
    ...(validation ? [`val ${validation.loss.toPrecision(3)}`] : []),
    `accuracy ${percent(validation?.accuracy ?? pairAccuracy, 1)}`,
    ...left,
  ].join('  ');
}

/** One line of the JSON log: the newest point only, since the earlier ones were told. */
export function trainLogLine({ phase, share, etaMs, points }: TrainProgress): string {
  const point: TrainPoint | undefined = points.at(-1);
  return `${JSON.stringify({ phase, share, ...(etaMs !== undefined && { etaMs: Math.round(etaMs) }), ...point })}\n`;
}

/**
 * Tells how a training goes on: on a terminal as a line that is written over; elsewhere as JSON lines where the result is JSON, and
 * not at all where it is text.
 *
 * @returns a function that ends it
 */
export function followTraining(client: EngineClient, { progress, stderr }: Surroundings, json: boolean): () => void {
  const isTerminal = (stderr as { readonly isTTY?: boolean }).isTTY === true;
  const subscription = client.onDidTrainProgress(each => {
    if (isTerminal) progress.showText(trainText(each));
    else if (json) stderr.write(trainLogLine(each));
  });
  return () => subscription.dispose();
}
