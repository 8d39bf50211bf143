import type { HeatMap } from '../../core/search/heatMap';
import type { PictureSize } from '../decode/header';
import type { ScoreMap } from './peaks';

export type { HeatMap };

/** Fields along the longer side. */
const LONG_SIDE = 48;

export function heatOf(maps: readonly ScoreMap[], { width, height }: PictureSize): HeatMap {
  const scale = LONG_SIDE / Math.max(width, height);
  const [columns, rows] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const values = new Uint8Array(columns * rows);
  for (const map of maps) {
    for (let y = 0; y < map.rows; y++) {
      const row = Math.min(rows - 1, Math.floor(((y * map.stepY + map.height / 2) / height) * rows));
      for (let x = 0; x < map.columns; x++) {
        const column = Math.min(columns - 1, Math.floor(((x * map.stepX + map.width / 2) / width) * columns));
        const at = row * columns + column;
        const value = Math.round(255 * Math.max(0, Math.min(1, map.scores[y * map.columns + x])));
        if (value > values[at]) values[at] = value;
      }
    }
  }
  return { columns, rows, values };
}
