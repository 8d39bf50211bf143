import type { ListFloors } from '../index/listFloors';
import type { Seed } from './join';
import type { ScanData } from './scanResult';

/** What the next scan of the same folders may take over. */
export const seedOf = ({ rows, contentPairs, floors }: ScanData): Seed => ({
  contents: new Set(rows.contents),
  pairs: contentPairs,
  ...(floors && { floorsOf: content => floorsOfRow(floors, rows.rowOf(content)) }),
});

/** Pictures of one colour are in no list. */
const floorsOfRow = (floors: ListFloors, row: number | undefined): Float32Array =>
  (row === undefined ? undefined : floors.of(row)) ?? new Float32Array(floors.listCount).fill(-Infinity);
