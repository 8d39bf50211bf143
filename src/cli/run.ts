import { EngineCrashedError } from '../client/engineClient';
import { NoteError } from '../core/dataset/note';
import { english } from '../core/l10n';
import { noteOfError } from '../protocol/engineErrors';
import { caseStudyCommand } from './caseStudyCommand';
import { checkCommand, verifyCommand } from './checkCommand';
import { compareCommand } from './compareCommand';
import { parseCommandLine } from './commandLine';
import { engineCommand } from './engineCommand';
import { evaluateCommand } from './evaluateCommand';
import { exportCommand } from './exportCommand';
import { helpText } from './help';
import { historyCommand, turnCommand } from './journalCommands';
import { mapCommand } from './mapCommand';
import { modelsCommand } from './modelsCommand';
import { streamOutput } from './output';
import { resplitCommand } from './resplitCommand';
import { scanCommand } from './scanCommand';
import { selectCommand } from './selectCommand';
import { similarCommand } from './similarCommand';
import { suggestCommand } from './suggestCommand';
import type { Surroundings } from './surroundings';
import { statsCommand } from './statsCommand';
import { trackCommand } from './trackCommand';
import { trainCommand } from './trainCommand';
import { exitCodes, UsageError } from './usageError';

async function dispatch(args: readonly string[], around: Surroundings): Promise<number> {
  const line = parseCommandLine(args);
  switch (line.command) {
    case 'scan':
      return scanCommand(line, around);
    case 'similar':
      return similarCommand(line, around);
    case 'track':
      return trackCommand(line, around);
    case 'select':
      return selectCommand(line, around);
    case 'map':
      return mapCommand(line, around);
    case 'stats':
      return statsCommand(line, around);
    case 'resplit':
      return resplitCommand(line, around);
    case 'undo':
    case 'redo':
      return turnCommand(line, around);
    case 'history':
      return historyCommand(line, around);
    case 'check':
      return checkCommand(line, around);
    case 'suggest':
      return suggestCommand(line, around);
    case 'verify':
      return verifyCommand(line, around);
    case 'train':
      return trainCommand(line, around);
    case 'evaluate':
      return evaluateCommand(line, around);
    case 'compare':
      return compareCommand(line, around);
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
  if (error instanceof NoteError) return { text: error.message, code: exitCodes.usage };
  const note = noteOfError(error);
  if (note) return { text: english(note.message, ...note.args), code: exitCodes.usage };
  if (error instanceof EngineCrashedError) {
    const last = error.crash.stderrTail.trim().split('\n').at(-1);
    return { text: error.message + (last ? ` It said: ${last}` : ''), code: exitCodes.internal };
  }
  const text = error instanceof Error ? error.message : String(error);
  return { text: `internal error: ${text} (TWINLINT_LOG=1 shows the engine's log)`, code: exitCodes.internal };
}

/** Runs a command line; what goes wrong is told in one line on stderr. @returns the exit code. */
export async function run(args: readonly string[], around: Surroundings): Promise<number> {
  try {
    return await dispatch(args, around);
  } catch (error) {
    around.interruption.cleanUp();
    const { text, code } = explain(error);
    around.stderr.write(`twinlint: ${text.replaceAll('\n', ' ')}\n`);
    return code;
  }
}
