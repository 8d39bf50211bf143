import type { ScannedImages } from '../../protocol/curation';
import { storedMeasures } from '../quality/storedMeasures';
import { centralityOf } from './centrality';
import type { ScanView } from './scanResult';

/** Every image of a scan, and what belongs together at a threshold. */
export function scannedImages(view: ScanView, threshold: number): ScannedImages {
  const { data, table } = view;
  const count = table.countPairs(threshold);
  const pairs = new Uint32Array(2 * count);
  for (let row = 0; row < count; row++) pairs.set([table.removeAt(row), table.keepAt(row)], 2 * row);
  return {
    generation: view.generation,
    threshold,
    images: data.images,
    groups: view.groups(threshold).map(({ keep, members }) => [keep, ...members.map(({ image }) => image)]),
    pairs,
    distances: table.distances.slice(0, count),
    sharpness: Float32Array.from(data.images, ({ content }) => {
      const signature = data.rows.signatureOf(content);
      return signature === undefined ? NaN : (storedMeasures(signature)?.sharpness ?? NaN);
    }),
    centrality: centralityOf(data),
  };
}
