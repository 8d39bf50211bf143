import { describe, expect, it } from 'vitest';
import { alterationNames } from '../../../../src/core/training/names';
import type { Shape3 } from '../../../../src/engine/model/layers/layer';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import { compose, IDENTITY, warp } from '../../../../src/engine/training/alterations/affine';
import { alterationsByName } from '../../../../src/engine/training/alterations/alterationsByName';
import { blur } from '../../../../src/engine/training/alterations/blur';
import { border } from '../../../../src/engine/training/alterations/border';
import { brightness } from '../../../../src/engine/training/alterations/brightness';
import { colour } from '../../../../src/engine/training/alterations/colour';
import { compress } from '../../../../src/engine/training/alterations/compression';
import { crop } from '../../../../src/engine/training/alterations/crop';
import { anyLine, lineWidth, write } from '../../../../src/engine/training/alterations/glyphs';
import { grey } from '../../../../src/engine/training/alterations/grey';
import { mirror } from '../../../../src/engine/training/alterations/mirror';
import { noise } from '../../../../src/engine/training/alterations/noise';
import { placed } from '../../../../src/engine/training/alterations/placed';
import { quarterTurn } from '../../../../src/engine/training/alterations/quarterTurn';
import { turn } from '../../../../src/engine/training/alterations/turn';

/** Draws these numbers in turn, the last for ever. */
function drawing(...numbers: number[]): SeededRandom {
  let at = 0;
  return Object.assign(new SeededRandom(1), { next: () => numbers[Math.min(at++, numbers.length - 1)] });
}

const close = (actual: Iterable<number>, expected: number[], digits = 5): void => {
  const got = [...actual];
  expect(got).toHaveLength(expected.length);
  expected.forEach((v, i) => expect(got[i]).toBeCloseTo(v, digits));
};

describe('every alteration by name', () => {
  const shapes: Shape3[] = [
    [12, 10, 3],
    [9, 17, 1],
    [1, 1, 3],
  ];
  const cases = shapes.flatMap(shape => alterationNames.map(name => [name, shape] as const));

  it.each(cases)('%s of %j: stays within the image and 0…1, repeats for a seed', (name, shape) => {
    const size = shape[0] * shape[1] * shape[2];
    const original = Float32Array.from({ length: size + 4 }, (_, i) => (i < 2 || i > size + 1 ? 5 : (Math.sin(i * 7.3) + 1) / 2));
    const run = (seed: number): number[] => {
      const pixels = original.slice();
      const random = new SeededRandom(seed);
      for (const alter of alterationsByName([name])) alter(pixels, 2, shape, random);
      return [...pixels];
    };
    const results = Array.from({ length: 40 }, (_, seed) => run(seed));
    for (const r of results) {
      expect([r[0], r[1], r[size + 2], r[size + 3]]).toEqual([5, 5, 5, 5]);
      expect(r.slice(2, size + 2).every(v => v >= 0 && v <= 1)).toBe(true);
    }
    expect(run(7)).toEqual(results[7]);
    const unchanged = results.filter(r => r.join() === [...original].join()).length;
    // Views of their own: some altered, some not. Images of one channel have no colour to change; one pixel has no places.
    const hasEffect = size > 3 && !(shape[2] === 1 && (name === 'colour' || name === 'grey'));
    if (hasEffect) expect(unchanged).toBeLessThan(40);
    expect(unchanged).toBeGreaterThan(0);
  });

  it('gives what was asked for and nothing else', () => {
    expect(alterationsByName([])).toEqual([]);
    const pixels = Float32Array.of(0, 0.5, 1);
    for (let seed = 0; seed < 20; seed++) {
      for (const alter of alterationsByName(['mirror'])) alter(pixels, 0, [1, 3, 1], new SeededRandom(seed));
      expect([0.5, ...[pixels[0], pixels[2]].sort()]).toEqual([pixels[1], 0, 1]);
    }
  });

  it('all together change a view in about four ways of thirteen', () => {
    const flat = new Float32Array(32 * 32 * 3).map((_, i) => ((i * 31) % 97) / 97);
    let touched = 0;
    for (let seed = 0; seed < 200; seed++) {
      const random = new SeededRandom(seed);
      for (const name of alterationNames) {
        const pixels = flat.slice();
        for (const alter of alterationsByName([name])) alter(pixels, 0, [32, 32, 3], random);
        touched += Number(pixels.some((v, i) => v !== flat[i]));
      }
    }
    expect(touched / 200).toBeGreaterThan(3);
    expect(touched / 200).toBeLessThan(6);
  });
});

