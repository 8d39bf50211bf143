import { isAbsolute, relative, resolve } from 'node:path';
import { displayPath } from '../core/findings/findingMessage';
import { english } from '../core/l10n';
import { padToWidth, textWidth } from '../core/report/textWidth';
import { cocoOf, isKept, trackCsv, type TrackedFrame } from '../core/search/track';
import { TrackRequest } from '../protocol/search';
import { quote, type CommandLine } from './commandLine';
import { boxOf, boxText } from './cropSearch';
import { withEngine } from './engineSession';
import * as values from './optionValues';
import { fileOutput, streamOutput } from './output';
import { folderOf, scanParams } from './scanParams';
import type { Surroundings } from './surroundings';
import { exitCodes, UsageError } from './usageError';

const formats = ['text', 'json', 'csv'] as const;
const states = { tracked: '', lost: 'lost', unreadable: 'unreadable' } as const;

function thinOf(options: values.Options): number | undefined {
  const text = values.last(options, 'thin');
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new UsageError(`--thin is ${quote(text)}, but must be a number from 0 to 1`);
}

/** The start frame below the folder, whether it was given from here or from there. */
function startOf(options: values.Options, root: string): string | undefined {
  const text = values.last(options, 'start');
  if (text === undefined) return undefined;
  const path = relative(root, resolve(text));
  return path.startsWith('..') || isAbsolute(path) ? text : path;
}

function textOf(frames: readonly TrackedFrame[], thin: number | undefined): string {
  const width = frames.reduce((most, { path }) => Math.max(most, textWidth(displayPath(path))), 0);
  const lines = frames.map(frame => {
    const { path, status, box, score } = frame;
    const place = box ? `${boxText(box)}  ${(score ?? 0).toFixed(3)}` : states[status];
    const goes = thin !== undefined && !isKept(frame, thin) ? '  can go' : '';
    return `  ${padToWidth(displayPath(path), width)}  ${place}${goes}\n`;
  });
  return `${lines.join('')}${summaryOf(frames, thin)}\n`;
}

function summaryOf(frames: readonly TrackedFrame[], thin: number | undefined): string {
  const count = (status: TrackedFrame['status']): number => frames.filter(frame => frame.status === status).length;
  const [lost, unreadable] = [count('lost'), count('unreadable')];
  const parts = [`${frames.length} frames: in ${count('tracked')} of them the box was followed`];
  if (lost > 0) parts.push(`in ${lost} it was lost`);
  if (unreadable > 0) parts.push(`${unreadable} could not be read`);
  if (thin !== undefined) parts.push(`${frames.filter(frame => !isKept(frame, thin)).length} can go`);
  return `${parts.join(', ')}.`;
}

/** `twinlint track DIR --box X,Y,W,H`. @returns the exit code. */
export async function trackCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const { positionals, options } = line;
  if (positionals.length !== 1) {
    throw new UsageError('track takes one folder of frames, as in "twinlint track DIR --box 120,80,64,48"');
  }
  const root = folderOf(positionals[0], 'where the frames are');
  const box = boxOf(options, 'box');
  if (!box) throw new UsageError('say which box to follow, as in --box 120,80,64,48 (left, top, width, height in pixels)');
  const thin = thinOf(options);
  const lists = (['keep-list', 'drop-list'] as const).flatMap(name => {
    const file = values.last(options, name);
    return file === undefined ? [] : [{ name, file }];
  });
  if (lists.length > 0 && thin === undefined) throw new UsageError(`--${lists[0].name} asks for --thin, as in --thin 0.3`);
  const format = values.formatOf(options, formats);
  const threads = values.threadsOf(options);
  const start = startOf(options, root);
  const { params, notes } = await scanParams(root, undefined, values.settingsOf(line, root));
  const outFile = values.outFileOf(options);
  const output = outFile === undefined ? streamOutput(around.stdout) : await fileOutput(outFile, around.interruption);
  const outputs = await Promise.all(lists.map(({ name, file }) => fileOutput(file, around.interruption, name)));

  const session = { ...around, cache: !options.has('no-cache'), ...(threads !== undefined && { threads }) };
  return withEngine(session, async client => {
    const progress = client.onDidSearchProgress(({ done, total }) => {
      around.progress.showText(`Following the box: frame ${done} of ${total}`);
    });
    const request = { scan: params, box, ...(start !== undefined && { start }), ...(thin !== undefined && { thin }) };
    const result = await client.request(TrackRequest, request).finally(() => progress.dispose());
    around.progress.clear();
    for (const { message, args } of [...notes, ...result.notes]) {
      around.stderr.write(`Note: ${english(message, ...args)}\n`);
    }
    const { frames } = result;
    const written = {
      text: () => textOf(frames, thin),
      json: () => cocoOf(frames, around.version),
      csv: () => trackCsv(frames, thin),
    };
    await output.write([written[format as (typeof formats)[number]]()]);
    if (outFile !== undefined) around.stderr.write(`${summaryOf(frames, thin)}\n`);
    for (const [i, { name }] of lists.entries()) {
      const listed = frames.filter(frame => isKept(frame, thin!) === (name === 'keep-list') && frame.status !== 'unreadable');
      await outputs[i].write(listed.map(({ path }) => `${path}\n`));
    }
    return exitCodes.clean;
  });
}
