import { round6 } from '../core/report/scanReport';
import { SelectRequest, type Selection } from '../protocol/selection';
import type { CommandLine } from './commandLine';
import * as values from './optionValues';
import { withScannedFolder } from './scannedFolder';
import { folderOf } from './scanParams';
import type { Surroundings } from './surroundings';
import { UsageError } from './usageError';

const defaultSeed = 1;

/** `twinlint select DIR --count N`. @returns the exit code. */
export async function selectCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const { positionals, options } = line;
  if (positionals.length !== 1) {
    throw new UsageError('select takes one folder, as in "twinlint select DIR --count 100 --diverse"');
  }
  const root = folderOf(positionals[0], 'what is selected from');
  const count = values.wholeNumber(options, 'count', 10_000_000);
  if (count === undefined) throw new UsageError('say how many images to select, as in --count 100');
  const seed = values.wholeNumber(options, 'seed', 2 ** 32 - 1, 0) ?? defaultSeed;
  const json = values.isJson(options, true);
  return withScannedFolder(line, root, around, async client => {
    const selection = await client.request(SelectRequest, {
      count,
      by: options.has('diverse') ? 'diverse' : 'random',
      perClass: options.has('per-class'),
      seed,
    });
    if (!selection) throw new Error('the scan is gone');
    around.progress.clear();
    around.stderr.write(`${coverageText(selection)}\n`);
    return json ? [selectionJson(selection, around.version)] : selection.images.map(({ path }) => `${path}\n`);
  });
}

const coverageText = ({ images, candidates, encoder, coverage, randomCoverage }: Selection): string =>
  `${images.length} of ${candidates} different images. Distance (1 − cosine, by ${encoder}) of an image to the nearest selected one: ` +
  `mean ${coverage.mean.toFixed(3)}, largest ${coverage.largest.toFixed(3)}; ` +
  `of as many drawn at random: ${randomCoverage.mean.toFixed(3)}, ${randomCoverage.largest.toFixed(3)}.`;

function selectionJson({ images, candidates, encoder, coverage, randomCoverage }: Selection, toolVersion: string): string {
  const rounded = ({ mean, largest }: Selection['coverage']) => ({ mean: round6(mean), largest: round6(largest) });
  const head = { version: 1, tool: { name: 'twinlint', version: toolVersion }, candidates, encoder };
  const body = { coverage: rounded(coverage), randomCoverage: rounded(randomCoverage), images: images.map(({ path }) => path) };
  return `${JSON.stringify({ ...head, ...body }, null, 2)}\n`;
}
