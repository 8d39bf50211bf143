import type { Raster } from '../../../../src/engine/decode/raster';

/** mulberry32: uniform numbers in [0, 1). */
export function random(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The colour at a place; (0, 0) … (1, 1) is the picture, and the scene goes on around it. */
export type Scene = (x: number, y: number) => readonly [number, number, number];

/** Smooth blobs of colour: a picture that can be sampled anywhere, so that altered versions need no resampling. */
export function blobs(seed: number, count = 60): Scene {
  const next = random(seed);
  const list = Array.from({ length: count }, () => ({
    x: next() * 1.6 - 0.3,
    y: next() * 1.6 - 0.3,
    size: 0.02 + next() * 0.1,
    colour: [next() * 300 - 150, next() * 300 - 150, next() * 300 - 150],
  }));
  return (x, y) => {
    const sum = [128, 128, 128];
    for (const blob of list) {
      const distance = ((x - blob.x) ** 2 + (y - blob.y) ** 2) / blob.size ** 2;
      if (distance > 12) continue;
      const weight = Math.exp(-distance);
      for (let c = 0; c < 3; c++) sum[c] += weight * blob.colour[c];
    }
    return [sum[0], sum[1], sum[2]];
  };
}

/** Renders a scene; `place` maps picture coordinates to scene coordinates (a crop, a turn …). */
export function render(
  scene: Scene,
  side = 96,
  place: (x: number, y: number) => readonly [number, number] = (x, y) => [x, y],
): Raster {
  const data = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const colour = scene(...place((x + 0.5) / side, (y + 0.5) / side));
      for (let c = 0; c < 3; c++) data[(y * side + x) * 3 + c] = Math.min(255, Math.max(0, Math.round(colour[c])));
    }
  }
  return { width: side, height: side, data };
}

/** Paints a frame over a raster; widths in pixels. */
export function frame(
  raster: Raster,
  widths: { left?: number; top?: number; right?: number; bottom?: number },
  colour: readonly [number, number, number],
): Raster {
  const { left = 0, top = 0, right = 0, bottom = 0 } = widths;
  const data = raster.data.slice();
  for (let y = 0; y < raster.height; y++) {
    for (let x = 0; x < raster.width; x++) {
      const inside = x >= left && y >= top && x < raster.width - right && y < raster.height - bottom;
      if (!inside) data.set(colour, (y * raster.width + x) * 3);
    }
  }
  return { ...raster, data };
}
