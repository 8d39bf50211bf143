import { statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { displayDistance, displayPath, problemMessage, transformText } from '../core/findings/findingMessage';
import { english } from '../core/l10n';
import { csvLine } from '../core/report/csvReport';
import { round6 } from '../core/report/scanReport';
import { padToWidth, textWidth } from '../core/report/textWidth';
import { NeighboursRequest, type Neighbour } from '../protocol/engine';
import type { CommandLine } from './commandLine';
import { boxOf, cropSearch } from './cropSearch';
import { withEngine } from './engineSession';
import * as values from './optionValues';
import { fileOutput, streamOutput } from './output';
import { folderOf, scanParams } from './scanParams';
import type { Surroundings } from './surroundings';
import { exitCodes, UsageError } from './usageError';

/** The query's path below DIR, or as it was given where it lies elsewhere. */
function queryName(image: string, root: string): string {
  const path = relative(root, resolve(image));
  return path.startsWith('..') || isAbsolute(path) ? image : path.split(sep).join('/');
}

function similarText(query: string, neighbours: readonly Neighbour[]): string {
  if (neighbours.length === 0) return `Nothing near ${displayPath(query)} was found.\n`;
  const width = neighbours.reduce((most, { image }) => Math.max(most, textWidth(displayPath(image.path))), 0);
  const lines = neighbours.map(({ image, distance, transform }) => {
    const turned = transformText(transform, english);
    return `  ${padToWidth(displayPath(image.path), width)}  ${displayDistance(distance)}${turned ? `, ${turned}` : ''}\n`;
  });
  return `Nearest to ${displayPath(query)} first:\n${lines.join('')}`;
}

function similarJson(query: string, neighbours: readonly Neighbour[], version: string): string {
  const list = neighbours.map(({ image, distance, transform }) => ({
    path: image.path,
    distance: round6(distance),
    ...(transform !== 'none' && { transform }),
  }));
  return `${JSON.stringify({ version: 1, tool: { name: 'twinlint', version }, query, neighbours: list }, undefined, 2)}\n`;
}

function similarCsv(neighbours: readonly Neighbour[]): string {
  const rows = neighbours.map(({ image, distance, transform }) =>
    csvLine([image.path, round6(distance), transform === 'none' ? '' : transform]),
  );
  return csvLine(['path', 'distance', 'transform']) + rows.join('');
}

/** `twinlint similar IMAGE DIR`. @returns the exit code. */
export async function similarCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const { positionals, options } = line;
  if (positionals.length !== 2) throw new UsageError('similar takes an image and a folder, as in "twinlint similar IMAGE DIR"');
  const [image, folder] = positionals;
  const root = folderOf(folder, 'where to look');
  const stats = statSync(image, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`there is no image ${image}`);
  if (!stats.isFile()) throw new UsageError(`${image} is not a file; name the image to look for first, then the folder`);
  const k = values.neighboursOf(options);
  const crop = boxOf(options, 'crop');
  const format = values.formatOf(options, values.similarFormats);
  const threads = values.threadsOf(options);
  const outFile = values.outFileOf(options);
  const { params, notes } = await scanParams(root, undefined, values.settingsOf(line, root));
  const output = outFile === undefined ? streamOutput(around.stdout) : await fileOutput(outFile, around.interruption);
  const cache = !options.has('no-cache');
  const name = queryName(image, root);
  if (crop) {
    const search = { image, name, crop, k, format, output, params, notes, cache, ...(threads !== undefined && { threads }) };
    return cropSearch(search, around);
  }

  return withEngine({ ...around, ...(threads !== undefined && { threads }), cache }, async client => {
    const { query, neighbours } = await client.request(NeighboursRequest, { path: resolve(image), k, scan: params });
    if (query.problem) throw new UsageError(`${image}: ${problemMessage(query.problem, english)}`);
    around.progress.clear();
    for (const note of notes) around.stderr.write(`Note: ${english(note.message, ...note.args)}\n`);
    switch (format) {
      case 'json':
        await output.write([similarJson(name, neighbours, around.version)]);
        break;
      case 'csv':
        await output.write([similarCsv(neighbours)]);
        break;
      case 'text':
      case 'sarif':
      case 'html':
        await output.write([similarText(name, neighbours)]);
    }
    return exitCodes.clean;
  });
}
