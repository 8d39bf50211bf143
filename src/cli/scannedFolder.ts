import type { EngineClient } from '../client/engineClient';
import { english } from '../core/l10n';
import { noteTexts } from '../core/report/scanReport';
import { ScanRequest } from '../protocol/engine';
import type { CommandLine } from './commandLine';
import { withEngine } from './engineSession';
import * as values from './optionValues';
import { fileOutput, streamOutput } from './output';
import { scanParams } from './scanParams';
import type { Surroundings } from './surroundings';
import { exitCodes } from './usageError';

/**
 * Scans a folder, as the options say, asks something about it, and writes the answer to stdout or `--out`; notes go to stderr.
 * @returns the exit code
 */
export async function withScannedFolder(
  line: CommandLine,
  root: string,
  around: Surroundings,
  answer: (client: EngineClient) => Promise<Iterable<string>>,
): Promise<number> {
  const { options } = line;
  const threads = values.threadsOf(options);
  const outFile = values.outFileOf(options);
  const { params, notes } = await scanParams(root, undefined, values.settingsOf(line, root));
  const output = outFile === undefined ? streamOutput(around.stdout) : await fileOutput(outFile, around.interruption);
  return withEngine({ ...around, ...(threads !== undefined && { threads }), cache: !options.has('no-cache') }, async client => {
    const summary = await client.request(ScanRequest, params);
    const pieces = await answer(client);
    around.progress.clear();
    for (const note of noteTexts({ notes: [...notes, ...summary.notes] }, english)) around.stderr.write(`Note: ${note}\n`);
    await output.write(pieces);
    return exitCodes.clean;
  });
}
