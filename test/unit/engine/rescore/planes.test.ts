import { describe, expect, it } from 'vitest';
import { AlignLevel } from '../../../../src/engine/rescore/alignLevel';
import { compose, findOverlap, padded, rowsOf, warp } from '../../../../src/engine/rescore/planes';
import type { Affine } from '../../../../src/engine/rescore/planes';

const wave = (side: number): Float32Array =>
  Float32Array.from({ length: side * side }, (_, i) => 100 + 50 * Math.sin(i * 0.37) + (i % side) * 2);
/** Where a pixel of a side² plane lies on another of the same size under a map, in pixels. */
const place = (map: Affine, side: number, x: number, y: number): [number, number] => {
  const [u, v] = [((x + 0.5) * 2) / side - 1, ((y + 0.5) * 2) / side - 1];
  const [s, t] = [map[0] * u + map[1] * v + map[2], map[3] * u + map[4] * v + map[5]];
  return [((s + 1) * side) / 2 - 0.5, ((t + 1) * side) / 2 - 0.5];
};
const maps: Affine[] = [
  [1, 0, 0, 0, 1, 0],
  [0.8, 0, 0.13, 0, 0.85, -0.1],
  [1.2, 0.1, 0.05, -0.09, 1.15, 0.2],
  [0.9, -0.3, 0.2, 0.25, 0.95, -0.15],
];

describe('findOverlap', () => {
  it.each([
    [12, 0],
    [24, 1],
    [48, 2],
  ])('finds the pixels that loops find, side %i, border %i', (side, border) => {
    for (const map of maps) {
      const rows = rowsOf(side);
      const count = findOverlap(map, side, border, rows);
      let expected = 0;
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          const [px, py] = place(map, side, x, y);
          const isInner = (a: number): boolean => a > border - 1 && a < side - border;
          const isOn = (a: number): boolean => a >= border - 0.5 - 1e-9 && a <= side - border - 0.5 + 1e-9;
          const counts = isInner(x) && isInner(y) && isOn(px) && isOn(py);
          if (counts) expected++;
          expect(x >= rows.from[y] && x < rows.to[y], `${map} ${x} ${y}`).toBe(counts);
        }
      }
      expect(count).toBe(expected);
    }
  });

  it('is empty where nothing overlaps', () => {
    expect(findOverlap([1, 0, 2.5, 0, 1, 0], 12, 0, rowsOf(12))).toBe(0);
    expect(findOverlap([1, 0, 0, 0, 1, -2.5], 12, 0, rowsOf(12))).toBe(0);
  });
});

describe('warp', () => {
  it('samples bilinearly, edges repeated', () => {
    const side = 12;
    const plane = wave(side);
    const clamp = (a: number): number => Math.min(Math.max(a, 0), side - 1);
    const at = (x: number, y: number): number => plane[clamp(y) * side + clamp(x)];
    for (const map of maps) {
      const rows = rowsOf(side);
      findOverlap(map, side, 0, rows);
      const target = new Float32Array(side * side);
      warp(padded(plane, side), side, map, target, side, rows);
      for (let y = 0; y < side; y++) {
        for (let x = rows.from[y]; x < rows.to[y]; x++) {
          const [px, py] = place(map, side, x, y);
          const [x0, y0] = [Math.floor(px), Math.floor(py)];
          const [fx, fy] = [px - x0, py - y0];
          const expected =
            (1 - fy) * ((1 - fx) * at(x0, y0) + fx * at(x0 + 1, y0)) + fy * ((1 - fx) * at(x0, y0 + 1) + fx * at(x0 + 1, y0 + 1));
          expect(target[y * side + x]).toBeCloseTo(expected, 3);
        }
      }
    }
  });

  it('enlarges a coarser plane', () => {
    // A slope stays a slope: the value is the place.
    const plane = Float32Array.from({ length: 144 }, (_, i) => i % 12);
    const rows = rowsOf(48);
    findOverlap(maps[0], 48, 0, rows);
    const target = new Float32Array(48 * 48);
    warp(padded(plane, 12), 12, maps[0], target, 48, rows);
    expect(target[24 * 48 + 20]).toBeCloseTo((20.5 / 48) * 12 - 0.5, 5);
    expect(target[0]).toBe(0);
    expect(target[47]).toBe(11);
  });
});

describe('compose', () => {
  it('applies the inner map first', () => {
    const [outer, inner] = [maps[2], maps[3]];
    const apply = (m: Affine, [x, y]: readonly number[]): number[] => [m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5]];
    const expected = apply(outer, apply(inner, [0.3, -0.7]));
    apply(compose(outer, inner), [0.3, -0.7]).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12));
  });
});

describe('AlignLevel', () => {
  it('holds the inverse of the damped Gauss–Newton matrix', () => {
    const side = 24;
    const { gradientX, gradientY, inverseHessian } = new AlignLevel(wave(side), side, 1).template;
    // The sum of the outer products of the steepest descent images, pixel by pixel.
    const matrix = Array.from({ length: 6 }, () => new Array<number>(6).fill(0));
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const [u, v] = [((x + 0.5) * 2) / side - 1, ((y + 0.5) * 2) / side - 1];
        const [gx, gy] = [gradientX[y * side + x], gradientY[y * side + x]];
        const g = [gx * u, gx * v, gx, gy * u, gy * v, gy];
        for (let i = 0; i < 6; i++) for (let j = 0; j < 6; j++) matrix[i][j] += g[i] * g[j];
      }
    }
    const trace = matrix.reduce((sum, row, i) => sum + row[i], 0);
    for (let i = 0; i < 6; i++) matrix[i][i] += trace * 1e-3 + 1e-6;
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j < 6; j++) {
        const product = matrix[i].reduce((sum, value, k) => sum + value * inverseHessian[k * 6 + j], 0);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 6);
      }
    }
    expect(gradientX[0]).toBeCloseTo(((wave(side)[1] - wave(side)[0]) * side) / 2, 3);
  });
});
