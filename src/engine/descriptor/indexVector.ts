import { INDEX_DIMENSIONS } from './layout';
import type { View } from './layout';

/** Horizontal and vertical half-cycles of one index component. */
interface Frequency {
  readonly across: number;
  readonly down: number;
}

/** The lowest non-constant frequencies of the two-dimensional cosine transform, by radius, then by angle. */
export const FREQUENCIES: readonly Frequency[] = lowestFrequencies(INDEX_DIMENSIONS);

const HIGHEST = Math.max(...FREQUENCIES.map(f => Math.max(f.across, f.down)));

/** The length of an index vector: components are rounded to whole numbers, so similarities are exact in any arithmetic. */
export const VECTOR_LENGTH = 127;

function lowestFrequencies(count: number): Frequency[] {
  const all: Frequency[] = [];
  for (let down = 0; down < 16; down++) {
    for (let across = 0; across < 16; across++) if (across + down > 0) all.push({ across, down });
  }
  const radius = (f: Frequency): number => f.across ** 2 + f.down ** 2;
  all.sort((a, b) => radius(a) - radius(b) || Math.abs(a.across - a.down) - Math.abs(b.across - b.down) || a.across - b.across);
  // A radius is taken whole or the set would not be closed under 90° turns.
  let end = count;
  if (radius(all[end - 1]) === radius(all[end])) {
    const last = all[end - 1];
    const partner = all[end];
    if (last.across === partner.down && last.down === partner.across) end--;
  }
  return all.slice(0, end);
}

/** Cosine bases of one window along one axis: `bases[k * side + x]`, zero outside the window. */
function windowBases(side: number, from: number, to: number): Float32Array {
  const bases = new Float32Array((HIGHEST + 1) * side);
  for (let x = 0; x < side; x++) {
    const inside = Math.min(Math.max(0, Math.min(x + 1, to * side) - Math.max(x, from * side)), 1);
    if (inside <= 0) continue;
    const at = ((x + 0.5) / side - from) / (to - from);
    for (let k = 0; k <= HIGHEST; k++) bases[k * side + x] = inside * Math.cos(Math.PI * k * at);
  }
  return bases;
}

/**
 * Projects windows of a grey picture onto the lowest cosine frequencies, whitened.
 *
 * The amplitude spectrum of pictures falls as 1/f (Field 1987, "Relations between the statistics of natural images and the
 * response properties of cortical cells"), so multiplying each coefficient by its frequency decorrelates the components:
 * without it, two dark-on-light drawings correlate whatever they show. The constant coefficient is dropped and the vector
 * scaled to one length, so gain and offset of the brightness do not count.
 */
export class IndexProjector {
  readonly #side: number;
  readonly #columns: Float32Array[];
  readonly #rows: Float32Array[];
  readonly #half: Float32Array;
  readonly #vector = new Float64Array(INDEX_DIMENSIONS);

  constructor(side: number, views: readonly View[]) {
    this.#side = side;
    this.#columns = views.map(view => windowBases(side, view.left, view.right));
    this.#rows = views.map(view => windowBases(side, view.top, view.bottom));
    this.#half = new Float32Array((HIGHEST + 1) * side);
  }

  /** Writes the vector of one view of `grey` (side × side) as signed bytes; false where the window holds no structure. */
  project(grey: Float32Array, view: number, target: Int8Array): boolean {
    const side = this.#side;
    const columns = this.#columns[view];
    const rows = this.#rows[view];
    const half = this.#half;
    for (let k = 0; k <= HIGHEST; k++) {
      for (let y = 0; y < side; y++) {
        let sum = 0;
        for (let x = 0, at = y * side; x < side; x++) sum += grey[at + x] * columns[k * side + x];
        half[k * side + y] = sum;
      }
    }
    let square = 0;
    const vector = this.#vector;
    for (let i = 0; i < FREQUENCIES.length; i++) {
      const { across, down } = FREQUENCIES[i];
      let sum = 0;
      for (let y = 0; y < side; y++) sum += half[across * side + y] * rows[down * side + y];
      const norm = (across ? Math.SQRT2 : 1) * (down ? Math.SQRT2 : 1);
      vector[i] = sum * norm * Math.sqrt(across ** 2 + down ** 2);
      square += vector[i] ** 2;
    }
    target.fill(0);
    if (square < 1e-6) return false;
    const scale = VECTOR_LENGTH / Math.sqrt(square);
    for (let i = 0; i < FREQUENCIES.length; i++) target[i] = Math.round(vector[i] * scale);
    return true;
  }
}
