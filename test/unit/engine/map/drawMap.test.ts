import { describe, expect, test } from 'vitest';
import { drawMap } from '../../../../src/engine/map/drawMap';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import { trustworthiness } from './trustworthiness';

const never = new AbortController().signal;
const nothing = (): void => undefined;
const size = 16;

/** Clusters of a few directions each, so that a cluster has an inside. */
function clusters(count: number, clusterCount: number, seed = 3): { vectors: Float32Array; cluster: number[] } {
  const random = new SeededRandom(seed);
  const centres = Array.from({ length: clusterCount * size }, () => random.normal());
  const cluster = Array.from({ length: count }, (_, i) => i % clusterCount);
  const vectors = Float32Array.from({ length: count * size }, (_, at) => {
    const c = cluster[Math.floor(at / size)];
    return centres[c * size + (at % size)] + 0.25 * random.normal();
  });
  return { vectors, cluster };
}

const draw = (vectors: Float32Array, threads = 1, limit?: number): Promise<{ xy: Float32Array; laidOut: number }> =>
  drawMap(vectors, size, threads, nothing, never, limit);

/** The share of points whose nearest other on the map is of their cluster. */
function purity(xy: Float32Array, cluster: readonly number[]): number {
  const alike = cluster.filter((own, i) => {
    let [best, at] = [Infinity, -1];
    cluster.forEach((_, j) => {
      const square = (xy[2 * i] - xy[2 * j]) ** 2 + (xy[2 * i + 1] - xy[2 * j + 1]) ** 2;
      if (j !== i && square < best) [best, at] = [square, j];
    });
    return cluster[at] === own;
  });
  return alike.length / cluster.length;
}

describe('a map of vectors', () => {
  test('keeps neighbours together, far better than chance and than a plane through them', async () => {
    const { vectors, cluster } = clusters(400, 8);
    const { xy, laidOut } = await draw(vectors);
    expect(laidOut).toBe(400);
    const random = new SeededRandom(5);
    const chance = Float32Array.from({ length: 800 }, () => random.next());
    expect(trustworthiness(vectors, size, chance, 10)).toBeCloseTo(0.5, 1);
    expect(trustworthiness(vectors, size, xy, 10)).toBeGreaterThan(0.9);
    expect(purity(xy, cluster)).toBeGreaterThan(0.98);
  });

  test('is the same for the same vectors, with any number of threads', async () => {
    const { vectors } = clusters(300, 5);
    const [once, again, threaded] = [await draw(vectors), await draw(vectors.slice()), await draw(vectors, 3)];
    expect(again.xy).toEqual(once.xy);
    expect(threaded.xy).toEqual(once.xy);
    expect(once.xy.every(Number.isFinite)).toBe(true);
  });

  test('places more than are laid out by their nearest among those', async () => {
    const { vectors, cluster } = clusters(600, 6);
    const { xy, laidOut } = await draw(vectors, 1, 200);
    expect(laidOut).toBe(200);
    expect(xy.every(Number.isFinite)).toBe(true);
    expect(purity(xy, cluster)).toBeGreaterThan(0.98);
    expect((await draw(vectors, 2, 200)).xy).toEqual(xy);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 17])('of %i vectors has a place for each', async count => {
    const { vectors } = clusters(count, 2);
    const { xy } = await draw(vectors);
    expect(xy).toHaveLength(count * 2);
    expect(xy.every(Number.isFinite)).toBe(true);
    if (count > 1) expect(new Set(Array.from({ length: count }, (_, i) => `${xy[2 * i]} ${xy[2 * i + 1]}`)).size).toBe(count);
  });

  test('of equal vectors stands, too', async () => {
    const { xy } = await draw(new Float32Array(40 * size).fill(0.5));
    expect(xy.every(Number.isFinite)).toBe(true);
  });

  test('tells how far it is, and ends when cancelled', async () => {
    const { vectors } = clusters(300, 5);
    const shares: number[] = [];
    await drawMap(vectors, size, 1, share => shares.push(share), never);
    expect(shares.every((share, i) => share >= (shares[i - 1] ?? 0) && share <= 1)).toBe(true);
    expect(shares.at(-1)).toBe(1);

    const controller = new AbortController();
    const stopAt = (share: number): void => {
      if (share > 0.6) controller.abort(new Error('enough'));
    };
    await expect(drawMap(vectors, size, 1, stopAt, controller.signal)).rejects.toThrow('enough');
  });
});
