import { expect, test } from 'vitest';
import { resizeRaster } from '../../../../src/engine/search/resizeRaster';

const rasterOf = (width: number, height: number, colour: (x: number, y: number) => number) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const at = Math.floor(i / 3);
    return colour(at % width, Math.floor(at / width));
  }),
});

test('a ramp stays a ramp, whichever way', () => {
  const ramp = rasterOf(40, 30, (x, y) => 2 * x + 3 * y);
  for (const [width, height] of [
    [20, 15],
    [80, 60],
    [33, 47],
  ]) {
    const { data } = resizeRaster(ramp, { width, height });
    const [x, y] = [Math.floor(width / 2), Math.floor(height / 2)];
    const expected = 2 * (((x + 0.5) * 40) / width - 0.5) + 3 * (((y + 0.5) * 30) / height - 0.5);
    expect(Math.abs(data[(y * width + x) * 3] - expected)).toBeLessThanOrEqual(1);
  }
});

test('shrinking looks at every pixel', () => {
  const checks = rasterOf(64, 64, (x, y) => ((x + y) % 2) * 200);
  const { data } = resizeRaster(checks, { width: 8, height: 8 });
  expect([...new Set(data)].every(value => Math.abs(value - 100) <= 2)).toBe(true);
});

test('the same size is the same raster', () => {
  const raster = rasterOf(5, 4, x => x);
  expect(resizeRaster(raster, { width: 5, height: 4 })).toBe(raster);
});
