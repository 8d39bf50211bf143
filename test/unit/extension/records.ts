import type { ImageRecord } from '../../../src/core/dataset/image';
import type { PairRow } from '../../../src/protocol/engine';

/** An image of a made-up scan; its content is its path, unless told otherwise. */
export const imageOf = (path: string, change: Partial<ImageRecord> = {}): ImageRecord => ({
  index: 0,
  root: 0,
  path,
  content: path,
  sizeBytes: 1,
  modifiedMs: 1,
  width: 8,
  height: 8,
  format: 'png',
  ...change,
});

/** Two near-duplicates of a made-up scan. */
export const pairOf = (a: ImageRecord, b: ImageRecord, findingId: string): PairRow => ({
  a,
  b,
  distance: 0.1,
  transform: 'none',
  kind: 'near-duplicate',
  findingId,
  rank: 0,
});
