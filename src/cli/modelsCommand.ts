import { existsSync } from 'node:fs';
import { displayPath } from '../core/findings/findingMessage';
import { english } from '../core/l10n';
import { padToWidth, textWidth } from '../core/report/textWidth';
import { ListModelsRequest, type ModelInfo, type ModelList } from '../protocol/training';
import type { CommandLine } from './commandLine';
import { withEngine } from './engineSession';
import { modelsFolder } from './modelFiles';
import * as values from './optionValues';
import { streamOutput } from './output';
import { folderOf } from './scanParams';
import type { Surroundings } from './surroundings';
import { jsonText, modelJson, percentText, sizeText } from './trainReport';
import { exitCodes, UsageError } from './usageError';

const cellsOf = (model: ModelInfo): string[] => [
  displayPath(model.name),
  model.relation,
  model.metrics ? percentText(model.metrics.accuracy) : '–',
  model.network,
  sizeText(model.sizeBytes),
  model.trainedAt.slice(0, 16).replace('T', ' '),
  displayPath(model.path),
];

function modelsText({ models, problems, rescorers }: ModelList, folder: string): string {
  const rows = [['name', 'relation', 'accuracy', 'network', 'size', 'trained (UTC)', 'file'], ...models.map(cellsOf)];
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => textWidth(row[column]))));
  const lines = rows.map(
    row => `${row.map((cell, i) => (i === row.length - 1 ? cell : padToWidth(cell, widths[i]))).join('  ')}\n`,
  );
  const list = models.length === 0 ? `No models in ${displayPath(folder)}.\n` : lines.join('');
  return list + [...problems, ...rescorers].map(({ note }) => `Note: ${english(note.message, ...note.args)}\n`).join('');
}

/** `twinlint models DIR`. @returns the exit code. */
export async function modelsCommand({ positionals, options }: CommandLine, around: Surroundings): Promise<number> {
  if (positionals.length !== 1) throw new UsageError('models takes one folder, as in "twinlint models DIR"');
  const folder = modelsFolder(folderOf(positionals[0], 'whose models are listed'));
  const json = values.isJson(options);
  const none: ModelList = { models: [], problems: [], rescorers: [] };
  const list = existsSync(folder)
    ? await withEngine({ ...around, cache: true }, client => client.request(ListModelsRequest, { folder }))
    : none;
  const result = json
    ? jsonText(around.version, {
        models: list.models.map(modelJson),
        problems: [...list.problems, ...list.rescorers].map(({ path, note }) => ({
          path,
          message: english(note.message, ...note.args),
        })),
      })
    : modelsText(list, folder);
  await streamOutput(around.stdout).write([result]);
  return exitCodes.clean;
}
