import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { analyseFolders } from '../core/dataset/labels';
import type { Note } from '../core/dataset/note';
import { inputRangeNames, LARGEST_BACKBONE_SIZE, poolingNames } from '../core/training/backboneOptions';
import {
  alterationNames,
  distanceNames,
  learnFromNames,
  lossNames,
  minerNames,
  networkNames,
  optimizerNames,
  runtimeNames,
  type AlterationName,
  type LearnFrom,
  type RuntimeName,
} from '../core/training/names';
import type { Relation } from '../core/verdicts/verdict';
import type { ScanParams } from '../protocol/engine';
import type { TrainParams } from '../protocol/training';
import { walkImages } from '../workspace/walk';
import { quote, type CommandLine } from './commandLine';
import { existingFile, newFile, prepareModelsFolder } from './modelFiles';
import { didYouMean } from './nearest';
import type { OptionName } from './optionTable';
import { last, oneOf, positiveNumber, settingsOf, wholeNumber, type Options } from './optionValues';
import { readPairCsv, withPairs } from './pairCsv';
import { folderOf, scanParams } from './scanParams';
import { UsageError } from './usageError';

const defaultSeconds = 30;
const longestSeconds = 7 * 24 * 3600;
const largestSeed = 2 ** 32 - 1;

export const choice = <T extends string>(options: Options, name: OptionName, allowed: readonly T[]): T | undefined => {
  const text = last(options, name);
  return text === undefined ? undefined : oneOf(`--${name}`, text, allowed);
};

export const runtimeOf = (options: Options): RuntimeName | 'auto' | undefined =>
  choice(options, 'runtime', ['auto', ...runtimeNames] as const);
export const seedOf = (options: Options): number | undefined => wholeNumber(options, 'seed', largestSeed, 0);
export const secondsOf = (options: Options): number | undefined => positiveNumber(options, 'seconds', longestSeconds);

/** `--alterations a,b` or `none`. */
export function alterationsOf(options: Options): readonly AlterationName[] | undefined {
  const text = last(options, 'alterations');
  if (text === undefined) return undefined;
  if (text === 'none') return [];
  return text.split(',').map(part => {
    const name = part.trim();
    const known = alterationNames.find(each => each === name);
    if (known) return known;
    throw new UsageError(`--alterations: there is no alteration ${quote(name)}${didYouMean(name, alterationNames)}`);
  });
}

/** What `--learn` and `--pairs` say; undefined where that depends on the images. */
export function learnFromOf(options: Options): readonly LearnFrom[] | undefined {
  const given = options.get('learn')?.map(text => oneOf('--learn', text, learnFromNames));
  const hasPairs = options.has('pairs');
  if (given === undefined) return hasPairs ? ['pairs'] : undefined;
  const learnFrom = learnFromNames.filter(name => given.includes(name) || (name === 'pairs' && hasPairs));
  if (learnFrom.includes('labels') && learnFrom.includes('views')) {
    throw new UsageError(
      '--learn takes labels or views, not both: two images of one class are similar, or only two views of one image',
    );
  }
  return learnFrom;
}

/** `labels` where the images have any, else `views`. */
export async function usualLearnFrom({ roots: [root] }: ScanParams): Promise<readonly LearnFrom[]> {
  const { settings } = root;
  if (settings.labels === 'none') return ['views'];
  if (settings.labels !== 'folders') return ['labels'];
  const paths: string[] = [];
  for await (const { path } of walkImages({ root: root.path, exclude: settings.exclude })) paths.push(path);
  return analyseFolders(paths, settings).classes.length > 1 ? ['labels'] : ['views'];
}

function limitOf(options: Options): TrainParams['limit'] {
  const epochs = wholeNumber(options, 'epochs', 1_000_000);
  const seconds = secondsOf(options);
  if (epochs === undefined) return { seconds: seconds ?? defaultSeconds };
  if (seconds !== undefined) throw new UsageError('--epochs and --seconds exclude each other; give one of them');
  return { epochs };
}

const startFromOf = (options: Options): string | undefined => {
  const text = last(options, 'start-from');
  return text === undefined || text === 'starter' ? text : existingFile(text, '--start-from');
};

const backboneOptionNames = ['backbone-output', 'backbone-input-range', 'backbone-pooling', 'backbone-size'] as const;

