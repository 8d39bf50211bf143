import { describe, expect, test } from 'vitest';
import { nearestLists, NO_NEIGHBOUR } from '../../../../src/engine/modelScan/vectorSearch';
import { SeededRandom } from '../../../../src/engine/samplers/random';

const never = new AbortController().signal;
const search = (vectors: Float32Array, size: number, k: number, threads = 1) =>
  nearestLists(vectors, size, k, threads, () => undefined, never);

/** Whole numbers of which the largest is 127: nothing is rounded away. */
function wholeVectors(count: number, size: number): Float32Array {
  const random = new SeededRandom(4);
  const vectors = Float32Array.from({ length: count * size }, () => random.integer(255) - 127);
  vectors[0] = 127;
  return vectors;
}

describe('the nearest of every vector', () => {
  test('are those of a loop over all, nearest first, ties by number', async () => {
    const [count, size, k] = [300, 12, 7];
    const vectors = wholeVectors(count, size);
    // Some equal ones.
    for (const copy of [20, 21, 22]) vectors.copyWithin(copy * size, 10 * size, 11 * size);
    const { neighbours } = await search(vectors, size, k);
    for (let i = 0; i < count; i++) {
      const others = Array.from({ length: count }, (_, j) => j).filter(j => j !== i);
      const square = (j: number): number => {
        let sum = 0;
        for (let d = 0; d < size; d++) sum += (vectors[i * size + d] - vectors[j * size + d]) ** 2;
        return sum;
      };
      others.sort((x, y) => square(x) - square(y) || x - y);
      expect([...neighbours.subarray(i * k, (i + 1) * k)], `of ${i}`).toEqual(others.slice(0, k));
    }
  });

  test('are the same with any number of threads', async () => {
    const random = new SeededRandom(8);
    const vectors = Float32Array.from({ length: 900 * 128 }, () => random.next() - 0.5);
    const [one, three] = [await search(vectors, 128, 16, 1), await search(vectors, 128, 16, 3)];
    expect(three.neighbours).toEqual(one.neighbours);
    expect(one.neighbours.includes(NO_NEIGHBOUR)).toBe(false);
  });

  test('of a few are the few that there are', async () => {
    expect(await search(new Float32Array(0), 4, 5)).toMatchObject({ k: 0 });
    expect(await search(Float32Array.of(1, 2), 2, 5)).toMatchObject({ k: 0 });
    const { k, neighbours } = await search(Float32Array.of(0, 1, 5), 1, 5);
    expect(k).toBe(2);
    expect([...neighbours]).toEqual([1, 2, 0, 2, 1, 0]);
  });

  test('end at once when cancelled', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(nearestLists(new Float32Array(40), 4, 3, 1, () => undefined, signal)).rejects.toThrow('enough');
  });
});
