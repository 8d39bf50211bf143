import { resolve } from 'node:path';
import { displayPath } from '../core/findings/findingMessage';
import { english } from '../core/l10n';
import { csvLine } from '../core/report/csvReport';
import { round6 } from '../core/report/scanReport';
import { padToWidth, textWidth } from '../core/report/textWidth';
import { parseBox, type Box } from '../core/search/box';
import type { Note } from '../core/dataset/note';
import type { ScanParams } from '../protocol/engine';
import { SearchCropRequest, type SearchCropResult } from '../protocol/search';
import { quote } from './commandLine';
import { withEngine } from './engineSession';
import type { Format, Options } from './optionValues';
import { last } from './optionValues';
import type { Output } from './output';
import type { Surroundings } from './surroundings';
import { exitCodes, UsageError } from './usageError';

/** The region of an option, if it is given. */
export function boxOf(options: Options, name: 'crop' | 'box'): Box | undefined {
  const text = last(options, name);
  if (text === undefined) return undefined;
  const box = parseBox(text);
  if (box) return box;
  throw new UsageError(
    `--${name} is ${quote(text)}, but must be left, top, width and height in whole pixels, as in --${name} 40,25,120,80`,
  );
}

export const boxText = ({ x, y, width, height }: Box): string => `${x},${y},${width},${height}`;

function textOf(query: string, { hits, found, searched, threshold }: SearchCropResult): string {
  const head = `Found in ${found} of ${searched} other images (score ${threshold.toFixed(2)} or more)`;
  if (hits.length === 0) return `${head}: the region of ${displayPath(query)} was not found.\n`;
  const width = hits.reduce((most, { path }) => Math.max(most, textWidth(displayPath(path))), 0);
  const lines = hits.flatMap(({ path, regions }) =>
    regions.map(({ box, score }, i) => {
      const name = padToWidth(i === 0 ? displayPath(path) : '', width);
      return `  ${name}  ${score.toFixed(3)}  at ${boxText(box)}\n`;
    }),
  );
  const more = found > hits.length ? `  … and ${found - hits.length} more images (-k lists them)\n` : '';
  return `${head}, best first:\n${lines.join('')}${more}`;
}

function jsonOf(query: string, crop: Box, result: SearchCropResult, version: string): string {
  const { hits, searched, found, threshold } = result;
  const list = hits.map(({ path, width, height, regions }) => ({
    path,
    width,
    height,
    regions: regions.map(({ box, score }) => ({ box, score: round6(score) })),
  }));
  const head = { version: 1, tool: { name: 'twinlint', version }, query, crop, threshold, searched, found };
  return `${JSON.stringify({ ...head, hits: list }, undefined, 2)}\n`;
}

function csvOf({ hits }: SearchCropResult): string {
  const rows = hits.flatMap(({ path, regions }) =>
    regions.map(({ box, score }) => csvLine([path, box.x, box.y, box.width, box.height, round6(score)])),
  );
  return csvLine(['path', 'x', 'y', 'width', 'height', 'score']) + rows.join('');
}

export interface CropSearch {
  readonly image: string;
  /** The image as it is called in the result. */
  readonly name: string;
  readonly crop: Box;
  readonly k: number;
  readonly format: Format;
  readonly output: Output;
  readonly params: ScanParams;
  readonly notes: readonly Note[];
  readonly cache: boolean;
  readonly threads?: number;
}

/** `twinlint similar IMAGE DIR --crop X,Y,W,H`. @returns the exit code. */
export async function cropSearch(search: CropSearch, around: Surroundings): Promise<number> {
  const { image, name, crop, k, format, output, params, cache, threads } = search;
  return withEngine({ ...around, cache, ...(threads !== undefined && { threads }) }, async client => {
    const progress = client.onDidSearchProgress(({ done, total }) => {
      around.progress.showText(`Searching images: ${done} of ${total}`);
    });
    const result = await client
      .request(SearchCropRequest, { file: resolve(image), box: crop, scan: params, most: k })
      .finally(() => progress.dispose());
    around.progress.clear();
    for (const { message, args } of [...search.notes, ...result.notes]) {
      around.stderr.write(`Note: ${english(message, ...args)}\n`);
    }
    const text =
      format === 'json' ? jsonOf(name, crop, result, around.version) : format === 'csv' ? csvOf(result) : textOf(name, result);
    await output.write([text]);
    return exitCodes.clean;
  });
}