/** What `--backbone` and the options of its own say. */
function backboneOf(options: Options): Pick<TrainParams, 'backbone' | 'backboneOptions'> {
  const file = last(options, 'backbone');
  const asked = backboneOptionNames.find(name => options.has(name));
  if (file === undefined) {
    if (asked) throw new UsageError(`--${asked} says how a backbone is used; name one with --backbone FILE`);
    return {};
  }
  if (options.has('start-from')) {
    throw new UsageError('--backbone and --start-from exclude each other: a backbone is what the training starts from');
  }
  const backboneOptions = given<NonNullable<TrainParams['backboneOptions']>>({
    output: last(options, 'backbone-output'),
    preprocessing: choice(options, 'backbone-input-range', inputRangeNames),
    pooling: choice(options, 'backbone-pooling', poolingNames),
    size: wholeNumber(options, 'backbone-size', LARGEST_BACKBONE_SIZE, 8),
  });
  return { backbone: existingFile(file, '--backbone'), ...(asked && { backboneOptions }) };
}

/** The file of `--resume`. */
export function checkpointOf(options: Options): string | undefined {
  const file = last(options, 'resume');
  return file === undefined ? undefined : newFile(file, 'resume', true);
}

/** Going on with an interrupted training replaces the model that it left. */
export const goesOn = (checkpointPath: string | undefined): boolean => checkpointPath !== undefined && existsSync(checkpointPath);

/** The parameters without those that are undefined. */
export const given = <T extends object>(values: { readonly [K in keyof T]: T[K] | undefined }): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

/** What the command line asks a training for. Touches no image but those that `--pairs` names. @throws {UsageError} */
export async function trainParams(line: CommandLine): Promise<{ readonly params: TrainParams; readonly notes: readonly Note[] }> {
  const { positionals, options } = line;
  if (positionals.length !== 1) {
    throw new UsageError('train takes one folder, as in "twinlint train DIR --out DIR/.twinlint/models/mine.twinlint"');
  }
  const root = folderOf(positionals[0], 'what is trained on');
  const outFile = last(options, 'out');
  if (outFile === undefined) throw new UsageError('train needs --out MODEL, the file to write the model to');
  const learnGiven = learnFromOf(options);
  const relationGiven: Relation | undefined = last(options, 'relation');
  const alterations = alterationsOf(options);
  const settings = settingsOf(line, root);
  const choices = given<TrainParams>({
    network: choice(options, 'network', networkNames),
    loss: choice(options, 'loss', lossNames),
    distance: choice(options, 'distance', distanceNames),
    optimizer: choice(options, 'optimizer', optimizerNames),
    miner: choice(options, 'miner', minerNames),
    learningRate: positiveNumber(options, 'learning-rate', 10),
    batchSize: wholeNumber(options, 'batch-size', 65536, 2),
    alterations,
    patience: wholeNumber(options, 'patience', 1_000_000),
    seed: seedOf(options),
    runtime: runtimeOf(options),
    startFrom: startFromOf(options),
    name: last(options, 'name'),
    relation: relationGiven,
  } as { [K in keyof TrainParams]: TrainParams[K] | undefined });
  const limit = limitOf(options);
  const backbone = backboneOf(options);
  const checkpointPath = checkpointOf(options);
  await prepareModelsFolder(outFile, root);
  const outPath = newFile(outFile, 'out', options.has('force') || goesOn(checkpointPath));
  if (checkpointPath === outPath) throw new UsageError('--resume and --out name one file; they are two');

  const { params: scan, notes } = await scanParams(root, undefined, settings);
  const learnFrom = learnGiven ?? (await usualLearnFrom(scan));
  if (learnFrom.includes('views') && alterations?.length === 0) {
    throw new UsageError(
      'learning from views needs alterations to tell apart from other pictures; name some, or leave --alterations out',
    );
  }
  const pairFile = last(options, 'pairs');
  const relation = relationGiven ?? (learnFrom.includes('labels') ? 'same-class' : 'same-picture');
  const pairs = pairFile === undefined ? [] : await readPairCsv(root, pairFile, relation);
  return {
    params: {
      scan: { ...scan, verdicts: withPairs(scan.verdicts, pairs) },
      learnFrom,
      ...choices,
      limit,
      ...backbone,
      outPath: resolve(outPath),
      ...(checkpointPath !== undefined && { checkpointPath }),
    },
    notes,
  };
}
