import { describe, expect, it } from 'vitest';
import { auditDraws } from '../../../src/core/labeling/questions';
import { estimateFromAudits } from '../../../src/core/labeling/estimate';
import type { AuditedPair } from '../../../src/core/labeling/estimate';
import { PicturePairs } from '../../../src/core/labeling/picturePairs';
import { normal, seededRandom } from '../../../src/core/labeling/random';
import { kindPool } from '../../../src/engine/labeling/auditPools';
import type { KindPool } from '../../../src/engine/labeling/auditPools';

/** Pictures of some kinds, as a model with a few numbers sees them; one picture in ten lies with the wrong kind. */
function madeUpKinds(pictures: number, kinds: number, seed: number) {
  const random = seededRandom(seed);
  const kindOf = Array.from({ length: pictures }, () => Math.floor(random() * kinds));
  const centres = Array.from({ length: kinds }, () => Array.from({ length: 6 }, () => normal(random)));
  const places = kindOf.map(kind => {
    const seenAs = random() < 0.1 ? Math.floor(random() * kinds) : kind;
    return centres[seenAs].map(value => value + 0.35 * normal(random));
  });
  const distance = (one: number, other: number): number =>
    Math.hypot(...places[one].map((value, d) => value - places[other][d])) / 10;
  return {
    contents: Array.from({ length: pictures }, (_, i) => String(i).padStart(5, '0')),
    images: Array.from({ length: pictures }, (_, i) => i),
    distance,
    kindOf,
  };
}

/** True precision and recall over all pairs. */
function truthOf({ kindOf, distance }: ReturnType<typeof madeUpKinds>, threshold: number) {
  let [under, similarUnder, similar] = [0, 0, 0];
  for (let a = 0; a < kindOf.length; a++) {
    for (let b = 0; b < a; b++) {
      const isSimilar = kindOf[a] === kindOf[b];
      const isUnder = distance(a, b) <= threshold;
      under += Number(isUnder);
      similar += Number(isSimilar);
      similarUnder += Number(isUnder && isSimilar);
    }
  }
  return { precision: similarUnder / under, recall: similarUnder / similar };
}

/** Audits one after another, each spread by the answers before, as the engine draws them. */
function auditsOf(pool: KindPool, kindOf: readonly number[], count: number, seed: number): readonly AuditedPair[] {
  const audits: AuditedPair[] = [];
  for (let i = 0; i < count; i++) {
    const state = {
      ...pool.population,
      threshold: pool.threshold!,
      audited: audits.map(({ row }) => row),
      auditedSimilar: audits.filter(({ similar }) => similar).map(({ row }) => row),
    };
    const { row, probability } = auditDraws(state, seededRandom(seed * 7919 + i))()!;
    const [a, b] = pool.pairAt(row);
    audits.push({ row, similar: kindOf[a] === kindOf[b], probability: probability * pool.chance, group: Math.min(a, b) });
  }
  return audits;
}

describe('PicturePairs', () => {
  it('gives every pair a row of its own and finds it again, among equal distances too', () => {
    const pairs = new PicturePairs(9, (one, other) => Math.abs(one - other) / 4);
    expect([...pairs.distances]).toEqual([...pairs.distances].sort((x, y) => x - y));
    const rows = new Set<number>();
    for (let one = 0; one < 9; one++) {
      for (let other = 0; other < one; other++) {
        const row = pairs.rowOf(one, other);
        rows.add(row);
        expect(pairs.pairAt(row)).toEqual([other, one]);
        expect(pairs.distances[row]).toBe((one - other) / 4);
      }
    }
    expect(rows.size).toBe(36);
  });
});

describe('audits of kinds', () => {
  it.each([
    ['all pairs', 120, 2000],
    ['pairs of a sample of pictures', 600, 150],
  ])('measure the model over all pairs without bias, and their intervals hold: %s', (_, pictures, most) => {
    // The sampling error of a coverage of 0.9 is 0.02.
    const trials = 200;
    const error = { precision: [] as number[], recall: [] as number[] };
    const held = { precision: 0, recall: 0 };
    const worlds = Array.from({ length: 20 }, (__, k) => {
      const world = madeUpKinds(pictures, 6, k + 1);
      return { pool: kindPool({ ...world, threshold: 0.17 }, most), kindOf: world.kindOf, truth: truthOf(world, 0.17) };
    });
    for (let trial = 0; trial < trials; trial++) {
      const { pool, kindOf, truth } = worlds[trial % worlds.length];
      const audits = auditsOf(pool, kindOf, 60, trial + 1);
      const estimate = estimateFromAudits(audits, pool.population, 0.17, trial);
      for (const share of ['precision', 'recall'] as const) {
        const { value, low, high } = estimate[share]!;
        error[share].push(value - truth[share]);
        if (low <= truth[share] && truth[share] <= high) held[share]++;
      }
    }
    for (const share of ['precision', 'recall'] as const) {
      const mean = error[share].reduce((x, y) => x + y, 0) / trials;
      const deviation = Math.sqrt(error[share].reduce((x, y) => x + (y - mean) ** 2, 0) / trials);
      expect(Math.abs(mean)).toBeLessThan((2 * deviation) / Math.sqrt(trials));
      expect(held[share] / trials, share).toBeGreaterThan(0.82);
      expect(held[share] / trials, share).toBeLessThan(0.97);
    }
  });
});
