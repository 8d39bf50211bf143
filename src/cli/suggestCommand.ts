import { noteText } from '../core/dataset/note';
import { displayPath } from '../core/findings/findingMessage';
import { suggestCsv, suggestJson, suggestText } from '../core/report/suggestReport';
import type { SuggestReport } from '../core/report/suggestReport';
import { classMoves } from '../core/suggest/classPlaces';
import { acceptedNote } from '../core/suggest/suggestMessages';
import { DEFAULT_LEAST_CONFIDENCE, labelAt } from '../core/suggest/suggestion';
import { SuggestRequest } from '../protocol/suggest';
import type { Journal } from '../workspace/journal/journal';
import { planTravels } from '../workspace/sidecars/planTravels';
import { quote, type CommandLine } from './commandLine';
import { withEngine } from './engineSession';
import { openJournal, tellDone } from './journalCommands';
import * as values from './optionValues';
import { fileOutput, streamOutput } from './output';
import { folderOf, scanParams } from './scanParams';
import type { Surroundings } from './surroundings';
import { exitCodes, UsageError } from './usageError';

const formats = ['text', 'json', 'csv'] as const;

function leastOf(options: values.Options): number {
  const text = values.last(options, 'least-confidence');
  if (text === undefined) return DEFAULT_LEAST_CONFIDENCE;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new UsageError(`--least-confidence is ${quote(text)}, but must be a number from 0 to 1`);
}

/** `twinlint suggest DIR --references REFDIR`. @returns the exit code. */
export async function suggestCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const { positionals, options } = line;
  if (positionals.length !== 1) {
    throw new UsageError('suggest takes the folder of images to label, as in "twinlint suggest DIR --references REFDIR"');
  }
  const root = folderOf(positionals[0], 'what is labelled');
  const named = values.last(options, 'references');
  if (named === undefined) {
    throw new UsageError('say where the references are: --references REFDIR, a folder with a folder for each class');
  }
  const references = folderOf(named, 'what holds the references');
  const shots = values.wholeNumber(options, 'shots', 1_000_000, 1);
  const least = leastOf(options);
  const format = values.formatOf(options, formats);
  const threads = values.threadsOf(options);
  const settings = values.settingsOf(line, root);
  const own = await scanParams(root, undefined, settings);
  const others = await scanParams(references, undefined, values.settingsOf(line, references));
  const outFile = values.outFileOf(options);
  const output = outFile === undefined ? streamOutput(around.stdout) : await fileOutput(outFile, around.interruption);
  const journal = options.has('apply') ? await openJournal(root, around) : undefined;

  return withEngine({ ...around, ...(threads !== undefined && { threads }), cache: true }, async client => {
    const progress = client.onDidSuggestProgress(({ done, total }) => {
      around.progress.showText(`Looking at images: ${done} of ${total}`);
    });
    const summary = await client
      .request(SuggestRequest, {
        root: own.params.roots[0],
        references: others.params.roots[0],
        ...(shots !== undefined && { shots }),
        isGiven: settings.model !== undefined && settings.model !== 'auto',
        trusted: true,
      })
      .finally(() => progress.dispose());
    around.progress.clear();
    const report: SuggestReport = {
      toolVersion: around.version,
      summary,
      leastConfidence: least,
      notes: [...own.notes, ...others.notes],
    };
    if (format === 'csv') {
      for (const each of [...report.notes, ...summary.notes]) around.stderr.write(`Note: ${displayPath(noteText(each))}\n`);
    }
    await output.write(format === 'json' ? suggestJson(report) : format === 'csv' ? suggestCsv(report) : suggestText(report));
    return journal ? accept(journal, root, report, around) : exitCodes.clean;
  });
}

/** Moves the images that are not unknown to class folders below the root. @returns the exit code: 1 where some stay. */
async function accept(
  journal: Journal,
  root: string,
  { summary, leastConfidence }: SuggestReport,
  around: Surroundings,
): Promise<number> {
  const accepted = summary.suggestions.flatMap(({ path, content, ...each }) => {
    const label = labelAt({ path, content, ...each }, leastConfidence);
    return label === undefined ? [] : [{ path, content, label }];
  });
  const moves = classMoves(accepted, '');
  const plan = await planTravels(
    root,
    moves.map(({ path, content, to }) => ({ file: { path, content }, to })),
  );
  for (const { note: why } of plan.refused) around.stderr.write(`${displayPath(noteText(why))}\n`);
  const partial = plan.refused.length > 0 ? exitCodes.findings : exitCodes.clean;
  if (plan.images.length === 0) {
    around.stderr.write('Nothing moves.\n');
    return partial;
  }
  const going = new Set(plan.images);
  const what = acceptedNote(accepted.filter(({ path }) => going.has(path)).map(({ label }) => label));
  const done = await journal.perform({ what, steps: plan.steps, seen: plan.seen });
  const code = await tellDone(done, '', { ...around, stdout: around.stderr });
  return code === exitCodes.clean ? partial : code;
}
