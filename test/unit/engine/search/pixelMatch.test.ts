import { beforeAll, describe, expect, it } from 'vitest';
import { overlap } from '../../../../src/core/search/box';
import type { Box } from '../../../../src/core/search/box';
import type { Raster } from '../../../../src/engine/decode/raster';
import { cutRaster } from '../../../../src/engine/search/cutRaster';
import { PixelMatcher, POINTS_SIDE } from '../../../../src/engine/search/pixelMatch';
import { resizeRaster } from '../../../../src/engine/search/resizeRaster';
import { picture } from '../support/pictures';

const region: Box = { x: 70, y: 60, width: 96, height: 64 };
let own: Raster;
/** The picture, so small that the region is POINTS_SIDE² pixels. */
let small: Raster;
let place: Box;

beforeAll(async () => {
  const { data, info } = await picture(1).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  own = { width: info.width, height: info.height, data: new Uint8Array(data) };
  const scale = POINTS_SIDE / Math.sqrt(region.width * region.height);
  small = resizeRaster(own, { width: Math.round(own.width * scale), height: Math.round(own.height * scale) });
  const [sx, sy] = [small.width / own.width, small.height / own.height];
  place = { x: region.x * sx, y: region.y * sy, width: region.width * sx, height: region.height * sy };
});

const changed = (raster: Raster, change: (value: number) => number): Raster => ({ ...raster, data: raster.data.map(change) });

describe('pixels of a region against places', () => {
  it('are 1 where it lies, whatever the light and contrast, and less beside', () => {
    const matcher = new PixelMatcher(cutRaster(own, region));
    expect(matcher.correlation(small, place)).toBeGreaterThan(0.99);
    expect(
      matcher.correlation(
        changed(small, value => 40 + value / 2),
        place,
      ),
    ).toBeGreaterThan(0.98);
    expect(matcher.correlation(small, { ...place, x: place.x + 12 })).toBeLessThan(0.9);
    expect(
      matcher.correlation(
        changed(small, value => 255 - value),
        place,
      ),
    ).toBeLessThan(-0.98);
  });

  it('move and size a box that is a little off', () => {
    const matcher = new PixelMatcher(cutRaster(own, region));
    const off = { x: place.x + 2, y: place.y - 1.5, width: place.width * 1.08, height: place.height * 1.08 };
    const { box, correlation } = matcher.refined(small, off);
    expect(overlap(box, place)).toBeGreaterThan(0.95);
    expect(overlap(box, place)).toBeGreaterThan(overlap(off, place));
    expect(correlation).toBeGreaterThan(0.98);
  });

  it('of a plain region, or at a plain place, say nothing', () => {
    const plain: Raster = { width: 40, height: 40, data: new Uint8Array(40 * 40 * 3).fill(120) };
    const anywhere = { x: 3, y: 4, width: 32, height: 32 };
    expect(new PixelMatcher(plain).correlation(small, place)).toBeCloseTo(0, 9);
    expect(new PixelMatcher(cutRaster(own, region)).correlation(plain, anywhere)).toBeCloseTo(0, 9);
    // Beyond the edges they repeat.
    expect(new PixelMatcher(plain).refined(plain, { x: -20, y: 30, width: 32, height: 32 }).correlation).toBeCloseTo(0, 9);
  });
});
