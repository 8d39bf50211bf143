import { setImmediate as nextTurn } from 'node:timers/promises';
import { seededRandom } from '../../core/labeling/random';
import { coverageOf, farthestFirst, type UnitVectors } from '../../core/selection/farthestFirst';
import { equalQuotas } from '../../core/selection/quotas';
import type { SelectParams, Selection } from '../../protocol/selection';
import type { ScanData } from '../session/scanResult';
import { contentVectors, type ContentVectors } from './contentVectors';

/** Chooses images of a scan that stand for all of it, or draws some. @throws the signal's reason when aborted */
export async function selectImages(data: ScanData, params: SelectParams, signal: AbortSignal): Promise<Selection> {
  const vectors = contentVectors(data);
  const classes = params.perClass ? rowsByClass(data, vectors) : [vectors.images.map((_, row) => row)];
  const quotas = equalQuotas(
    classes.map(rows => rows.length),
    params.count,
  );
  const drawn = classes.map((rows, i) => draw(rows, quotas[i], params.seed + i));
  const chosen: number[] = [];
  if (params.by === 'random') chosen.push(...drawn.flat());
  else {
    for (const [i, rows] of classes.entries()) {
      for (const place of farthestFirst(partOf(vectors, rows), quotas[i])) {
        chosen.push(rows[place]);
        // A turn of the event loop, so that messages (cancel!) are read.
        await nextTurn();
        signal.throwIfAborted();
      }
    }
  }
  const all = partOf(vectors, classes.flat());
  const placeOf = new Map(classes.flat().map((row, place) => [row, place]));
  const coverage = (rows: readonly number[]) =>
    coverageOf(
      all,
      rows.map(row => placeOf.get(row)!),
    );
  return {
    images: chosen.map(row => data.images[vectors.images[row]]),
    candidates: all.count,
    encoder: vectors.encoder,
    coverage: coverage(chosen),
    randomCoverage: coverage(drawn.flat()),
  };
}

function rowsByClass({ images }: ScanData, vectors: ContentVectors): number[][] {
  const byClass = new Map<string, number[]>();
  vectors.images.forEach((index, row) => {
    const { label } = images[index];
    if (label === undefined) return;
    const rows = byClass.get(label);
    if (rows) rows.push(row);
    else byClass.set(label, [row]);
  });
  return [...byClass.keys()].sort().map(label => byClass.get(label)!);
}

function partOf({ data, size }: ContentVectors, rows: readonly number[]): UnitVectors {
  const part = new Float32Array(rows.length * size);
  rows.forEach((row, place) => part.set(data.subarray(row * size, (row + 1) * size), place * size));
  return { data: part, count: rows.length, size };
}

/** Fisher and Yates' shuffle, as far as wanted. */
function draw(rows: readonly number[], wanted: number, seed: number): number[] {
  const random = seededRandom(seed);
  const pool = [...rows];
  for (let i = 0; i < wanted; i++) {
    const j = i + Math.floor(random() * (pool.length - i));
    [pool[i], pool[j]] = [pool[j], pool[i]];
  }
  return pool.slice(0, wanted);
}
