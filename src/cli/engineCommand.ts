import { english } from '../core/l10n';
import { StatusRequest, type EngineStatus } from '../protocol/engine';
import { RuntimesRequest, type RuntimeStatus } from '../protocol/training';
import type { CommandLine } from './commandLine';
import { withEngine } from './engineSession';
import * as values from './optionValues';
import { streamOutput } from './output';
import type { Surroundings } from './surroundings';
import { jsonText, noteList, rowsText } from './trainReport';
import { exitCodes, UsageError } from './usageError';

const inBrackets = (text: string): string => (text === '' ? '' : ` (${text})`);

function engineText(status: EngineStatus, { chosen, threads, reasons, all, advice }: RuntimeStatus, version: string): string {
  const rows: [string, string][] = [
    ['Twinlint', version],
    ['Node.js', `${status.nodeVersion} (${process.platform} ${process.arch})`],
    ['Decoder', `${status.decoderVersion} (${status.decoder})`],
    ['Matrix products', status.runtime + inBrackets(status.runtimeReason)],
    ['Threads', String(status.threads)],
    ['Cache folder', status.cacheDir],
    ['Networks run on', `${chosen}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`],
  ];
  const list = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `\n${title}:\n${lines.map(each => `  ${each}\n`).join('')}`;
  const width = Math.max(...all.map(({ name }) => name.length));
  const runtimes = all.map(({ name, isAvailable, version: of, detail }) => {
    const state = isAvailable ? (of ?? 'yes') : 'no';
    return `${name.padEnd(width)}  ${state.padEnd(8)}  ${english(detail.message, ...detail.args)}`.trimEnd();
  });
  return (
    rowsText(rows) + list('Why', noteList(reasons)) + list('Runtimes', runtimes) + list('To get a faster one', noteList(advice))
  );
}

function engineJson(status: EngineStatus, runtimes: RuntimeStatus, version: string): string {
  return jsonText(version, {
    node: status.nodeVersion,
    platform: process.platform,
    arch: process.arch,
    decoder: { kind: status.decoder, version: status.decoderVersion },
    matrixProducts: { runtime: status.runtime, reason: status.runtimeReason },
    threads: status.threads,
    cacheFolder: status.cacheDir,
    networks: { runtime: runtimes.chosen, threads: runtimes.threads, reasons: noteList(runtimes.reasons) },
    runtimes: runtimes.all.map(({ name, isAvailable, version: of, detail }) => ({
      name,
      isAvailable,
      ...(of !== undefined && { version: of }),
      detail: english(detail.message, ...detail.args),
    })),
    advice: noteList(runtimes.advice),
  });
}

/** `twinlint engine`. @returns the exit code. */
export async function engineCommand({ positionals, options }: CommandLine, around: Surroundings): Promise<number> {
  if (positionals.length > 0) throw new UsageError('engine takes no folder or file');
  const json = values.isJson(options);
  const threads = values.threadsOf(options);
  return withEngine({ ...around, ...(threads !== undefined && { threads }), cache: true }, async client => {
    const status = await client.request0(StatusRequest);
    const runtimes = await client.request0(RuntimesRequest);
    const result = (json ? engineJson : engineText)(status, runtimes, around.version);
    await streamOutput(around.stdout).write([result]);
    return exitCodes.clean;
  });
}
