import type { Box } from '../../core/search/box';
import { overlap } from '../../core/search/box';

/** Scores of a region of one size at places in a picture. */
export interface ScoreMap {
  readonly columns: number;
  readonly rows: number;
  /** Row by row. */
  readonly scores: Float32Array;
  /** The region's size here, in the picture's pixels. */
  readonly width: number;
  readonly height: number;
  /** The picture's pixels from one place to the next. */
  readonly stepX: number;
  readonly stepY: number;
}

export interface Peak {
  readonly box: Box;
  readonly score: number;
}

/** Boxes that overlap a better one by more are the same find. */
export const SAME = 0.3;

/**
 * The best places over all sizes, best first, at most `most`, each between the cells and the sizes by parabolas through its neighbours.
 * @param maps of one picture, by ascending size
 */
export function findPeaks(maps: readonly ScoreMap[], most: number, least: number): Peak[] {
  const candidates = maps.flatMap((map, index) => localMaxima(map, least).map(at => ({ index, at, score: map.scores[at] })));
  candidates.sort((a, b) => b.score - a.score || a.index - b.index || a.at - b.at);
  const peaks: Peak[] = [];
  for (const { index, at } of candidates) {
    const peak = refined(maps, index, at);
    if (peaks.every(({ box }) => overlap(box, peak.box) <= SAME)) peaks.push(peak);
    if (peaks.length >= most) break;
  }
  return peaks.sort((a, b) => b.score - a.score);
}

function localMaxima({ columns, rows, scores }: ScoreMap, least: number): number[] {
  const found: number[] = [];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const at = y * columns + x;
      const score = scores[at];
      if (!(score >= least)) continue;
      let isPeak = true;
      for (let ny = Math.max(0, y - 1); isPeak && ny <= Math.min(rows - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(columns - 1, x + 1); nx++) {
          const other = ny * columns + nx;
          // Of equal neighbours, the first.
          if (scores[other] > score || (scores[other] === score && other < at)) isPeak = false;
        }
      }
      if (isPeak) found.push(at);
    }
  }
  return found;
}

/** Where a parabola through three values at −1, 0, 1 is highest, within ±½, and how high. */
function vertex(before: number | undefined, middle: number, after: number | undefined): { at: number; rise: number } {
  if (before === undefined || after === undefined) return { at: 0, rise: 0 };
  const bend = before - 2 * middle + after;
  if (bend >= 0) return { at: 0, rise: 0 };
  const at = Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend)));
  return { at, rise: (at * (after - before)) / 2 + (at * at * bend) / 2 };
}

function refined(maps: readonly ScoreMap[], index: number, at: number): Peak {
  const map = maps[index];
  const { columns, scores } = map;
  const [column, row] = [at % columns, Math.floor(at / columns)];
  const near = (dx: number, dy: number): number | undefined => valueAt(map, column + dx, row + dy);
  const across = vertex(near(-1, 0), scores[at], near(1, 0));
  const down = vertex(near(0, -1), scores[at], near(0, 1));
  const middleX = (column + across.at) * map.stepX + map.width / 2;
  const middleY = (row + down.at) * map.stepY + map.height / 2;
  const sized = (other: ScoreMap | undefined): number | undefined => other && bestAround(other, middleX, middleY);
  const [smaller, larger] = [maps.at(index - 1), maps.at(index + 1)];
  const size = vertex(index > 0 ? sized(smaller) : undefined, scores[at], sized(larger));
  const next = size.at < 0 ? smaller : larger;
  const factor = next ? (next.width / map.width) ** Math.abs(size.at) : 1;
  const [width, height] = [map.width * factor, map.height * factor];
  return {
    box: { x: middleX - width / 2, y: middleY - height / 2, width, height },
    score: scores[at] + across.rise + down.rise + Math.max(0, size.rise),
  };
}

const valueAt = ({ columns, rows, scores }: ScoreMap, column: number, row: number): number | undefined =>
  column < 0 || row < 0 || column >= columns || row >= rows ? undefined : scores[row * columns + column];

/** The best score within a cell of a region that has its middle there. */
function bestAround(map: ScoreMap, middleX: number, middleY: number): number | undefined {
  const column = Math.round((middleX - map.width / 2) / map.stepX);
  const row = Math.round((middleY - map.height / 2) / map.stepY);
  let best: number | undefined;
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const value = valueAt(map, column + dx, row + dy);
      if (value !== undefined && (best === undefined || value > best)) best = value;
    }
  }
  return best;
}
