import { journalMessages } from '../core/curation/messages';
import { countSplits, resplit } from '../core/curation/resplit';
import { setsOfIdentities } from '../core/dataset/identity';
import { note, noteText } from '../core/dataset/note';
import { displayPath } from '../core/findings/findingMessage';
import { english } from '../core/l10n';
import { noteTexts } from '../core/report/scanReport';
import { padToWidth, textWidth } from '../core/report/textWidth';
import { ScannedImagesRequest } from '../protocol/curation';
import { ScanRequest } from '../protocol/engine';
import { planTravels } from '../workspace/sidecars/planTravels';
import { quote, type CommandLine } from './commandLine';
import { withEngine } from './engineSession';
import { openJournal, tellDone } from './journalCommands';
import * as values from './optionValues';
import { streamOutput } from './output';
import { folderOf, scanParams } from './scanParams';
import type { Surroundings } from './surroundings';
import { jsonText } from './trainReport';
import { exitCodes, UsageError } from './usageError';

const splitNames = ['train', 'val', 'test'] as const;

/** The shares, which must add up to 1; without any, 80, 10 and 10 %. */
function sharesOf(options: values.Options): Record<string, number> {
  const given = splitNames.map(name => {
    const text = values.last(options, name);
    if (text === undefined) return 0;
    const value = Number(text);
    if (text.trim() === '' || !(value >= 0 && value <= 1)) {
      throw new UsageError(`--${name} is ${quote(text)}, but must be a share from 0 to 1`);
    }
    return value;
  });
  if (!splitNames.some(name => options.has(name))) return { train: 0.8, val: 0.1, test: 0.1 };
  const sum = given.reduce((total, each) => total + each, 0);
  if (Math.abs(sum - 1) > 1e-6) throw new UsageError(`the shares of train, val and test add up to ${sum}, but must add up to 1`);
  return Object.fromEntries(splitNames.map((name, i) => [name, given[i]]).filter(([, share]) => share !== 0));
}

function tableText(names: readonly string[], rows: ReturnType<typeof countSplits>['rows']): string {
  const cells = [
    ['', ...names.map(name => (name === '' ? 'no split' : name))],
    ...rows.map(({ label, before, after }) => [
      label === '' ? 'all' : displayPath(label),
      ...names.map((_, i) => `${before[i]} → ${after[i]}`),
    ]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map(row => textWidth(row[column]))));
  return cells
    .map(
      row =>
        `${row
          .map((cell, i) => padToWidth(cell, widths[i]))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** `twinlint resplit DIR`: a table of what would change; with --apply, the moves. @returns the exit code. */
export async function resplitCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const { positionals, options } = line;
  if (positionals.length !== 1) {
    throw new UsageError('resplit takes one folder, as in "twinlint resplit DIR --train 0.8 --val 0.2"');
  }
  const root = folderOf(positionals[0], 'what is split');
  const shares = sharesOf(options);
  const seed = values.wholeNumber(options, 'seed', 2 ** 32 - 1, 0) ?? 1;
  const threads = values.threadsOf(options);
  const { params, notes } = await scanParams(root, undefined, values.settingsOf(line, root));
  if (Object.keys(params.roots[0].settings.splits).length > 0) {
    throw new UsageError(
      'splits come from globs here (the setting "splits"), so moving files between folders would not change them',
    );
  }
  const journal = options.has('apply') ? await openJournal(root, around) : undefined;
  return withEngine({ ...around, ...(threads !== undefined && { threads }), cache: !options.has('no-cache') }, async client => {
    const summary = await client.request(ScanRequest, params);
    const scanned = await client.request(ScannedImagesRequest, {});
    if (!scanned) throw new Error('the scan is gone');
    around.progress.clear();
    for (const text of noteTexts({ notes: [...notes, ...summary.notes] }, english)) around.stderr.write(`Note: ${text}\n`);
    const { images, groups } = scanned;
    const together = [...groups, ...setsOfIdentities(images.map(({ identity }) => identity))];
    const { splits, moves } = resplit({ images, together, shares, seed });
    const travels = moves.map(({ image, to }) => ({ file: images[image], to }));
    const plan = await planTravels(root, travels);
    const going = new Set(plan.images);
    // What stays keeps its split in the table, too.
    const after = splits.map((split, i) =>
      images[i].split === split || going.has(images[i].path) ? split : (images[i].split ?? ''),
    );
    const { names, rows } = countSplits(images, after, Object.keys(shares));
    for (const { note: why } of plan.refused) around.stderr.write(`${displayPath(noteText(why))}\n`);
    const output = streamOutput(around.stdout);
    const refused = plan.refused.map(({ path, note: why }) => ({ path, reason: noteText(why) }));
    if (values.isJson(options)) {
      const moved = travels.filter(({ file }) => going.has(file.path)).map(({ file, to }) => ({ path: file.path, to }));
      await output.write([
        jsonText(around.version, { splits: names, classes: rows, moves: moved, refused, applied: journal !== undefined }),
      ]);
    } else await output.write([tableText(names, rows)]);
    const partial = plan.refused.length > 0 ? exitCodes.findings : exitCodes.clean;
    if (plan.images.length === 0) {
      around.stderr.write('Nothing moves.\n');
      return partial;
    }
    if (!journal) {
      around.stderr.write(
        `${plan.images.length} images would move, with what belongs to them; --apply moves them, "twinlint undo" takes it back.\n`,
      );
      return partial;
    }
    const what = note(journalMessages.resplit, plan.images.length);
    const done = await journal.perform({ what, steps: plan.steps, seen: plan.seen });
    const code = await tellDone(done, '', values.isJson(options) ? { ...around, stdout: around.stderr } : around);
    return code === exitCodes.clean ? partial : code;
  });
}
