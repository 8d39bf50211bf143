import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EngineClient } from '../client/engineClient';
import type { Note } from '../core/dataset/note';
import { note } from '../core/dataset/note';
import { csvLine } from '../core/report/csvReport';
import type { ScanParams, ScanSummary } from '../protocol/engine';
import { isSuspect, JudgeLabelsRequest, judgementOf, SetJudgementRequest } from '../protocol/labels';
import type { JudgeLabelsParams, LabelPhase, LabelProgress, LabelRow, LabelSummary } from '../protocol/labels';
import type { Interruption } from './interruption';
import { failKindsOf, last, positiveNumber } from './optionValues';
import type { Options } from './optionValues';
import type { OptionName } from './optionTable';
import type { Output } from './output';
import { fileOutput } from './output';
import type { Surroundings } from './surroundings';
import { durationText } from './trainProgress';
import { UsageError } from './usageError';

/** How labels are to be judged. */
export interface LabelJudging {
  readonly params: JudgeLabelsParams;
  /** Where the scores go, if to a file. */
  readonly scores?: Output;
  /** Asked for by `--fail-on` alone: a model that judges labels will do, where the scan has one. */
  readonly isImplied: boolean;
}

const MOST_SECONDS = 1e6;

/** What the options ask for; undefined where labels are not to be judged. @throws {UsageError} */
export async function labelJudging(
  options: Options,
  scan: ScanParams,
  interruption: Interruption,
): Promise<LabelJudging | undefined> {
  const file = last(options, 'label-scores');
  const seconds = positiveNumber(options, 'label-seconds', MOST_SECONDS);
  const predProbs = fileOf(options, 'pred-probs');
  const embeddings = fileOf(options, 'embeddings');
  const isAsked = file !== undefined || seconds !== undefined || predProbs !== undefined || embeddings !== undefined;
  // `any` means what is found anyway.
  const isImplied = last(options, 'fail-on') !== 'any' && failKindsOf(options).includes('mislabeled');
  if (!isAsked && !isImplied) {
    if (last(options, 'unit') !== 'boxes') return undefined;
    throw new UsageError(
      '--unit boxes says what labels are judged of; ask for that with --label-scores FILE or --fail-on mislabeled',
    );
  }
  if (seconds !== undefined && predProbs !== undefined) {
    throw new UsageError('--label-seconds is about training, and with --pred-probs nothing is trained; leave one of them out');
  }
  if (last(options, 'labels') === 'none') throw new UsageError('--labels none leaves no labels to judge');
  const scores = file === undefined ? undefined : await fileOutput(file, interruption, 'label-scores');
  return {
    params: {
      scan,
      ...(seconds !== undefined && { limit: { seconds } }),
      ...(predProbs !== undefined && { predProbs }),
      ...(embeddings !== undefined && { embeddings }),
    },
    ...(scores && { scores }),
    isImplied: !isAsked,
  };
}

function fileOf(options: Options, name: OptionName): string | undefined {
  const file = last(options, name);
  if (file === undefined) return undefined;
  const path = resolve(file);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw new UsageError(`--${name} ${file}: there is no such file`);
  return path;
}

const messages = {
  judged: '{0} of {1} labels were judged; {2} are more probably wrong than right. Estimated wrong labels: {3}.',
  ranked: '{0} of {1} labels were judged; {2} are doubtful.',
} as const;

/** Judges the labels of a scan, if that is asked for, and makes doubtful ones findings of it. */
export async function judgeLabels(
  client: EngineClient,
  judging: LabelJudging | undefined,
  scan: ScanParams,
  scanned: ScanSummary,
  around: Surroundings,
): Promise<{ readonly summary: ScanSummary; readonly notes: readonly Note[] }> {
  if (!judging || (judging.isImplied && scanned.model?.relation === 'same-class')) return { summary: scanned, notes: [] };
  const subscription = client.onDidLabelProgress(each => around.progress.showText(labelProgressText(each)));
  let judged: LabelSummary;
  try {
    judged = await client.request(JudgeLabelsRequest, { ...judging.params, scan });
  } finally {
    subscription.dispose();
    around.progress.clear();
  }
  await judging.scores?.write(scoreLines(judged.rows, scan.roots.length > 1 ? 0 : undefined));
  const judgement = judgementOf(judged);
  const suspects = judgement.labels.filter(isSuspect);
  const summary = (await client.request(SetJudgementRequest, judgement)) ?? scanned;
  const labelled = judged.rows.filter(({ label }) => label !== undefined).length;
  const estimate = judged.wrongLabels.calibrated;
  const told =
    estimate === undefined
      ? note(messages.ranked, judged.judged, labelled, suspects.length)
      : note(messages.judged, judged.judged, labelled, suspects.length, Math.round(estimate));
  return { summary, notes: [...judged.notes, told] };
}

/** The rows of the images of DIR; empty fields where nothing is known. */
function* scoreLines(rows: readonly LabelRow[], root: number | undefined): Generator<string> {
  const hasBoxes = rows.some(({ at }) => at);
  yield csvLine(['path', 'label', 'suggested', 'score', ...(hasBoxes ? ['file', 'line', 'x', 'y', 'width', 'height'] : [])]);
  for (const row of rows) {
    if (root !== undefined && row.root !== root) continue;
    // So many decimals that two images' scores differ where the images do.
    yield csvLine([row.path, row.label ?? '', row.suggested ?? '', row.score?.toFixed(8) ?? '', ...placeOf(row)]);
  }
}

const placeOf = ({ at, box }: LabelRow): readonly (string | number)[] => (at && box ? [at.file, at.line, ...box] : []);

const phases: Readonly<Record<LabelPhase, string>> = {
  list: 'Counting images',
  read: 'Reading images to judge their labels',
  group: 'Looking for near-duplicates',
  train: 'Judging labels',
  vote: 'Asking neighbours',
};

export function labelProgressText({ phase, share, etaMs }: LabelProgress): string {
  const amount = phase === 'list' ? '' : `  ${Math.round(100 * share)} %`;
  return `${phases[phase]}${amount}${etaMs === undefined ? '' : `  ${durationText(etaMs)} left`}`;
}
