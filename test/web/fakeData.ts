import type { ImageRecord } from '../../src/core/dataset/image';
import type { FindingKind } from '../../src/core/findings/kinds';
import type { TransformName } from '../../src/core/pairs/pairColumns';
import type { RegionSearch } from '../../src/protocol/panel';
import type { GroupRow, Neighbour, PairRow, ScanSummary } from '../../src/protocol/engine';

export const radius = 0.4;
export const defaultThreshold = 0.25;

/** The same numbers every time (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

export const animals = ['cat', 'dog', 'horse', 'zebra'];
export const folders = ['train', 'val', 'test'];

export const imageOf = (index: number, change: Partial<ImageRecord> = {}): ImageRecord => {
  const label = animals[index % animals.length];
  const split = folders[index % 7 === 0 ? 2 : index % 5 === 0 ? 1 : 0];
  return {
    index,
    root: 0,
    path: `photos/${split}/${label}/IMG_2024_holiday_${String(index).padStart(5, '0')}.jpg`,
    content: index.toString(16).padStart(64, '0'),
    sizeBytes: 120_000 + ((index * 7919) % 900_000),
    modifiedMs: 1_700_000_000_000 + index * 60_000,
    width: 640 + (index % 3) * 320,
    height: 480 + (index % 3) * 240,
    format: index % 4 === 0 ? 'png' : 'jpeg',
    label,
    split,
    ...change,
  };
};

/** Many pairs at small distances, a valley, and a rising tail of look-alikes, as real data sets have. Ascending, float32. */
export function distancesOf(count: number): Float32Array {
  const random = randomOf(count);
  const distances = Float32Array.from({ length: count }, () =>
    random() < 0.35 ? 0.18 * random() ** 2 : radius * Math.sqrt(random() * 0.7 + 0.3),
  );
  return distances.sort();
}

const transforms: readonly TransformName[] = ['none', 'none', 'none', 'none', 'mirror', 'none', 'turn-90', 'none'];

/** Pair number `id` of a made data set. */
export function pairOf(id: number, distance: number, rank: number): PairRow {
  const a = imageOf(id * 2);
  const same = id % 3 !== 0;
  const b = imageOf(id * 2 + 1, {
    ...(same ? { label: a.label, split: a.split, path: a.path.replace('.jpg', '_copy (2).webp') } : {}),
    ...(distance === 0 ? { content: a.content } : {}),
  });
  const kind: FindingKind =
    a.split !== b.split
      ? 'split-leak'
      : a.label !== b.label
        ? 'label-conflict'
        : distance < 0.002
          ? 'exact-duplicate'
          : 'near-duplicate';
  return {
    a,
    b,
    distance,
    transform: transforms[id % transforms.length],
    kind,
    findingId: id.toString(16).padStart(16, '0'),
    rank,
  };
}

/** Answers: similar ones nearer than different ones, with some between. */
export function answeredDistances({ similar, different }: { readonly similar: number; readonly different: number }) {
  const random = randomOf(7);
  const of = (count: number, from: number, to: number): Float32Array =>
    Float32Array.from({ length: count }, () => from + (to - from) * random()).sort();
  return { similar: of(similar, 0.02, 0.28), different: of(different, 0.2, 0.39) };
}

/** Classes that share the pairs out: half of each class's are within it. */
export function classesAt(pairs: number, count = animals.length, answers = 0) {
  const rows = Array.from({ length: count }, (_, i) => ({
    label: animals[i] ?? `class ${String(i).padStart(4, '0')}`,
    images: 1000 - i,
    within: Math.floor(pairs / (i + 2)),
    across: Math.floor(pairs / (count - i + 2)),
    ...(pairs > 0 && count > 1 && { mostWith: { label: animals[(i + 1) % animals.length], pairs: Math.floor(pairs / 20) + 1 } }),
    answered: i === 0 ? 0 : answers,
    agreeing: i === 0 ? 0 : Math.max(0, answers - i),
  }));
  return { rows: rows.slice(0, 500), total: count };
}

/** A precision that falls and a recall that rises along the slider, in intervals that shrink with the audits. */
export function estimateAt(threshold: number, audits: number) {
  if (audits === 0) return { audits, auditsUnder: 0 };
  const share = threshold / radius;
  const half = 0.5 / Math.sqrt(audits);
  const interval = (value: number) => ({ value, low: Math.max(0, value - half), high: Math.min(1, value + half) });
  return {
    audits,
    auditsUnder: Math.floor(audits / 2),
    ...(threshold > 0 && { precision: interval(1 - share / 4) }),
    recall: interval(share),
  };
}

export function groupOf(index: number, size: number): GroupRow {
  const listed = Math.min(size - 1, 200);
  return {
    keep: imageOf(index * 3000),
    members: Array.from({ length: listed }, (_, i) => ({
      image: imageOf(index * 3000 + i + 1),
      distance: i % 5 === 4 ? 1 : 0.01 + 0.2 * (i / listed),
      direct: i % 5 !== 4,
    })),
    size,
  };
}

export const neighboursOf = (count: number): readonly Neighbour[] =>
  Array.from({ length: count }, (_, i) => ({
    image: imageOf(500 + i),
    distance: 0.02 + i * 0.03,
    transform: transforms[i % transforms.length],
  }));

/** A region found in so many images; every third shows it twice. */
export const regionsOf = (count: number): RegionSearch => ({
  box: { x: 120, y: 90, width: 200, height: 150 },
  threshold: 0.6,
  searched: 1000,
  found: count,
  hits: Array.from({ length: count }, (_, i) => {
    const values = Uint8Array.from({ length: 48 * 36 }, (__, at) =>
      Math.max(0, 230 - 9 * Math.hypot((at % 48) - 24, at / 48 - 18)),
    );
    const places = [0, ...(i % 3 === 2 ? [1] : [])];
    return {
      image: imageOf(500 + i),
      regions: places.map(place => ({
        box: { x: 60 + 220 * place, y: 80, width: 180, height: 135 },
        score: 0.95 - i * 0.01 - place * 0.1,
      })),
      heat: { columns: 48, rows: 36, values },
    };
  }),
});

export const summaryOf = (pairs: number, change: Partial<ScanSummary> = {}): ScanSummary => ({
  generation: 1,
  edition: 1,
  roots: [{ path: '/data/photos', name: 'photos' }],
  images: 50_000,
  readable: 49_990,
  pairs,
  radius,
  defaultThreshold,
  expectedFalsePairs: 1.8,
  counts: { 'near-duplicate': pairs },
  classes: animals,
  splits: folders,
  notes: [],
  elapsedMs: 1234,
  scannedAt: '2026-01-01T00:00:00.000Z',
  ...change,
});
