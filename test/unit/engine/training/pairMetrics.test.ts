import { describe, expect, it } from 'vitest';
import { DISTANCES } from '../../../../src/engine/distances/distances';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import { ByteImages, mirrorAtRandom, shiftAtRandom } from '../../../../src/engine/training/images';
import { pairDistances, pairMetrics } from '../../../../src/engine/training/pairMetrics';

describe('pair metrics', () => {
  it('accuracy and the best threshold, by hand', () => {
    const metrics = pairMetrics(Float32Array.of(0.1, 0.4, 0.6, 0.9), Uint8Array.of(1, 1, 1, 0), 0.5);
    expect(metrics.accuracy).toBe(0.75);
    expect(metrics.bestAccuracy).toBe(1);
    expect(metrics.bestThreshold).toBeCloseTo(0.75, 6);
    expect(metrics.rocAuc).toBe(1);
  });
  it('ROC-AUC is the chance that a similar pair is nearer, ties half', () => {
    const random = new SeededRandom(4);
    const similar = Uint8Array.from({ length: 80 }, () => random.integer(2));
    const distances = Float32Array.from(similar, s => Math.round((random.next() + (s ? 0 : 0.3)) * 10) / 10);
    let [wins, total] = [0, 0];
    for (let i = 0; i < 80; i++) {
      for (let j = 0; j < 80; j++) {
        if (!similar[i] || similar[j]) continue;
        total++;
        wins += distances[i] < distances[j] ? 1 : distances[i] === distances[j] ? 0.5 : 0;
      }
    }
    const { rocAuc, accuracy } = pairMetrics(distances, similar, 0.65);
    expect(rocAuc).toBeCloseTo(wins / total, 9);
    expect(accuracy).toBe([...distances].filter((d, k) => d < 0.65 === (similar[k] === 1)).length / 80);
  });
  it('is not a number where one kind is missing', () => {
    expect(pairMetrics(Float32Array.of(0.1), Uint8Array.of(1), 0.5).rocAuc).toBeNaN();
  });
  it('distances of pairs from embeddings', () => {
    const pairs = { a: Int32Array.of(0, 2), b: Int32Array.of(1, 0), similar: Uint8Array.of(1, 0) };
    expect([...pairDistances(pairs, Float32Array.of(0, 0, 3, 4, 0, 1), 2, DISTANCES.euclidean)]).toEqual([5, 1]);
  });
});

describe('images', () => {
  it('are read as 0…1', () => {
    const into = new Float32Array(6);
    const images = new ByteImages(Uint8Array.of(0, 255, 51, 102), [1, 2, 1]);
    expect(images.count).toBe(2);
    images.read(1, into, 3);
    expect([...into.subarray(3, 5)].map(v => +v.toFixed(6))).toEqual([0.2, 0.4]);
  });
  it('are mirrored every other time, whole pixels', () => {
    const random = new SeededRandom(1);
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const pixels = Float32Array.of(9, 1, 2, 3, 4, 5, 6);
      mirrorAtRandom(pixels, 1, [1, 3, 2], random);
      seen.add(pixels.join());
    }
    expect([...seen].sort()).toEqual(['9,1,2,3,4,5,6', '9,5,6,3,4,1,2']);
  });
  it('are moved with black behind, and nothing beside them is touched', () => {
    const random = new SeededRandom(1);
    const seen = new Set<string>();
    for (let i = 0; i < 200; i++) {
      const pixels = Float32Array.of(9, 1, 2, 3, 4, 9);
      shiftAtRandom(1)(pixels, 1, [2, 2, 1], random);
      expect([pixels[0], pixels[5]]).toEqual([9, 9]);
      seen.add(pixels.subarray(1, 5).join(''));
    }
    // Nine moves of the rows 12 and 34: none, four straight ones, four into a corner.
    expect([...seen].sort()).toEqual(['1234', '0103', '2040', '0012', '3400', '0001', '0020', '0300', '4000'].sort());
  });
});
