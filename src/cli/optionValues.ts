import { statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { groupingOf } from '../core/dataset/identity';
import { labelFields, type LabelColumns, type LabelField } from '../core/dataset/labelColumns';
import { isLabelWord, labelWords } from '../core/dataset/labelSource';
import { allFindingKinds, isFindingKind, type FindingKind, type Severity } from '../core/findings/kinds';
import { allQualityKinds, qualityKinds, type QualityKind } from '../core/quality/qualityKinds';
import { labelUnits, type ScanSettings } from '../core/settings/scanSettings';
import { quote, type CommandLine } from './commandLine';
import { existingFile } from './modelFiles';
import { didYouMean } from './nearest';
import type { OptionName } from './optionTable';
import { UsageError } from './usageError';

export type Options = CommandLine['options'];
const formats = ['text', 'json', 'sarif', 'csv', 'html'] as const;
export type Format = (typeof formats)[number];
const severities: readonly Severity[] = ['error', 'warning', 'information', 'off'];
const scopes = ['all', 'across-folders', 'within-folder'] as const;

export const last = (options: Options, name: OptionName): string | undefined => options.get(name)?.at(-1);

export function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  if ((allowed as readonly string[]).includes(value)) return value as T;
  throw new UsageError(`${name} is ${quote(value)}, but must be ${allowed.join(', ')}${didYouMean(value, allowed)}`);
}

export function wholeNumber(options: Options, name: OptionName, max: number, min = 1): number | undefined {
  const text = last(options, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`--${name} is ${quote(text)}, but must be a whole number from ${min} to ${max}`);
}

/** A number above 0. */
export function positiveNumber(options: Options, name: OptionName, max: number): number | undefined {
  const text = last(options, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= max) return value;
  throw new UsageError(`--${name} is ${quote(text)}, but must be a number above 0, at most ${max}`);
}

const kindOf = (name: string, value: string): FindingKind => {
  if (isFindingKind(value)) return value;
  throw new UsageError(`${name}: there is no kind of finding ${quote(value)}${didYouMean(value, allFindingKinds)}`);
};

/** Parts a `LEFT=RIGHT` at its last equals sign: a glob may hold others. */
function halves(name: string, text: string, shape: string): [string, string] {
  const at = text.lastIndexOf('=');
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`${name} is ${quote(text)}, but must look like ${shape}`);
}

function patternText(text: string): string {
  try {
    groupingOf(text);
    return text;
  } catch {
    throw new UsageError(`--group-by is ${quote(text)}, which is no regular expression`);
  }
}

/** The settings that a command line gives, for the folder it names; these win over its config file. */
export function settingsOf({ command, options }: Pick<CommandLine, 'command' | 'options'>, root: string): Partial<ScanSettings> {
  const settings: { -readonly [K in keyof ScanSettings]?: ScanSettings[K] } = {};
  const labels = last(options, 'labels');
  if (labels !== undefined) settings.labels = isLabelWord(labels) ? labels : labelFile(labels, root);
  const columns = last(options, 'label-columns');
  if (columns !== undefined) settings.labelColumns = labelColumnsOf(columns);
  const unit = last(options, 'unit');
  if (unit !== undefined) settings.labelUnit = oneOf('--unit', unit, labelUnits);
  const classFolders = options.get('class-folders');
  if (classFolders) settings.classFolders = classFolders;
  const splits = options.get('splits');
  if (splits) {
    const byName = new Map<string, string[]>();
    for (const text of splits) {
      const [glob, name] = halves('--splits', text, 'GLOB=NAME, for example "data/holdout/**=test"');
      byName.set(name, [...(byName.get(name) ?? []), glob]);
    }
    settings.splits = Object.fromEntries(byName);
  }
  const groupBy = last(options, 'group-by');
  if (groupBy !== undefined) settings.groupBy = patternText(groupBy);
  const threshold = command === 'scan' ? last(options, 'threshold') : undefined;
  if (threshold !== undefined) settings.threshold = thresholdOf(threshold);
  const model = last(options, 'model');
  if (model !== undefined) settings.model = model === 'auto' || model === 'none' ? model : modelFile(model, root);
  const rescorer = last(options, 'rescore-model');
  if (rescorer !== undefined) settings.rescoreModel = rescorer === 'none' ? '' : existingFile(rescorer, '--rescore-model');
  const pairs = command === 'scan' ? last(options, 'pairs') : undefined;
  if (pairs !== undefined) settings.pairs = oneOf('--pairs', pairs, scopes);
  if (options.has('mirrors')) settings.mirrors = true;
  if (options.has('turns')) settings.turns = true;
  const exclude = options.get('exclude');
  if (exclude) settings.exclude = exclude;
  const maxPixels = wholeNumber(options, 'max-pixels', 4294967295);
  if (maxPixels !== undefined) settings.maxPixels = maxPixels;
  const levels = options.get('severity');
  if (levels) {
    settings.severity = Object.fromEntries(
      levels.map(text => {
        const [kind, level] = halves('--severity', text, 'KIND=LEVEL, for example near-duplicate=warning');
        return [kindOf('--severity', kind), oneOf(`--severity ${kind}`, level, severities)];
      }),
    );
  }
  const limits = options.get('limit');
  if (limits) settings.limits = Object.fromEntries(limits.map(limitOf));
  return settings;
}

