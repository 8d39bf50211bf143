import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import {
  blurAtRandom,
  cropAtRandom,
  frameAtRandom,
  greyAtRandom,
  lightAtRandom,
  resample,
  turnAtRandom,
} from '../../../../src/engine/training/alterations';
import type { Alteration } from '../../../../src/engine/training/images';

const all: [string, Alteration][] = [
  ['crop', cropAtRandom(0.25)],
  ['turn', turnAtRandom(10)],
  ['light', lightAtRandom(0.2)],
  ['grey', greyAtRandom(1)],
  ['blur', blurAtRandom(1)],
  ['frame', frameAtRandom(1, 0.3)],
];

describe('alterations', () => {
  it.each(all)('%s: changes the image only, keeps 0…1, differs from time to time, repeats for a seed', (_, alter) => {
    const shape = [8, 6, 3] as const;
    const make = (): Float32Array =>
      Float32Array.from({ length: 2 + 144 + 2 }, (_v, i) => (i < 2 || i > 145 ? 5 : (Math.sin(i * 7.3) + 1) / 2));
    const run = (seed: number): number[] => {
      const pixels = make();
      alter(pixels, 2, shape, new SeededRandom(seed));
      return [...pixels];
    };
    const results = [1, 2, 3, 4].map(run);
    for (const r of results) {
      expect([r[0], r[1], r[146], r[147]]).toEqual([5, 5, 5, 5]);
      expect(r.slice(2, 146).every(v => v >= 0 && v <= 1)).toBe(true);
    }
    expect(results.some(r => r.join() !== [...make()].join())).toBe(true);
    expect(run(1)).toEqual(results[0]);
  });
  it('resampling by a quarter turn moves whole pixels', () => {
    const pixels = Float32Array.of(1, 2, 3, 4);
    resample(pixels, 0, [2, 2, 1], (y, x) => [x, 1 - y]);
    expect([...pixels]).toEqual([2, 4, 1, 3]);
  });
  it('resampling between pixels is bilinear, beyond the edge the edge', () => {
    const pixels = Float32Array.of(0, 1, 2, 3);
    resample(pixels, 0, [2, 2, 1], (y, x) => (y + x === 0 ? [0.5, 0.25] : [9, -9]));
    expect([...pixels]).toEqual([1.25, 2, 2, 2]);
  });
  it('a crop shows a part: of a ramp a ramp, within its range', () => {
    const ramp = Float32Array.from({ length: 10 }, (_, i) => i / 9);
    cropAtRandom(0.5)(ramp, 0, [1, 10, 1], new SeededRandom(3));
    const steps = [...ramp].slice(1).map((v, i) => v - ramp[i]);
    for (const step of steps) expect(step).toBeCloseTo(steps[0], 5);
    expect(steps[0]).toBeLessThan(1 / 9);
    expect(steps[0]).toBeGreaterThan(0.5 / 9 - 1e-6);
  });
  it('grey has the brightness of the colour', () => {
    const pixels = Float32Array.of(1, 0, 0, 0, 1, 1);
    greyAtRandom(1)(pixels, 0, [1, 2, 3], new SeededRandom(1));
    [0.299, 0.299, 0.299, 0.701, 0.701, 0.701].forEach((v, i) => expect(pixels[i]).toBeCloseTo(v, 5));
  });
  it('a blur keeps flat images and spreads a point evenly', () => {
    const flat = new Float32Array(16).fill(0.5);
    blurAtRandom(1)(flat, 0, [4, 4, 1], new SeededRandom(1));
    expect([...flat]).toEqual(Array(16).fill(0.5));
    const point = new Float32Array(25);
    point[12] = 1;
    blurAtRandom(1)(point, 0, [5, 5, 1], new SeededRandom(1));
    // Two passes of (½, ½) each way: ¼ ½ ¼ squared.
    expect(point[12]).toBeCloseTo(0.25, 6);
    expect(point[11]).toBeCloseTo(0.125, 6);
    expect(point[6]).toBeCloseTo(0.0625, 6);
  });
});
