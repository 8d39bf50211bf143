#!/usr/bin/env node
/** The command line: the same engine process as the editor's, without the editor. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineCrashedError } from '../client/engineClient';
import { english } from '../core/l10n';
import { noteOfError } from '../protocol/engineErrors';
import { caseStudyCommand } from './caseStudyCommand';
import { parseCommandLine } from './commandLine';
import { engineCommand } from './engineCommand';
import { evaluateCommand } from './evaluateCommand';
import { exportCommand } from './exportCommand';
import { helpText } from './help';
import { Interruption } from './interruption';
import { modelsCommand } from './modelsCommand';
import { streamOutput } from './output';
import { ProgressLine } from './progressLine';
import { scanCommand } from './scanCommand';
import { similarCommand } from './similarCommand';
import type { Surroundings } from './surroundings';
import { trainCommand } from './trainCommand';
import { exitCodes, UsageError } from './usageError';

/** dist/ lies beside package.json, in the repository and in the package. */
const readVersion = (): string =>
  (JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8')) as { readonly version: string }).version;

async function run(args: readonly string[], around: Surroundings): Promise<number> {
  const line = parseCommandLine(args);
  switch (line.command) {
    case 'scan':
      return scanCommand(line, around);
    case 'similar':
      return similarCommand(line, around);
    case 'train':
      return trainCommand(line, around);
    case 'evaluate':
      return evaluateCommand(line, around);
    case 'export':
      return exportCommand(line, around);
    case 'models':
      return modelsCommand(line, around);
    case 'case-study':
      return caseStudyCommand(line, around);
    case 'engine':
      return engineCommand(line, around);
    case 'help':
      await streamOutput(around.stdout).write([helpText(line.positionals.at(0))]);
      return exitCodes.clean;
    case 'version':
      await streamOutput(around.stdout).write([`${around.version}\n`]);
      return exitCodes.clean;
  }
}

/** The error in one line, and the exit code that goes with it. */
function explain(error: unknown): { readonly text: string; readonly code: number } {
  if (error instanceof UsageError) return { text: error.message, code: exitCodes.usage };
  const note = noteOfError(error);
  if (note) return { text: english(note.message, ...note.args), code: exitCodes.usage };
  if (error instanceof EngineCrashedError) {
    const last = error.crash.stderrTail.trim().split('\n').at(-1);
    return { text: error.message + (last ? ` It said: ${last}` : ''), code: exitCodes.internal };
  }
  const text = error instanceof Error ? error.message : String(error);
  return { text: `internal error: ${text} (TWINLINT_LOG=1 shows the engine's log)`, code: exitCodes.internal };
}

async function main(): Promise<void> {
  const interruption = new Interruption();
  const { stdout, stderr, env } = process;
  stderr.on('error', () => {});
  const log = (line: string) => stderr.write(`${line}\n`);
  try {
    process.exitCode = await run(process.argv.slice(2), {
      version: readVersion(),
      enginePath: join(__dirname, 'engine.js'),
      stdout,
      stderr,
      colours: !env.NO_COLOR && env.TERM !== 'dumb',
      progress: new ProgressLine(stderr),
      interruption,
      ...(env.TWINLINT_LOG && { log }),
    });
  } catch (error) {
    interruption.cleanUp();
    const { text, code } = explain(error);
    stderr.write(`twinlint: ${text.replaceAll('\n', ' ')}\n`);
    process.exitCode = code;
  }
}

void main();
