/** For each output sample of one axis: the first input sample it reads, and its weights (sum 1). */
export interface Taps {
  readonly first: Int32Array;
  readonly weights: Float32Array;
  readonly width: number;
}

/** Area average when shrinking, linear interpolation when enlarging; `from` … `to` is a window in input samples. */
export function axisTaps(size: number, from: number, to: number, count: number): Taps {
  const scale = (to - from) / count;
  const reach = Math.max(scale, 1);
  const width = Math.ceil(reach) + 1;
  const first = new Int32Array(count);
  const weights = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    const middle = from + (i + 0.5) * scale;
    const low = middle - reach / 2;
    const high = middle + reach / 2;
    const start = Math.min(Math.max(0, Math.floor(low)), Math.max(0, size - width));
    first[i] = start;
    let sum = 0;
    for (let k = 0; k < width; k++) {
      const x = start + k;
      const weight = x < size ? Math.max(0, Math.min(x + 1, high) - Math.max(x, low)) : 0;
      weights[i * width + k] = weight;
      sum += weight;
    }
    for (let k = 0; k < width; k++) weights[i * width + k] /= sum;
  }
  return { first, weights, width };
}

/**
 * Resamples a window of a plane of numbers (side × side) to count × count.
 * `scratch` holds at least side × count numbers.
 */
export function resampleWindow(
  plane: Float32Array,
  side: number,
  window: { left: number; top: number; right: number; bottom: number },
  count: number,
  target: Float32Array,
  scratch: Float32Array,
): void {
  const across = axisTaps(side, window.left, window.right, count);
  const down = axisTaps(side, window.top, window.bottom, count);
  for (let y = Math.floor(window.top); y < Math.ceil(window.bottom); y++) {
    for (let x = 0; x < count; x++) {
      const from = y * side + across.first[x];
      let sum = 0;
      for (let k = 0; k < across.width; k++) sum += plane[from + k] * across.weights[x * across.width + k];
      scratch[y * count + x] = sum;
    }
  }
  const lastRow = Math.ceil(window.bottom) - 1;
  const firstRow = Math.floor(window.top);
  for (let y = 0; y < count; y++) {
    target.fill(0, y * count, y * count + count);
    for (let k = 0; k < down.width; k++) {
      const weight = down.weights[y * down.width + k];
      if (weight === 0) continue;
      const from = Math.min(Math.max(down.first[y] + k, firstRow), lastRow) * count;
      for (let x = 0; x < count; x++) target[y * count + x] += weight * scratch[from + x];
    }
  }
}
