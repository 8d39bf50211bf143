/** Affine map of normalised coordinates (−1 … 1 over the plane): x' = m[0]x + m[1]y + m[2], y' = m[3]x + m[4]y + m[5]. */
export type Affine = Float64Array;

export const affine = (a: number, b: number, c: number, d: number, e: number, f: number): Affine =>
  Float64Array.of(a, b, c, d, e, f);

/** Mean of square cells: `side` must be a multiple of `count`. */
export function averageDown(plane: Float32Array, side: number, count: number): Float32Array {
  const factor = side / count;
  const small = new Float32Array(count * count);
  for (let y = 0; y < count; y++) {
    for (let x = 0; x < count; x++) {
      let sum = 0;
      for (let v = 0; v < factor; v++) {
        const row = (y * factor + v) * side + x * factor;
        for (let u = 0; u < factor; u++) sum += plane[row + u];
      }
      small[y * count + x] = sum / (factor * factor);
    }
  }
  return small;
}

/** 3×3 binomial smoothing, edges repeated. */
export function smooth(plane: Float32Array, side: number): Float32Array {
  const half = new Float32Array(plane.length);
  const target = new Float32Array(plane.length);
  for (let y = 0; y < side; y++) {
    const row = y * side;
    for (let x = 0; x < side; x++) {
      const before = x > 0 ? x - 1 : 0;
      const after = x < side - 1 ? x + 1 : x;
      half[row + x] = (plane[row + before] + 2 * plane[row + x] + plane[row + after]) / 4;
    }
  }
  for (let y = 0; y < side; y++) {
    const above = (y > 0 ? y - 1 : 0) * side;
    const below = (y < side - 1 ? y + 1 : y) * side;
    for (let x = 0; x < side; x++) target[y * side + x] = (half[above + x] + 2 * half[y * side + x] + half[below + x]) / 4;
  }
  return target;
}

/**
 * Samples `plane` (side × side) at the mapped place of every pixel of a side × side target, bilinearly.
 * `inside[i]` is 1 where the place lies on the plane, and neither it nor the target pixel is within `border` pixels of the edge.
 * Returns how many do.
 */
export function warpPlane(
  plane: Float32Array,
  side: number,
  map: Affine,
  target: Float32Array,
  inside: Uint8Array,
  border = 0,
): number {
  const half = side / 2;
  const step = 1 / half;
  const last = side - 1;
  const least = border - 0.5;
  const most = last - border + 0.5;
  let count = 0;
  const dx = map[0] * step * half;
  const dy = map[3] * step * half;
  for (let y = 0; y < side; y++) {
    const v = (y + 0.5) * step - 1;
    const u = 0.5 * step - 1;
    let px = (map[0] * u + map[1] * v + map[2] + 1) * half - 0.5;
    let py = (map[3] * u + map[4] * v + map[5] + 1) * half - 0.5;
    for (let x = 0, at = y * side; x < side; x++, at++, px += dx, py += dy) {
      if (px < least || py < least || px > most || py > most || (border > 0 && isEdge(x, y, side, border))) {
        inside[at] = 0;
        target[at] = 0;
        continue;
      }
      inside[at] = 1;
      count++;
      const cx = px < 0 ? 0 : px > last ? last : px;
      const cy = py < 0 ? 0 : py > last ? last : py;
      let x0 = cx | 0;
      let y0 = cy | 0;
      if (x0 === last) x0 = last - 1;
      if (y0 === last) y0 = last - 1;
      const fx = cx - x0;
      const fy = cy - y0;
      const from = y0 * side + x0;
      const top = plane[from] + (plane[from + 1] - plane[from]) * fx;
      const bottom = plane[from + side] + (plane[from + side + 1] - plane[from + side]) * fx;
      target[at] = top + (bottom - top) * fy;
    }
  }
  return count;
}

const isEdge = (x: number, y: number, side: number, border: number): boolean =>
  x < border || y < border || x >= side - border || y >= side - border;
