import type { TrainPhase, TrainProgress } from '../../protocol/training';
import type { ModelChange } from '../../protocol/panelTraining';
import { findingKinds } from '../../core/findings/kinds';
import type { Words } from '../scan/scanText';

/** How far a phase's beginning is, and its share, in percent of a training: almost all of it is learning. */
const phaseShare: Readonly<Record<TrainPhase, readonly [start: number, share: number]>> = {
  list: [0, 1],
  read: [1, 9],
  compile: [10, 2],
  train: [12, 83],
  calibrate: [95, 4],
  save: [99, 1],
};

/** 0 to 100, growing with the phases. */
export function percentTrained({ phase, share }: TrainProgress): number {
  const [start, length] = phaseShare[phase];
  return start + length * Math.min(1, Math.max(0, share));
}

export function phaseText(phase: TrainPhase, { t }: Words): string {
  return {
    list: () => t('Listing images'),
    read: () => t('Reading images'),
    compile: () => t('Preparing the network'),
    train: () => t('Learning'),
    calibrate: () => t('Setting the threshold'),
    save: () => t('Saving the model'),
  }[phase]();
}

export const shareText = (share: number, { language }: Words): string =>
  share.toLocaleString(language, { minimumFractionDigits: 3, maximumFractionDigits: 3 });

/** What a training is doing, how well, and for how long still. */
export function trainProgressText(progress: TrainProgress, words: Words): string {
  const { t, language } = words;
  const last = progress.points.at(-1);
  const judged = progress.points.findLast(point => point.validation)?.validation;
  const parts = [phaseText(progress.phase, words)];
  if (progress.phase === 'read' && progress.share > 0) parts[0] += ` ${Math.floor(100 * progress.share)} %`;
  if (last) parts.push(t('step {0}', last.step.toLocaleString(language)));
  if (judged) parts.push(t('pair accuracy {0}', shareText(judged.accuracy, words)));
  if (progress.etaMs !== undefined) parts.push(leftText(progress.etaMs, words));
  return parts.join(' · ');
}

function leftText(etaMs: number, { t }: Words): string {
  const seconds = Math.max(1, Math.ceil(etaMs / 1000));
  return seconds < 60 ? t('about {0} s left', seconds) : t('about {0} min left', Math.ceil(seconds / 60));
}

/** "31 new near-duplicates, 12 gone": what another model has changed. */
export function changeText(change: ModelChange, words: Words): string {
  const { t, language } = words;
  const n = (count: number): string => count.toLocaleString(language);
  const parts = change.kinds.map(({ kind, appeared, gone }) => {
    const title = t(findingKinds[kind].title);
    if (gone === 0) return t('{0}: {1} new', title, n(appeared));
    if (appeared === 0) return t('{0}: {1} gone', title, n(gone));
    return t('{0}: {1} new, {2} gone', title, n(appeared), n(gone));
  });
  if (parts.length === 0) parts.push(t('the findings stay the same'));
  if (change.accuracy) {
    const { before, after } = change.accuracy;
    parts.push(t('pair accuracy {0} → {1} on held-back pairs', shareText(before, words), shareText(after, words)));
  }
  return parts.join('; ');
}
