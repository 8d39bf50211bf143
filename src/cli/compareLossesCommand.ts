import { distanceNames, lossNames, networkNames } from '../core/training/names';
import { CompareLossesRequest, heldOutNames, type CompareLossesParams, type LossComparison } from '../protocol/compareLosses';
import type { Note } from '../core/dataset/note';
import type { CommandLine } from './commandLine';
import { withEngine } from './engineSession';
import { lossCsv, lossJson, lossMarkdown, lossText } from './lossReport';
import type { OptionName } from './optionTable';
import * as values from './optionValues';
import { fileOutput, streamOutput } from './output';
import { folderOf, scanParams } from './scanParams';
import type { Surroundings } from './surroundings';
import { alterationsOf, choice, given, learnFromOf, runtimeOf, seedOf, usualLearnFrom } from './trainParams';
import { followTraining } from './trainProgress';
import { exitCodes, UsageError } from './usageError';

/** Options of `compare` that say nothing about two models. */
export const lossOptions: readonly OptionName[] = [
  'learn',
  'network',
  'distance',
  'batch-size',
  'alterations',
  'losses',
  'steps',
  'held-out',
  'seed',
  'runtime',
];
const formats = ['text', 'json', 'csv', 'markdown'] as const;
type LossFormat = (typeof formats)[number];

type Choices = Omit<CompareLossesParams, 'scan' | 'learnFrom' | 'losses' | 'steps' | 'heldOut'>;

const defaultSteps = 300;
const mostSteps = 1_000_000;

/** `twinlint compare losses DIR`. @returns the exit code. */
export async function compareLossesCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const { positionals, options } = line;
  if (positionals.length !== 2) throw new UsageError('compare losses takes one folder, as in "twinlint compare losses DIR"');
  const root = folderOf(positionals[1], 'what is trained on');
  const format = formatOf(options);
  const threads = values.threadsOf(options);
  const outFile = values.outFileOf(options);
  const choices = given<Choices>({
    network: choice(options, 'network', networkNames),
    distance: choice(options, 'distance', distanceNames),
    batchSize: values.wholeNumber(options, 'batch-size', 65536, 4),
    alterations: alterationsOf(options),
    seed: seedOf(options),
    runtime: runtimeOf(options),
  });
  const trial = {
    losses: lossesOf(options),
    steps: values.wholeNumber(options, 'steps', mostSteps) ?? defaultSteps,
    heldOut: choice(options, 'held-out', heldOutNames) ?? 'images',
  };
  const learnGiven = learnFromOf(options);
  const { params: scan, notes } = await scanParams(root, undefined, values.settingsOf(line, root));
  const [learnFrom] = learnGiven ?? (await usualLearnFrom(scan));
  if (learnFrom === 'pairs' || (learnGiven && learnGiven.length > 1)) {
    throw new UsageError('compare losses learns from labels or from views; leave pairs out of --learn');
  }
  const params: CompareLossesParams = { scan, learnFrom, ...trial, ...choices };
  const output = outFile === undefined ? streamOutput(around.stdout) : await fileOutput(outFile, around.interruption);
  const session = { ...around, ...(threads !== undefined && { threads }), cache: !options.has('no-cache') };
  return withEngine(session, async client => {
    const stopFollowing = followTraining(client, around, false);
    const comparison = await client.request(CompareLossesRequest, params).finally(stopFollowing);
    around.progress.clear();
    await output.write([resultText(format, comparison, notes, around.version)]);
    return exitCodes.clean;
  });
}

function resultText(format: LossFormat, comparison: LossComparison, notes: readonly Note[], version: string): string {
  if (format === 'json') return lossJson(comparison, notes, version);
  if (format === 'csv') return lossCsv(comparison);
  return format === 'markdown' ? lossMarkdown(comparison, notes) : lossText(comparison, notes);
}

/** `--losses a,b`, or all. @throws {UsageError} */
function lossesOf(options: values.Options): CompareLossesParams['losses'] {
  const text = values.last(options, 'losses');
  if (text === undefined) return lossNames;
  return [...new Set(text.split(',').map(part => values.oneOf('--losses', part.trim(), lossNames)))];
}

function formatOf(options: values.Options): LossFormat {
  const text = values.last(options, 'format');
  if (text !== undefined) return values.oneOf('--format', text, formats);
  const extension = /\.([a-z]+)$/i.exec(values.outFileOf(options) ?? '')?.[1].toLowerCase();
  return formats.find(format => format === extension) ?? (extension === 'md' ? 'markdown' : 'text');
}
