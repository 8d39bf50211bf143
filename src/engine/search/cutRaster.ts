import type { Box } from '../../core/search/box';
import type { Raster } from '../decode/raster';

/** A part of a raster, whole pixels; what lies beyond its edges repeats them. */
export function cutRaster(raster: Raster, { x, y, width, height }: Box): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let row = 0, at = 0; row < height; row++) {
    const from = Math.max(0, Math.min(raster.height - 1, y + row)) * raster.width;
    for (let column = 0; column < width; column++, at += 3) {
      const pixel = (from + Math.max(0, Math.min(raster.width - 1, x + column))) * 3;
      data[at] = raster.data[pixel];
      data[at + 1] = raster.data[pixel + 1];
      data[at + 2] = raster.data[pixel + 2];
    }
  }
  return { width, height, data };
}
