import { displayPath } from '../core/findings/findingMessage';
import type { Note } from '../core/dataset/note';
import { pairNetworkNames, type PairNetworkName } from '../core/training/names';
import { TrainPairNetworkRequest, type PairNetworkSummary, type TrainPairNetworkParams } from '../protocol/pairNetworks';
import type { CommandLine } from './commandLine';
import { withEngine } from './engineSession';
import { newFile, prepareModelsFolder } from './modelFiles';
import type { OptionName } from './optionTable';
import * as values from './optionValues';
import { streamOutput } from './output';
import { folderOf, scanParams } from './scanParams';
import type { Surroundings } from './surroundings';
import { alterationsOf, given, learnFromOf, runtimeOf, secondsOf, seedOf } from './trainParams';
import { durationText, followTraining } from './trainProgress';
import { jsonText, noteLines, noteList, rowsText, sizeText } from './trainReport';
import { exitCodes, UsageError } from './usageError';

/** What only a training of an encoder takes. */
const ofEncoders: readonly OptionName[] = [
  'relation',
  'loss',
  'distance',
  'optimizer',
  'miner',
  'learning-rate',
  'batch-size',
  'epochs',
  'patience',
  'start-from',
  'backbone',
  'resume',
  'pairs',
  'plot',
];
const defaultSeconds = 60;

/** The network of `--network` where it is one that looks at two pictures at once. */
export const pairNetworkOf = (options: values.Options): PairNetworkName | undefined =>
  pairNetworkNames.find(name => name === values.last(options, 'network'));

/** `twinlint train DIR --network two-channel --out MODEL`. @returns the exit code. */
export async function trainPairNetworkCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const { positionals, options } = line;
  const network = pairNetworkOf(options)!;
  if (positionals.length !== 1) {
    throw new UsageError('train takes one folder, as in "twinlint train DIR --network two-channel --out FILE"');
  }
  const root = folderOf(positionals[0], 'what is trained on');
  const outFile = values.last(options, 'out');
  if (outFile === undefined) throw new UsageError('train needs --out MODEL, the file to write the model to');
  const unused = ofEncoders.find(name => options.has(name));
  if (unused) throw new UsageError(`--${unused} is for networks that embed; ${network} looks at two pictures at once`);
  if (learnFromOf(options)?.some(name => name !== 'views')) {
    throw new UsageError(`${network} learns from altered views, which need no labels: leave --learn out, or give views`);
  }
  const json = values.isJson(options);
  const threads = values.threadsOf(options);
  const choices = given<Pick<TrainPairNetworkParams, 'alterations' | 'seed' | 'runtime' | 'name'>>({
    alterations: alterationsOf(options),
    seed: seedOf(options),
    runtime: runtimeOf(options),
    name: values.last(options, 'name'),
  });
  const limit = { seconds: secondsOf(options) ?? defaultSeconds };
  await prepareModelsFolder(outFile, root);
  const outPath = newFile(outFile, 'out', options.has('force'));
  const { params: scan, notes } = await scanParams(root, undefined, values.settingsOf(line, root));
  const session = { ...around, ...(threads !== undefined && { threads }), cache: !options.has('no-cache') };
  return withEngine(session, async client => {
    const stopFollowing = followTraining(client, around, json);
    const summary = await client
      .request(TrainPairNetworkRequest, { scan, network, limit, outPath, ...choices })
      .finally(stopFollowing);
    around.progress.clear();
    const { notes: ofEngine, ...rest } = summary;
    const all = [...notes, ...ofEngine];
    const result = json ? jsonText(around.version, { pairNetwork: rest, notes: noteList(all) }) : textOf(summary, all);
    await streamOutput(around.stdout).write([result]);
    return exitCodes.clean;
  });
}

const textOf = (summary: PairNetworkSummary, notes: readonly Note[]): string =>
  rowsText([
    ['Model', `${displayPath(summary.path)} (${sizeText(summary.sizeBytes)})`],
    ['Learnt from', `altered views of ${summary.images} images`],
    ['Network', `${summary.network}, two pictures of ${summary.input.join('×')}`],
    ['Training', `${summary.steps} steps in ${durationText(summary.trainMs)}`],
    ['Ran on', `${summary.runtime}, ${summary.threads} ${summary.threads === 1 ? 'thread' : 'threads'}`],
    ['Held-back images', summary.rocAuc === undefined ? 'too few to judge on' : `ROC-AUC ${summary.rocAuc.toFixed(3)}`],
    ['Use', `twinlint scan DIR --rescore-model ${displayPath(summary.path)}`],
  ]) + noteLines(notes);
