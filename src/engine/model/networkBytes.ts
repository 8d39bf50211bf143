import { brightness } from '../decode/networkRaster';
import type { Raster } from '../decode/raster';

/** Writes a picture of a network's input size as bytes: rows, columns, channels (three, or one of brightness). */
export function writeNetworkBytes({ data }: Raster, channels: number, into: Uint8Array, offset: number): void {
  if (channels === 3) {
    into.set(data, offset);
    return;
  }
  for (let i = 0, at = offset; i < data.length; i += 3, at++) {
    into[at] = Math.round(brightness(data[i], data[i + 1], data[i + 2]));
  }
}
