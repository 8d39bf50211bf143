import { basename } from 'node:path';
import { cardJson, cardMarkdown } from '../core/report/cardReport';
import { CardRequest } from '../protocol/card';
import type { CommandLine } from './commandLine';
import * as values from './optionValues';
import { withScannedFolder } from './scannedFolder';
import { folderOf } from './scanParams';
import type { Surroundings } from './surroundings';
import { UsageError } from './usageError';

/** `twinlint stats DIR`. @returns the exit code. */
export async function statsCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const { positionals, options } = line;
  if (positionals.length !== 1) throw new UsageError('stats takes one folder, as in "twinlint stats DIR"');
  const root = folderOf(positionals[0], 'what is described');
  const json = values.isJson(options, true);
  return withScannedFolder(line, root, around, async client => {
    const card = await client.request(CardRequest, {});
    if (!card) throw new Error('the scan is gone');
    return [json ? cardJson(card, around.version) : cardMarkdown(card, basename(root))];
  });
}
