import { describe, expect, it } from 'vitest';
import { ClassSampler } from '../../../src/engine/samplers/classSampler';
import { Epochs } from '../../../src/engine/samplers/epochs';
import { MixedSampler } from '../../../src/engine/samplers/mixedSampler';
import { NormalPool } from '../../../src/engine/samplers/normalPool';
import { contradictions, PairSampler } from '../../../src/engine/samplers/pairSampler';
import { SeededRandom } from '../../../src/engine/samplers/random';
import type { Sampler } from '../../../src/engine/samplers/sampler';
import { ViewSampler } from '../../../src/engine/samplers/viewSampler';

const total = (list: Float32Array): number => list.reduce((a, b) => a + b, 0);
/** Slots of known pairs as 'i j', by kind. */
function known(sampler: Sampler, weights: Float32Array): string[] {
  const n = sampler.batchSize;
  return [...weights.keys()].filter(k => weights[k] > 0).map(k => `${Math.floor(k / n)} ${k % n}`);
}

describe('random numbers', () => {
  it('continue from their state', () => {
    const first = new SeededRandom(5);
    first.next();
    const second = new SeededRandom(first.state);
    expect([second.next(), second.next()]).toEqual([first.next(), first.next()]);
  });
  it('are uniform and normal', () => {
    const random = new SeededRandom(1);
    const uniform = Array.from({ length: 20000 }, () => random.next());
    const normal = Array.from({ length: 20000 }, () => random.normal());
    const mean = (list: number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
    expect(mean(uniform)).toBeCloseTo(0.5, 1.5);
    expect(mean(normal)).toBeCloseTo(0, 1.5);
    expect(mean(normal.map(v => v * v))).toBeCloseTo(1, 1.2);
  });
  it('come in bulk from a pool, the same for a seed, standard normal', () => {
    const pool = new NormalPool(3);
    const draw = (seed: number): Float32Array => pool.draw(50_000, new SeededRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(new NormalPool(3).draw(50_000, new SeededRandom(1))).toEqual(draw(1));
    expect(draw(2)).not.toEqual(draw(1));
    const list = draw(1);
    expect(list.reduce((a, b) => a + b, 0) / list.length).toBeCloseTo(0, 1.5);
    expect(list.reduce((a, b) => a + b * b, 0) / list.length).toBeCloseTo(1, 1.2);
  });
  it('an epoch has every number once, and no epoch the order of another', () => {
    const epochs = new Epochs(50, 9);
    const [first, second] = [0, 1].map(e => Array.from({ length: 50 }, (_, i) => epochs.at(e * 50 + i)));
    expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(new Set(second).size).toBe(50);
    expect(second).not.toEqual(first);
    expect(epochs.at(3)).toBe(first[3]);
  });
});

describe('by classes', () => {
  const labels = Int32Array.from({ length: 60 }, (_, i) => (i % 4 === 3 ? -1 : i % 4));
  it('has equally many of each class, and weighs alike and unlike one half each', () => {
    const sampler = new ClassSampler(labels, { seed: 1, batchSize: 14 });
    expect(sampler.batchSize).toBe(12);
    const { images, similar, different } = sampler.batch(0);
    expect([...images].map(i => labels[i])).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    expect(new Set(images).size).toBe(12);
    expect(total(similar)).toBeCloseTo(0.5, 5);
    expect(total(different)).toBeCloseTo(0.5, 5);
    for (const pair of known(sampler, similar)) {
      const [i, j] = pair.split(' ').map(Number);
      expect(i).toBeLessThan(j);
      expect(labels[images[i]]).toBe(labels[images[j]]);
    }
    expect(known(sampler, similar).length + known(sampler, different).length).toBe((12 * 11) / 2);
  });
  it('depends on seed and step alone', () => {
    const make = (seed: number): Sampler => new ClassSampler(labels, { seed, batchSize: 12 });
    const other = make(1);
    for (let step = 0; step < 7; step++) other.batch(step);
    expect(make(1).batch(7).images).toEqual(other.batch(7).images);
    expect(make(2).batch(7).images).not.toEqual(other.batch(7).images);
  });
  it('draws classes where a batch can’t hold all', () => {
    const many = Int32Array.from({ length: 100 }, (_, i) => i % 10);
    const sampler = new ClassSampler(many, { seed: 1, batchSize: 12, classesPerBatch: 3 });
    const seen = new Set<number>();
    for (let step = 0; step < 30; step++) {
      const classes = new Set([...sampler.batch(step).images].map(i => many[i]));
      expect(classes.size).toBe(3);
      for (const c of classes) seen.add(c);
    }
    expect(seen.size).toBe(10);
  });
  it('says what is missing', () => {
    expect(() => new ClassSampler([0, 0, 0], { seed: 1, batchSize: 8 })).toThrow('at least two classes');
    expect(() => new ClassSampler([0, 0, 1], { seed: 1, batchSize: 8 })).toThrow('two images each');
    expect(() => new ClassSampler([], { seed: 1, batchSize: 8 })).toThrow('at least two classes');
  });
});

describe('by pairs', () => {
  const pairs = { a: Int32Array.of(0, 1, 2, 3, 4), b: Int32Array.of(5, 6, 7, 8, 9), similar: Uint8Array.of(1, 0, 1, 0, 0) };
  it('shows every pair once an epoch, in the right halves, the last batch partly filled', () => {
    const sampler = new PairSampler(pairs, 2, 3);
    expect(sampler.stepsPerEpoch).toBe(3);
    const seen: string[] = [];
    for (let step = 0; step < 3; step++) {
      const { images, similar, different } = sampler.batch(step);
      const used = step < 2 ? 2 : 1;
      for (const [weights, kind] of [
        [similar, 1],
        [different, 0],
      ] as const) {
        for (const slots of known(sampler, weights)) {
          const [i, j] = slots.split(' ').map(Number);
          expect(j).toBe(i + 2);
          expect(weights[i * 4 + j]).toBeCloseTo(1 / used, 6);
          seen.push(`${images[i]} ${images[j]} ${kind}`);
        }
      }
    }
    expect(seen.sort()).toEqual([...pairs.a].map((a, k) => `${a} ${pairs.b[k]} ${pairs.similar[k]}`).sort());
  });
  it('finds contradictions, whichever way round', () => {
    const list = { a: Int32Array.of(1, 2, 3, 2), b: Int32Array.of(2, 3, 4, 1), similar: Uint8Array.of(1, 1, 0, 0) };
    expect(contradictions(list)).toEqual([[0, 3]]);
  });
  it('says what is missing', () => {
    const none = { a: new Int32Array(0), b: new Int32Array(0), similar: new Uint8Array(0) };
    expect(() => new PairSampler(none, 2, 1)).toThrow('no pairs');
    expect(() => new PairSampler({ ...pairs, similar: new Uint8Array(5) }, 2, 1)).toThrow('No pair is marked as similar');
  });
});

describe('by views', () => {
  it('puts two copies of each image side by side, alike, everything else unlike', () => {
    const sampler = new ViewSampler(10, 3, 1);
    const { images, similar, different } = sampler.batch(0);
    expect(images[0]).toBe(images[1]);
    expect(new Set(images).size).toBe(3);
    expect(known(sampler, similar)).toEqual(['0 1', '2 3', '4 5']);
    expect(known(sampler, different)).toHaveLength(12);
    expect(total(similar)).toBeCloseTo(0.5, 6);
    expect(total(different)).toBeCloseTo(0.5, 6);
  });
  it('never has an image against itself, over many epochs', () => {
    const sampler = new ViewSampler(10, 4, 2);
    for (let step = 0; step < 50; step++) expect(new Set(sampler.batch(step).images).size).toBe(4);
  });
  it('needs two images', () => expect(() => new ViewSampler(1, 3, 1)).toThrow('at least two images'));
});

describe('both in one step', () => {
  it('keeps both parts’ pairs and gives the second its share', () => {
    const labels = Int32Array.from({ length: 20 }, (_, i) => i % 2);
    const list = { a: Int32Array.of(3), b: Int32Array.of(9), similar: Uint8Array.of(1) };
    const [classes, pairs] = [new ClassSampler(labels, { seed: 1, batchSize: 4 }), new PairSampler(list, 1, 1)];
    const mixed = new MixedSampler(classes, pairs, 0.25);
    const { images, similar, different } = mixed.batch(2);
    expect([...images]).toEqual([...classes.batch(2).images, 3, 9]);
    expect(known(mixed, similar)).toEqual(['0 1', '2 3', '4 5']);
    expect(similar[4 * 6 + 5]).toBeCloseTo(0.25, 6);
    expect(total(similar) - 0.25).toBeCloseTo(0.375, 6);
    expect(total(different)).toBeCloseTo(0.375, 6);
  });
});