describe('places', () => {
  it('a quarter turn moves whole pixels, four are none', () => {
    const pixels = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    const once = quarterTurn(1)([3, 3, 1], drawing(0, 0));
    warp(pixels, 0, [3, 3, 1], once, 'edge');
    expect([...pixels]).toEqual([3, 6, 9, 2, 5, 8, 1, 4, 7]);
    for (let k = 0; k < 3; k++) warp(pixels, 0, [3, 3, 1], once, 'edge');
    expect([...pixels]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const half = Float32Array.of(1, 2, 3, 4);
    warp(half, 0, [2, 2, 1], quarterTurn(1)([2, 2, 1], drawing(0, 0.5)), 'edge');
    expect([...half]).toEqual([4, 3, 2, 1]);
  });

  it('a mirror exchanges left and right', () => {
    const pixels = Float32Array.of(1, 10, 2, 20, 3, 30);
    placed([mirror(1)])(pixels, 0, [1, 3, 2], drawing(0, 0.1));
    expect([...pixels]).toEqual([3, 30, 2, 20, 1, 10]);
  });

  it('between pixels is bilinear; beyond the edge is the edge, or a colour', () => {
    const map = { ...IDENTITY, x0: 1 };
    // A shift by half of the width (−1 … 1 is 4 pixels): x + 2.
    const [edge, filled] = [Float32Array.of(0, 0.1, 0.2, 0.3, 0.4), Float32Array.of(0, 0.1, 0.2, 0.3, 0.4)];
    warp(edge, 0, [1, 5, 1], map, 'edge');
    close(edge, [0.2, 0.3, 0.4, 0.4, 0.4]);
    warp(filled, 0, [1, 5, 1], map, Float32Array.of(0.9));
    close(filled, [0.2, 0.3, 0.4, 0.9, 0.9]);
    const between = Float32Array.of(0, 1, 2, 3);
    warp(between, 0, [2, 2, 1], { ...IDENTITY, yy: 0, xx: 0 }, 'edge');
    expect([...between]).toEqual([1.5, 1.5, 1.5, 1.5]);
  });

  it('one after the other is the same as composed', () => {
    const [first, second] = [
      { yy: 0.8, yx: 0.1, y0: 0.05, xy: -0.1, xx: 0.9, x0: -0.02 },
      { yy: 0, yx: 1, y0: 0, xy: -1, xx: 0, x0: 0 },
    ];
    const image = Float32Array.from({ length: 49 }, (_, i) => Math.sin(i));
    const [apart, together] = [image.slice(), image.slice()];
    warp(apart, 0, [7, 7, 1], first, 'edge');
    warp(apart, 0, [7, 7, 1], second, 'edge');
    warp(together, 0, [7, 7, 1], compose(first, second), 'edge');
    close(together, [...apart]);
  });

  it('a crop leaves at least three quarters of the area, within the image', () => {
    for (let seed = 0; seed < 200; seed++) {
      const { yy, xx, y0, x0 } = crop(1, 0.25)([96, 96, 3], new SeededRandom(seed));
      expect(yy * xx).toBeGreaterThan(0.75 - 1e-9);
      expect(Math.max(yy + Math.abs(y0), xx + Math.abs(x0))).toBeLessThanOrEqual(1 + 1e-9);
    }
    const ramp = Float32Array.from({ length: 11 }, (_, i) => i / 10);
    placed([crop(1, 0.25)])(ramp, 0, [1, 11, 1], drawing(0, 1, 0.5, 0.9, 0.5));
    // √¾ of each side from the middle.
    const side = Math.sqrt(0.75);
    close(
      ramp,
      Array.from({ length: 11 }, (_, i) => 0.5 + ((i - 5) / 10) * side),
    );
  });

  it('a turn of a square keeps lengths but for the scale, and turns no further than allowed', () => {
    for (let seed = 0; seed < 200; seed++) {
      const map = turn(1, 15)([64, 64, 3], new SeededRandom(seed));
      const angle = Math.atan2(Math.sqrt(-map.yx * map.xy), map.yy);
      expect(Math.abs(angle)).toBeLessThanOrEqual((15 * Math.PI) / 180 + 1e-9);
      expect(map.yy).toBeCloseTo(map.xx, 9);
      expect(map.yx * map.xy).toBeLessThanOrEqual(0);
    }
  });
});

describe('colours and light', () => {
  it('a hue turn by 120° moves each channel to the next, and leaves greys', () => {
    const pixels = Float32Array.of(0.8, 0.4, 0.2, 0.5, 0.5, 0.5);
    colour(1, 120)(pixels, 0, [1, 2, 3], drawing(0, 1, 0.5));
    close(pixels, [0.2, 0.8, 0.4, 0.5, 0.5, 0.5]);
  });
  it('saturation halves the way from the mean', () => {
    const pixels = Float32Array.of(0.9, 0.6, 0.3);
    colour(1, 40)(pixels, 0, [1, 1, 3], drawing(0, 0.5, 0));
    close(pixels, [0.75, 0.6, 0.45]);
  });
  it('grey has the brightness of the colour', () => {
    const pixels = Float32Array.of(1, 0, 0, 0, 1, 1);
    grey(1)(pixels, 0, [1, 2, 3], drawing(0));
    close(pixels, [0.299, 0.299, 0.299, 0.701, 0.701, 0.701]);
  });
  it('brightness multiplies, contrast stretches about the middle, gamma bends', () => {
    const bright = Float32Array.of(0.2, 0.5, 0.9);
    brightness(1, 0.2)(bright, 0, [1, 3, 1], drawing(0, 1, 0.5, 1));
    close(bright, [0.24, 0.6, 1]);
    const contrast = Float32Array.of(0, 0.25, 0.5, 1);
    brightness(1, 0.2)(contrast, 0, [1, 4, 1], drawing(0, 0.5, 0, 1));
    close(contrast, [0.1, 0.3, 0.5, 0.9]);
    const gamma = Float32Array.of(0, 0.25, 1);
    brightness(1, 0.5)(gamma, 0, [1, 3, 1], drawing(0, 0.5, 0.5, 0, 1));
    close(gamma, [0, 0.5, 1], 2);
  });
});

describe('blur, noise, compression', () => {
  it('a blur keeps flat images and spreads a point', () => {
    const flat = new Float32Array(48).fill(0.5);
    blur(1, 2)(flat, 0, [4, 4, 3], drawing(0, 0.5, 0.9));
    close(flat, Array(48).fill(0.5) as number[], 6);
    const point = new Float32Array(25);
    point[12] = 1;
    // s = ⅓: each pixel is the mean of nine.
    blur(1, 1)(point, 0, [5, 5, 1], drawing(0, 1, 0));
    [6, 7, 8, 11, 12, 13, 16, 17, 18].forEach(i => expect(point[i]).toBeCloseTo(1 / 9, 6));
    expect(point[0] + point[2] + point[10]).toBe(0);
  });
  it('noise has no more than its deviation, about the old values', () => {
    const pixels = new Float32Array(64 * 64).fill(0.5);
    noise(1, 0.05)(pixels, 0, [64, 64, 1], drawing(0, 1, 0.9, 0.3));
    const mean = pixels.reduce((a, b) => a + b, 0) / pixels.length;
    const deviation = Math.sqrt(pixels.reduce((a, b) => a + (b - mean) ** 2, 0) / pixels.length);
    expect(mean).toBeCloseTo(0.5, 2);
    expect(deviation).toBeGreaterThan(0.045);
    expect(deviation).toBeLessThan(0.055);
  });
  it('compression with tiny steps changes nothing, with huge ones leaves the mean of each block', () => {
    const image = Float32Array.from({ length: 20 * 12 * 3 }, (_, i) => 0.5 + 0.3 * Math.sin(i * 1.7));
    const grey = image.slice(0, 20 * 12);
    compress(grey, 0, [20, 12, 1], 1e-5);
    close(grey, [...image.slice(0, 20 * 12)], 3);
    const block = Float32Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 0.25 : 0.75));
    // Lowest coefficient 8 × 0.5 = 4 is a multiple of 2; all others are below half their steps of 4 and more.
    compress(block, 0, [8, 8, 1], 2);
    close(block, Array(64).fill(0.5) as number[], 5);
  });
  it('compression rounds one wave to a multiple of its step', () => {
    const wave = (amount: number): Float32Array =>
      Float32Array.from({ length: 64 }, (_, i) => 0.5 + amount * Math.cos(((2 * (i % 8) + 1) * Math.PI) / 16));
    const block = wave(0.1);
    // Its coefficient is 0.1 · 8 / √2 = 0.5657, the step (1 + 1) · 0.2 = 0.4: rounds to 0.4.
    compress(block, 0, [8, 8, 1], 0.2);
    close(block, [...wave((0.4 * Math.SQRT2) / 8)], 5);
  });
  it('compression keeps grey pictures grey', () => {
    const pixels = Float32Array.from({ length: 16 * 16 * 3 }, (_, i) => (((i / 3) | 0) % 16) / 16);
    compress(pixels, 0, [16, 16, 3], 0.1);
    for (let i = 0; i < pixels.length; i += 3) {
      expect(pixels[i]).toBeCloseTo(pixels[i + 1], 5);
      expect(pixels[i]).toBeCloseTo(pixels[i + 2], 5);
    }
  });
});

