import { basename } from 'node:path';
import { cardJson, cardMarkdown } from '../core/report/cardReport';
import { noteTexts } from '../core/report/scanReport';
import { english } from '../core/l10n';
import { CardRequest } from '../protocol/card';
import { ScanRequest } from '../protocol/engine';
import type { CommandLine } from './commandLine';
import { withEngine } from './engineSession';
import * as values from './optionValues';
import { fileOutput, streamOutput } from './output';
import { folderOf, scanParams } from './scanParams';
import type { Surroundings } from './surroundings';
import { exitCodes, UsageError } from './usageError';

/** `twinlint stats DIR`. @returns the exit code. */
export async function statsCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const { positionals, options } = line;
  if (positionals.length !== 1) throw new UsageError('stats takes one folder, as in "twinlint stats DIR"');
  const root = folderOf(positionals[0], 'what is described');
  const json = values.isJson(options, true);
  const threads = values.threadsOf(options);
  const outFile = values.outFileOf(options);
  const { params, notes } = await scanParams(root, undefined, values.settingsOf(line, root));
  const output = outFile === undefined ? streamOutput(around.stdout) : await fileOutput(outFile, around.interruption);
  return withEngine({ ...around, ...(threads !== undefined && { threads }), cache: !options.has('no-cache') }, async client => {
    const summary = await client.request(ScanRequest, params);
    const card = await client.request(CardRequest, {});
    if (!card) throw new Error('the scan is gone');
    around.progress.clear();
    for (const note of noteTexts({ notes: [...notes, ...summary.notes] }, english)) around.stderr.write(`Note: ${note}\n`);
    await output.write([json ? cardJson(card, around.version) : cardMarkdown(card, basename(root))]);
    return exitCodes.clean;
  });
}