/** `blurry=0.02` */
function limitOf(text: string): [QualityKind, number] {
  const [kind, limit] = halves('--limit', text, 'KIND=X, for example blurry=0.02');
  const known = oneOf('--limit', kind, allQualityKinds);
  const { minimum, maximum } = qualityKinds[known];
  const value = Number(limit);
  if (limit.trim() !== '' && value >= minimum && value <= maximum) return [known, value];
  throw new UsageError(`--limit ${kind} is ${quote(limit)}, but must be a number from ${minimum} to ${maximum}`);
}

function thresholdOf(text: string): number | 'auto' {
  if (text === 'auto') return 'auto';
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new UsageError(`--threshold is ${quote(text)}, but must be auto or a number from 0 to 1`);
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** The label file's path below the root, whether it was given from here or from there. */
function labelFile(file: string, root: string): string {
  const found = [resolve(file), resolve(root, file)].find(isFile);
  if (found === undefined) {
    const near = didYouMean(file, labelWords);
    throw new UsageError(
      `--labels is ${quote(file)}, but must be ${labelWords.join(', ')}, or a file; there is no such file${near}`,
    );
  }
  const below = relative(root, found);
  if (below.startsWith('..') || isAbsolute(below)) {
    throw new UsageError(`the label file ${file} must lie below ${root}; its paths are relative to that folder`);
  }
  return below.split(sep).join('/');
}

/** `path=image,label=breed` */
function labelColumnsOf(text: string): LabelColumns {
  const columns: Partial<Record<LabelField, string>> = {};
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    const [field, column] = [part.slice(0, Math.max(0, at)).trim(), part.slice(at + 1).trim()];
    if (at < 0 || column === '') {
      throw new UsageError(`--label-columns is ${quote(text)}, but must look like path=image,label=breed`);
    }
    columns[oneOf('a field of --label-columns', field, labelFields)] = column;
  }
  return columns;
}

/** The model's path, whether it was given from here or from the folder, as the config file does. */
function modelFile(file: string, root: string): string {
  const found = [resolve(file), resolve(root, file)].find(isFile);
  if (found === undefined) {
    throw new UsageError(`--model is ${quote(file)}, but must be auto, none, or a model file; there is no such file`);
  }
  return found;
}

export function failKindsOf(options: Options): readonly FindingKind[] {
  const text = last(options, 'fail-on');
  if (text === undefined) return [];
  if (text === 'any') return allFindingKinds;
  return text.split(',').map(kind => kindOf('--fail-on', kind.trim()));
}

/** The format asked for, else the one that the output file's extension means, else text. */
export function formatOf(options: Options, allowed: readonly Format[]): Format {
  const text = last(options, 'format');
  if (text !== undefined) return oneOf('--format', text, allowed);
  const extension = last(options, 'out')
    ?.match(/\.([a-z]+)$/i)?.[1]
    .toLowerCase();
  return allowed.find(format => format === extension) ?? 'text';
}
export const scanFormats: readonly Format[] = formats;
export const similarFormats: readonly Format[] = ['text', 'json', 'csv'];
const textOrJson = ['text', 'json'] as const;

/** For commands whose result is text or JSON. */
export function isJson(options: Options, byFile = false): boolean {
  const text = last(options, 'format');
  if (text !== undefined) return oneOf('--format', text, textOrJson) === 'json';
  return byFile && /\.json$/i.test(last(options, 'out') ?? '');
}

export const outFileOf = (options: Options): string | undefined => last(options, 'out');
export const againstOf = (options: Options): string | undefined => last(options, 'against');
export const threadsOf = (options: Options): number | undefined => wholeNumber(options, 'threads', 1024);
export const neighboursOf = (options: Options): number => wholeNumber(options, 'neighbours', 100_000) ?? 10;
