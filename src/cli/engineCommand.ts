import { StatusRequest } from '../protocol/engine';
import type { CommandLine } from './commandLine';
import { withEngine } from './engineSession';
import * as values from './optionValues';
import { streamOutput } from './output';
import type { Surroundings } from './surroundings';
import { exitCodes, UsageError } from './usageError';

/** `twinlint engine`. @returns the exit code. */
export async function engineCommand({ positionals, options }: CommandLine, around: Surroundings): Promise<number> {
  if (positionals.length > 0) throw new UsageError('engine takes no folder or file');
  const threads = values.threadsOf(options);
  return withEngine({ ...around, ...(threads !== undefined && { threads }), cache: true }, async client => {
    const status = await client.request0(StatusRequest);
    const rows: [string, string][] = [
      ['Twinlint', around.version],
      ['Node.js', `${status.nodeVersion} (${process.platform} ${process.arch})`],
      ['Decoder', `${status.decoderVersion} (${status.decoder})`],
      ['Matrix products', status.runtime + (status.runtimeReason ? ` (${status.runtimeReason})` : '')],
      ['Threads', String(status.threads)],
      ['Cache folder', status.cacheDir],
    ];
    const width = Math.max(...rows.map(([name]) => name.length));
    await streamOutput(around.stdout).write(rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`));
    return exitCodes.clean;
  });
}
