/** Side of the picture that outlines are taken of. */
export const OUTLINE_SIDE = 64;
/** Pixels a side of a cell. */
const CELL = 8;
const CELLS = OUTLINE_SIDE / CELL;
const DIRECTIONS = 8;
/** Numbers of one picture. */
export const OUTLINE_SIZE = CELLS * CELLS * DIRECTIONS;
/** Grey levels between neighbours that are no edge: noise and compression. */
const LEAST_STEP = 4;
/** Of the mean cell: what keeps the noise of empty cells small. */
const FLOOR = 0.5;

/**
 * Where a picture has edges, and of which direction: histograms of oriented gradients (Dalal and Triggs, CVPR 2005) over 8 × 8 cells,
 * eight directions, each edge shared among its neighbouring cells and directions. Light on dark is the same as dark on light, and each cell
 * is scaled by itself, so that the same thing drawn in other colours or another style looks the same.
 * @param pixels rows, columns, RGB, {@link OUTLINE_SIDE} a side, from `offset`
 * @param into gets {@link OUTLINE_SIZE} numbers at `at`
 */
export function writeOutlines(pixels: Uint8Array, offset: number, into: Float32Array, at: number): void {
  const side = OUTLINE_SIDE;
  const grey = new Float32Array(side * side);
  for (let i = 0, from = offset; i < grey.length; i++, from += 3) {
    grey[i] = 0.299 * pixels[from] + 0.587 * pixels[from + 1] + 0.114 * pixels[from + 2];
  }
  const cells = into.subarray(at, at + OUTLINE_SIZE).fill(0);
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      const place = y * side + x;
      const [across, down] = [grey[place + 1] - grey[place - 1], grey[place + side] - grey[place - side]];
      const strength = Math.hypot(across, down);
      if (strength >= LEAST_STEP) share(cells, x, y, Math.atan2(down, across), strength);
    }
  }
  let total = 0;
  for (const value of cells) total += value * value;
  const floor = FLOOR * Math.sqrt(total / (CELLS * CELLS)) + 1e-6;
  for (let start = 0; start < OUTLINE_SIZE; start += DIRECTIONS) {
    let squares = 0;
    for (let k = 0; k < DIRECTIONS; k++) squares += cells[start + k] ** 2;
    const scale = 1 / (Math.sqrt(squares) + floor);
    for (let k = 0; k < DIRECTIONS; k++) cells[start + k] *= scale;
  }
}

/** Adds an edge to the four cells around it and the two directions next to its own, by how near they are. */
function share(cells: Float32Array, x: number, y: number, angle: number, strength: number): void {
  const direction = ((angle < 0 ? angle + Math.PI : angle) / Math.PI) * DIRECTIONS;
  const first = Math.floor(direction) % DIRECTIONS;
  const towards = direction - Math.floor(direction);
  const [column, row] = [(x + 0.5) / CELL - 0.5, (y + 0.5) / CELL - 0.5];
  const [left, top] = [Math.floor(column), Math.floor(row)];
  for (let i = 0; i < 4; i++) {
    const [cx, cy] = [left + (i & 1), top + (i >> 1)];
    if (cx < 0 || cy < 0 || cx >= CELLS || cy >= CELLS) continue;
    const weight = (1 - Math.abs(column - cx)) * (1 - Math.abs(row - cy)) * strength;
    const cell = (cy * CELLS + cx) * DIRECTIONS;
    cells[cell + first] += weight * (1 - towards);
    cells[cell + ((first + 1) % DIRECTIONS)] += weight * towards;
  }
}
