/** Affine map of normalised coordinates (−1 … 1 over the plane): x' = m[0]x + m[1]y + m[2], y' = m[3]x + m[4]y + m[5]. */
export type Affine = readonly [number, number, number, number, number, number];

export const affine = (a: number, b: number, c: number, d: number, e: number, f: number): Affine => [a, b, c, d, e, f];

/** First `inner`, then `outer`. */
export function compose(outer: Affine, inner: Affine): Affine {
  return [
    outer[0] * inner[0] + outer[1] * inner[3],
    outer[0] * inner[1] + outer[1] * inner[4],
    outer[0] * inner[2] + outer[1] * inner[5] + outer[2],
    outer[3] * inner[0] + outer[4] * inner[3],
    outer[3] * inner[1] + outer[4] * inner[4],
    outer[3] * inner[2] + outer[4] * inner[5] + outer[5],
  ];
}

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

/** A plane with its edge pixels repeated once all around, (side + 2)²: what lies up to half a pixel outside needs no special case. */
export function padded(plane: ArrayLike<number>, side: number): Float32Array {
  const stride = side + 2;
  const target = new Float32Array(stride * stride);
  for (let y = 0; y < stride; y++) {
    const row = Math.min(Math.max(y - 1, 0), side - 1) * side;
    target[y * stride] = plane[row];
    for (let x = 0; x < side; x++) target[y * stride + x + 1] = plane[row + x];
    target[y * stride + side + 1] = plane[row + side - 1];
  }
  return target;
}

/** A part of a square plane that holds in each row y the columns `from[y]` … `to[y] − 1`: where two pictures overlap. */
export interface Rows {
  readonly from: Int32Array;
  /** Not below `from`. */
  readonly to: Int32Array;
}

export const rowsOf = (side: number): Rows => ({ from: new Int32Array(side), to: new Int32Array(side) });

/**
 * Which pixels of a side × side target have a mapped place on a plane of the same size; neither it nor the pixel may be within `border`
 * pixels of the edge. Returns how many. Rows of `map` must have a positive first coefficient (no half turn).
 */
export function findOverlap(map: Affine, side: number, border: number, { from, to }: Rows): number {
  const half = side / 2;
  const least = border - 0.5;
  const most = side - border - 0.5;
  const first = border + 0.5 - half;
  const dx = map[0];
  const dy = map[3];
  let count = 0;
  for (let y = 0; y < side; y++) {
    from[y] = border;
    to[y] = border;
    if (y < border || y >= side - border) continue;
    const v = y + 0.5 - half;
    const px = dx * first + map[1] * v + map[2] * half + half - 0.5;
    const py = dy * first + map[4] * v + map[5] * half + half - 0.5;
    // Columns relative to the first one; the places form a straight line.
    let low = (least - px) / dx;
    let high = (most - px) / dx;
    if (dy > 1e-9) {
      low = Math.max(low, (least - py) / dy);
      high = Math.min(high, (most - py) / dy);
    } else if (dy < -1e-9) {
      low = Math.max(low, (most - py) / dy);
      high = Math.min(high, (least - py) / dy);
    } else if (py < least || py > most) {
      continue;
    }
    const start = Math.max(border, border + Math.ceil(low));
    const end = Math.min(side - border, border + Math.floor(high) + 1);
    if (end <= start) continue;
    from[y] = start;
    to[y] = end;
    count += end - start;
  }
  return count;
}

/**
 * Samples a padded plane of `side` × `side` pixels bilinearly at the mapped place of each of `rows` of a target of `targetSide`²
 * (the same or finer); pixels elsewhere are left alone.
 */
export function warp(plane: Float32Array, side: number, map: Affine, target: Float32Array, targetSide: number, rows: Rows): void {
  const stride = side + 2;
  const half = side / 2;
  const step = side / targetSide;
  const dx = map[0] * step;
  const dy = map[3] * step;
  for (let y = 0; y < targetSide; y++) {
    const start = rows.from[y];
    const end = y * targetSide + rows.to[y];
    const u = (start + 0.5) * step - half;
    const v = (y + 0.5) * step - half;
    // One half for the middle of pixels, one for the padding.
    let px = map[0] * u + map[1] * v + map[2] * half + half + 0.5;
    let py = map[3] * u + map[4] * v + map[5] * half + half + 0.5;
    for (let at = y * targetSide + start; at < end; at++, px += dx, py += dy) {
      const x0 = px | 0;
      const y0 = py | 0;
      const fx = px - x0;
      const corner = y0 * stride + x0;
      const upper = plane[corner];
      const lower = plane[corner + stride];
      const top = upper + (plane[corner + 1] - upper) * fx;
      const bottom = lower + (plane[corner + stride + 1] - lower) * fx;
      target[at] = top + (bottom - top) * (py - y0);
    }
  }
}
