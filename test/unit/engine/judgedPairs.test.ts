import { describe, expect, it } from 'vitest';
import { drawPairs, judged, pairCounts, recallAt } from '../../../src/engine/trainingService/judgedPairs';

const keysOf = ({ a, b }: { a: Int32Array; b: Int32Array }) =>
  Array.from(a, (x, k) => [Math.min(x, b[k]), Math.max(x, b[k])].join(' '));

describe('pairs that a model is judged by', () => {
  it('are counted without those that have no label', () => {
    // 0: three images, 1: two, 2: one; 3 + 1 similar of 15 pairs.
    expect(pairCounts([0, 0, 1, -1, 0, 1, 2, -1])).toEqual({ similar: 4, different: 11 });
  });

  it('are as many similar as different ones, each once, true to the labels, the same for a seed', () => {
    const labels = [0, 0, 1, -1, 0, 1, 2, -1];
    const pairs = drawPairs(labels, 5);
    expect(Array.from(pairs.similar)).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
    // The four similar pairs there are.
    expect(keysOf(pairs).slice(0, 4).sort()).toEqual(['0 1', '0 4', '1 4', '2 5']);
    expect(new Set(keysOf(pairs)).size).toBe(8);
    for (const [k, similar] of pairs.similar.entries()) {
      expect(labels[pairs.a[k]] === labels[pairs.b[k]]).toBe(similar === 1);
      expect(Math.min(labels[pairs.a[k]], labels[pairs.b[k]])).toBeGreaterThanOrEqual(0);
    }
    expect(drawPairs(labels, 5)).toEqual(pairs);
  });

  it('are drawn from classes by their pairs where there are too many', () => {
    // 150 · 149 / 2 = 11,175 and 50 · 49 / 2 = 1,225 similar pairs: 90.1 % of the draws belong to the first class.
    const labels = [...new Array<number>(150).fill(0), ...new Array<number>(50).fill(1)];
    const pairs = drawPairs(labels, 1);
    expect(pairs.similar.filter(each => each === 1)).toHaveLength(5000);
    expect(pairs.similar).toHaveLength(10_000);
    expect(new Set(keysOf(pairs)).size).toBe(10_000);
    const ofFirst = pairs.a.subarray(0, 5000).filter(image => image < 150).length;
    // Without replacement the share falls somewhat; four standard deviations are 0.017.
    expect(ofFirst / 5000).toBeGreaterThan(0.884);
    expect(ofFirst / 5000).toBeLessThan(0.918);
  });

  it('are all listed where one image stands against very many', () => {
    const labels = [1, ...new Array<number>(4000).fill(0)];
    const pairs = drawPairs(labels, 2);
    const different = keysOf(pairs).slice(4000);
    expect(different).toHaveLength(4000);
    expect(different.every(key => key.startsWith('0 '))).toBe(true);
  });

  it('get the distance of their images', () => {
    const pairs = { a: Int32Array.of(0, 2), b: Int32Array.of(3, 1), similar: Uint8Array.of(1, 0) };
    expect(Array.from(judged(pairs, (a, b) => Math.abs(a - b) / 2).distance)).toEqual([1.5, 0.5]);
  });

  it('recall@k looks for one of the kind among the nearest; a tie counts against it', async () => {
    const places = [0, 1, 10, 11, 12, 13];
    const labels = [0, 1, 0, 1, 1, -1];
    const distanceOf = (a: number, b: number): number => Math.abs(places[a] - places[b]);
    // 0: its own at 10, before it 1 at 1: rank 1. 10: own at 10; before it 11, 12 and 1 (9): rank 3.
    // 1: own at 10 and 11; before them 0 at 1, 10 at 9: rank 2. 11: own 12 at 1, tie with 10: rank 1. 12: own at 1: rank 0.
    const found = await recallAt([1, 2, 3, 4], labels, distanceOf, 1, () => Promise.resolve());
    expect(found).toEqual([
      { k: 1, value: 1 / 5 },
      { k: 2, value: 3 / 5 },
      { k: 3, value: 4 / 5 },
      { k: 4, value: 1 },
    ]);
  });
});
