import type { ImageRecord } from '../../../../src/core/dataset/image';
import { FindingsTable, type FindingsInput } from '../../../../src/core/findings/findingsTable';
import { exactGroups } from '../../../../src/core/groups/exactGroups';
import { transformNames, type PairColumns, type TransformName } from '../../../../src/core/pairs/pairColumns';
import type { Verdict } from '../../../../src/core/verdicts/verdict';
import { createVerdictLookup } from '../../../../src/core/verdicts/verdictLookup';

/** Images from their paths; what is not said is the same for all of them, contents differ. */
export const imagesOf = (...specs: (Partial<ImageRecord> & { path: string })[]): ImageRecord[] =>
  specs.map((spec, index) => ({
    index,
    root: 0,
    content: `content of ${index}`,
    sizeBytes: 1000,
    modifiedMs: 5000,
    width: 100,
    height: 100,
    format: 'png',
    ...spec,
  }));

/** Rows [a, b, distance, transform?], put in the table's order. */
export function pairsOf(...rows: [number, number, number, TransformName?][]): PairColumns {
  const sorted = rows.map(([x, y, d, t = 'none']) => ({ a: Math.min(x, y), b: Math.max(x, y), d, t }));
  sorted.sort((x, y) => x.d - y.d || x.a - y.a || x.b - y.b);
  return {
    a: Uint32Array.from(sorted, row => row.a),
    b: Uint32Array.from(sorted, row => row.b),
    distance: Float32Array.from(sorted, row => row.d),
    transform: Uint8Array.from(sorted, row => transformNames.indexOf(row.t)),
  };
}

export function inputOf(
  images: readonly ImageRecord[],
  pairs: PairColumns = pairsOf(),
  verdicts: readonly Verdict[] = [],
  settings: FindingsInput['settings'] = [
    { severity: {}, pairs: 'all' },
    { severity: {}, pairs: 'all' },
  ],
): FindingsInput {
  const groups = exactGroups(images);
  const copied = new Set(groups.map(group => images[group[0]].content));
  return {
    images,
    pairs,
    exactGroups: groups,
    verdicts: createVerdictLookup(verdicts, content => copied.has(content)),
    settings,
  };
}

export const tableOf = (...args: Parameters<typeof inputOf>): FindingsTable => new FindingsTable(inputOf(...args));

export const verdictOf = (verdict: Verdict['verdict'], ...images: ImageRecord[]): Verdict => ({
  id: 'v',
  relation: 'same-picture',
  verdict,
  images: images.map(({ content, path }) => ({ content, path })),
});

/** mulberry32 (Tommy Ettinger, public domain): 0 ≤ x < 1, the same sequence for the same seed. */
export function randomOf(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let x = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}
