import { csvLine } from '../core/report/csvReport';
import { round6 } from '../core/report/scanReport';
import { ScannedImagesRequest } from '../protocol/curation';
import { MapRequest } from '../protocol/map';
import type { CommandLine } from './commandLine';
import { withScannedFolder } from './scannedFolder';
import { folderOf } from './scanParams';
import type { Surroundings } from './surroundings';
import { UsageError } from './usageError';

/** `twinlint map DIR`. @returns the exit code. */
export async function mapCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const { positionals } = line;
  if (positionals.length !== 1) throw new UsageError('map takes one folder, as in "twinlint map DIR --out map.csv"');
  const root = folderOf(positionals[0], 'what the map is of');
  return withScannedFolder(line, root, around, async client => {
    const map = await client.request0(MapRequest);
    const scanned = await client.request(ScannedImagesRequest, {});
    if (!map || !scanned) throw new Error('the scan is gone');
    around.progress.clear();
    const { contents, laidOut, leftOut, encoder } = map;
    const some = laidOut < contents ? ` (${laidOut} laid out, the others placed by their nearest among those)` : '';
    const without = leftOut > 0 ? `; ${leftOut} of one colour have no place` : '';
    around.stderr.write(`${map.images.length} images on the map, ${contents} different${some}, by ${encoder}${without}.\n`);
    const rows = Array.from(map.images, (index, row) => {
      const { path, label, split } = scanned.images[index];
      return csvLine([path, round6(map.xy[2 * row]), round6(map.xy[2 * row + 1]), label, split]);
    });
    return [csvLine(['path', 'x', 'y', 'label', 'split']), ...rows];
  });
}
