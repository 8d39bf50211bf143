import { journalMessages as messages } from '../core/curation/messages';
import { NoteError, note, noteText } from '../core/dataset/note';
import { displayPath } from '../core/findings/findingMessage';
import { english } from '../core/l10n';
import { mergeSettings } from '../core/settings/parseSettings';
import { readConfig } from '../workspace/config';
import { Journal, type Done, type HistoryItem } from '../workspace/journal/journal';
import type { CommandLine } from './commandLine';
import * as values from './optionValues';
import { streamOutput } from './output';
import { folderOf } from './scanParams';
import type { Surroundings } from './surroundings';
import { jsonText } from './trainReport';
import { exitCodes, UsageError } from './usageError';

/** The journal of a folder, where its config says that it lies; what a killed process left is brought in order first, and told. */
export async function openJournal(root: string, around: Surroundings): Promise<Journal> {
  const { settings, notes } = await readConfig(root);
  const journal = new Journal(root, mergeSettings({}, settings));
  for (const each of [...notes, ...(await journal.recover())]) around.stderr.write(`Note: ${noteText(each)}\n`);
  return journal;
}

const whatOf = ({ what }: HistoryItem): string => displayPath(english(what.message, ...what.args));
const states: Readonly<Record<HistoryItem['state'], string>> = {
  done: 'done',
  undone: 'undone',
  partly: 'partly done',
  interrupted: 'interrupted',
};

/** `twinlint history DIR`. @returns the exit code. */
export async function historyCommand({ positionals, options }: CommandLine, around: Surroundings): Promise<number> {
  if (positionals.length !== 1) throw new UsageError('history takes one folder, as in "twinlint history DIR"');
  const journal = await openJournal(folderOf(positionals[0], 'whose actions are listed'), around);
  const items = await journal.history();
  const rows = items.map(item => {
    const time = item.time.slice(0, 19).replace('T', ' ');
    return `${item.id}  ${time}  ${states[item.state].padEnd(11)}  ${String(item.files).padStart(6)}  ${whatOf(item)}\n`;
  });
  const head = `${'id'.padEnd(22)}  ${'time (UTC)'.padEnd(19)}  ${'state'.padEnd(11)}  ${'files'.padStart(6)}  action\n`;
  const text = items.length === 0 ? 'No actions yet.\n' : head + rows.join('');
  const json = (): string =>
    jsonText(around.version, {
      actions: items.map(({ id, time, state, files, what }) => ({
        id,
        time,
        state,
        files,
        action: english(what.message, ...what.args),
      })),
    });
  await streamOutput(around.stdout).write([values.isJson(options) ? json() : text]);
  return exitCodes.clean;
}

/** `twinlint undo DIR [ID]` and `twinlint redo DIR [ID]`. @returns the exit code: 1 where some files stayed as they were. */
export async function turnCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const { positionals } = line;
  const isUndo = line.command === 'undo';
  if (positionals.length < 1 || positionals.length > 2) {
    throw new UsageError(`${line.command} takes a folder and, if it is not the last action, its id from "twinlint history"`);
  }
  const [folder, id] = positionals;
  const journal = await openJournal(folderOf(folder, 'whose action it is'), around);
  const last = id === undefined ? await (isUndo ? journal.lastDone() : journal.lastUndone()) : { id };
  if (!last) throw new NoteError(note(isUndo ? messages.nothing : messages.nothingToRedo));
  const done = await (isUndo ? journal.undo(last.id) : journal.redo(last.id));
  return tellDone(done, `${isUndo ? 'Undone' : 'Done again'}: `, around);
}

/** Says what an action did, and why some of it stayed undone. */
export async function tellDone({ entry, refused, changed }: Done, lead: string, around: Surroundings): Promise<number> {
  for (const each of refused) around.stderr.write(`${displayPath(noteText(each.note))}\n`);
  const { what } = entry.plan;
  const open = refused.length === 0 ? '' : ` (${refused.length} of them stayed as they were)`;
  if (changed.length > 0) {
    await streamOutput(around.stdout).write([`${lead}${displayPath(english(what.message, ...what.args))}${open}\n`]);
  }
  return refused.length === 0 ? exitCodes.clean : exitCodes.findings;
}
