import { resolve } from 'node:path';
import type { CheckName } from '../core/checks/checkKinds';
import { allCheckNames, kindsOfCheck, type CheckFindingKind } from '../core/checks/checkKinds';
import { noteText } from '../core/dataset/note';
import { checkCounts, checkCsv, checkJson, checkScoresCsv, checkText, type CheckReport } from '../core/report/checkReport';
import type { EngineClient } from '../client/engineClient';
import {
  RunCheckRequest,
  type CaptionCheckParams,
  type CheckParams,
  type CheckPhase,
  type CheckProgress,
} from '../protocol/checks';
import type { CommandLine } from './commandLine';
import { quote } from './commandLine';
import { withEngine } from './engineSession';
import { didYouMean } from './nearest';
import * as values from './optionValues';
import { referencesOf } from './identityOptions';
import { fileOutput, streamOutput } from './output';
import { folderOf, scanParams } from './scanParams';
import type { Surroundings } from './surroundings';
import { runtimeOf, secondsOf, seedOf } from './trainParams';
import { durationText } from './trainProgress';
import { exitCodes, UsageError } from './usageError';

const formats: readonly values.Format[] = ['text', 'json', 'csv'];

/** `twinlint verify DIR`, the same as `twinlint check identities DIR`. @returns the exit code. */
export async function verifyCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const [, ...others] = line.positionals;
  if (line.positionals.length === 0 || others.length > 0) {
    throw new UsageError('verify takes one folder, with a folder for each identity, as in "twinlint verify DIR"');
  }
  return runCheck(line, around, 'identities');
}

/** `twinlint check CHECK DIR`. @returns the exit code. */
export async function checkCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const { positionals } = line;
  const [name, folder, ...others] = positionals;
  if (name === undefined) throw new UsageError(`check takes a check and a folder; the checks are ${allCheckNames.join(', ')}`);
  const check = checkOf(name);
  if (folder === undefined || others.length > 0) {
    throw new UsageError(`check ${check} takes one folder, as in "twinlint check ${check} DIR"`);
  }
  return runCheck({ ...line, positionals: [folder] }, around, check);
}

/** @throws {UsageError} where there is no such check */
function checkOf(name: string): CheckName {
  const known = allCheckNames.find(each => each === name);
  if (known) return known;
  throw new UsageError(
    `there is no check ${quote(name)}${didYouMean(name, allCheckNames)}; there are ${allCheckNames.join(', ')}`,
  );
}

/** Runs one check on the folder that `line` names. @returns the exit code. */
export async function runCheck(line: CommandLine, around: Surroundings, check: CheckName): Promise<number> {
  const { positionals, options } = line;
  const root = folderOf(positionals[0], 'what is checked');
  const failKinds = failKindsOf(check, values.last(options, 'fail-on'));
  const format = values.formatOf(options, formats);
  const [outFile, scoresFile] = [values.outFileOf(options), values.last(options, 'scores')];
  if (outFile !== undefined && scoresFile !== undefined && resolve(outFile) === resolve(scoresFile)) {
    throw new UsageError('--out and --scores name the same file');
  }
  const [seconds, seed, runtime, threads] = [secondsOf(options), seedOf(options), runtimeOf(options), values.threadsOf(options)];
  const { params: scan, notes } = await scanParams(root, undefined, values.settingsOf(line, root));
  const basics = {
    root: scan.roots[0],
    ...(seconds !== undefined && { seconds }),
    ...(seed !== undefined && { seed }),
    ...(runtime && { runtime }),
    ...(scoresFile !== undefined && { scores: true }),
  };
  const params = paramsOf(check, basics, options);
  const output = outFile === undefined ? streamOutput(around.stdout) : await fileOutput(outFile, around.interruption);
  const scores = scoresFile === undefined ? undefined : await fileOutput(scoresFile, around.interruption, 'scores');
  return withEngine({ ...around, ...(threads !== undefined && { threads }), cache: true }, async client => {
    const stopFollowing = followCheck(client, around);
    const summary = await client.request(RunCheckRequest, params).finally(stopFollowing);
    around.progress.clear();
    const report: CheckReport = { toolVersion: around.version, summary, notes };
    if (format === 'csv') for (const each of [...notes, ...summary.notes]) around.stderr.write(`Note: ${noteText(each)}\n`);
    await output.write(format === 'json' ? checkJson(report) : format === 'csv' ? checkCsv(report) : checkText(report));
    await scores?.write(checkScoresCsv(summary));
    const counts = checkCounts(summary);
    return failKinds.some(kind => (counts[kind] ?? 0) > 0) ? exitCodes.findings : exitCodes.clean;
  });
}

/** What one check is told beside what all are. @throws {UsageError} */
function paramsOf(check: CheckName, basics: Omit<CaptionCheckParams, 'check'>, options: values.Options): CheckParams {
  switch (check) {
    case 'pairs':
      return { ...basics, check, folders: foldersOf(options) };
    case 'identities':
      return { ...basics, check, ...referencesOf(options, basics.root.path) };
    default:
      return { ...basics, check };
  }
}

/** Two or more folders below DIR. @throws {UsageError} */
function foldersOf(options: values.Options): readonly string[] {
  const text = values.last(options, 'folders');
  const folders = (text ?? '').split(',').map(part =>
    part
      .trim()
      .replaceAll('\\', '/')
      .replace(/^\.\/|\/+$/g, ''),
  );
  if (folders.length > 1 && folders.every(folder => folder !== '')) return folders;
  throw new UsageError('check pairs needs the folders whose pictures belong together, as in --folders photos,masks');
}

/** The kinds of `--fail-on`. @throws {UsageError} where the check finds no such kind */
function failKindsOf(check: CheckName, text: string | undefined): readonly CheckFindingKind[] {
  const kinds = kindsOfCheck(check);
  if (text === undefined) return [];
  if (text === 'any') return kinds;
  return text.split(',').map(part => values.oneOf('--fail-on', part.trim(), kinds));
}

const phases: Readonly<Record<CheckPhase, string>> = {
  list: 'Listing files',
  read: 'Reading images',
  group: 'Looking for near-duplicates',
  train: 'Training',
  judge: 'Judging',
};

/** One line of progress. */
export function checkProgressText({ phase, share, etaMs }: CheckProgress): string {
  const left = etaMs === undefined ? '' : `, about ${durationText(etaMs)} left`;
  return `${phases[phase]}: ${Math.floor(100 * share)} %${left}`;
}

function followCheck(client: EngineClient, { progress }: Surroundings): () => void {
  const subscription = client.onDidCheckProgress(each => progress.showText(checkProgressText(each)));
  return () => subscription.dispose();
}
