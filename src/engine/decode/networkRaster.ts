import { resampleWindow } from '../descriptor/resample';
import type { Raster } from './raster';

/** A square raster at a smaller side: area averages, rounded to whole numbers. The same raster where it has that side already. */
export function shrinkRaster(raster: Raster, side: number): Raster {
  if (raster.width === side) return raster;
  const from = raster.width;
  const plane = new Float32Array(from * from);
  const small = new Float32Array(side * side);
  const scratch = new Float32Array(from * side);
  const data = new Uint8Array(side * side * 3);
  const window = { left: 0, top: 0, right: from, bottom: from };
  for (let channel = 0; channel < 3; channel++) {
    for (let i = 0, at = channel; i < plane.length; i++, at += 3) plane[i] = raster.data[at];
    resampleWindow(plane, from, window, side, small, scratch);
    for (let i = 0, at = channel; i < small.length; i++, at += 3) data[at] = Math.round(small[i]);
  }
  return { width: side, height: side, data };
}

/** Brightness of a colour by ITU-R BT.601, the one that networks of one channel are trained on. */
export const brightness = (red: number, green: number, blue: number): number => 0.299 * red + 0.587 * green + 0.114 * blue;

/** Writes a raster as numbers 0…1, rows, columns, channels: three, or one of brightness. */
export function writeNetworkInput({ data }: Raster, channels: number, into: Float32Array, offset: number): void {
  if (channels === 3) {
    for (let i = 0; i < data.length; i++) into[offset + i] = data[i] / 255;
    return;
  }
  for (let i = 0, at = offset; i < data.length; i += 3, at++) {
    // Whole numbers, as training has them.
    into[at] = Math.round(brightness(data[i], data[i + 1], data[i + 2])) / 255;
  }
}