describe('what covers', () => {
  it('a border shrinks the image into a frame', () => {
    const pixels = new Float32Array(100).fill(0.5);
    // All four sides, 2 + (0.22 − 2) …: 0.2 of each side, white.
    border(1, 0.2)(pixels, 0, [10, 10, 1], drawing(0, 0, 1, 1, 0.5, 0));
    const rows = Array.from({ length: 10 }, (_, y) => [...pixels.slice(y * 10, y * 10 + 10)]);
    expect(rows[0]).toEqual(Array(10).fill(1));
    expect(rows[1]).toEqual(Array(10).fill(1));
    expect(rows[5]).toEqual([1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 1]);
    expect(rows[9]).toEqual(Array(10).fill(1));
  });
  it('writing covers its strokes only, in its colour', () => {
    const pixels = new Float32Array(9 * 7 * 3).fill(0.5);
    // The sixth sign: bars above and below, a stem between.
    write(pixels, 0, [9, 7, 3], [5], { top: 1, left: 1, size: 7 }, { colour: Float32Array.of(1, 0, 0.5), cover: 1 });
    const red = Array.from({ length: 9 }, (_, y) => Array.from({ length: 7 }, (_v, x) => pixels[(y * 7 + x) * 3]));
    expect(red[0]).toEqual(Array(7).fill(0.5));
    expect(red[1]).toEqual([0.5, 1, 1, 1, 1, 1, 0.5]);
    expect(red[4]).toEqual([0.5, 0.5, 0.5, 1, 0.5, 0.5, 0.5]);
    expect(red[7]).toEqual([0.5, 1, 1, 1, 1, 1, 0.5]);
    expect(pixels[(4 * 7 + 3) * 3 + 1]).toBe(0);
    expect(lineWidth([5, 5], 7)).toBe(11);
  });
  it('half cover is half way', () => {
    const pixels = new Float32Array(35).fill(0.2);
    write(pixels, 0, [7, 5, 1], [5], { top: 0, left: 0, size: 7 }, { colour: Float32Array.of(1), cover: 0.5 });
    expect(pixels[0]).toBeCloseTo(0.6, 6);
    expect(pixels[5]).toBeCloseTo(0.2, 6);
  });
  it('a line has words and gaps', () => {
    const line = anyLine(40, new SeededRandom(2));
    expect(line).toHaveLength(40);
    expect(line.filter(sign => sign === -1).length).toBeGreaterThan(2);
    expect(line[0]).toBeGreaterThanOrEqual(0);
  });
});
