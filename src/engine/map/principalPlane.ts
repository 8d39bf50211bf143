import { setImmediate as nextTurn } from 'node:timers/promises';
import { SeededRandom } from '../samplers/random';

const rounds = 24;

/**
 * Each vector's place on the plane along which the vectors vary most: their first two principal components, by orthogonal iteration
 * (Golub & Van Loan, "Matrix Computations", 8.2.4) without ever forming the covariance, which is large for wide embeddings.
 *
 * @param vectors count × size
 * @returns count × 2, centred
 * @throws the signal's reason when aborted
 */
export async function principalPlane(vectors: Float32Array, size: number, signal: AbortSignal): Promise<Float64Array> {
  const count = vectors.length / size;
  const mean = new Float64Array(size);
  for (let i = 0; i < count; i++) for (let d = 0; d < size; d++) mean[d] += vectors[i * size + d] / count;
  const random = new SeededRandom(1);
  const axes = Array.from({ length: 2 }, () => Float64Array.from({ length: size }, () => random.normal()));
  orthonormalize(axes);
  const places = new Float64Array(count * 2);
  for (let round = 0; ; round++) {
    await nextTurn();
    signal.throwIfAborted();
    project(vectors, mean, axes, places);
    if (round === rounds) break;
    axes.forEach(axis => axis.fill(0));
    for (let i = 0; i < count; i++) {
      const [x, y] = [places[2 * i], places[2 * i + 1]];
      for (let d = 0; d < size; d++) {
        const value = vectors[i * size + d] - mean[d];
        axes[0][d] += x * value;
        axes[1][d] += y * value;
      }
    }
    orthonormalize(axes);
  }
  return places;
}

function project(vectors: Float32Array, mean: Float64Array, [first, second]: Float64Array[], into: Float64Array): void {
  const size = mean.length;
  for (let i = 0; 2 * i < into.length; i++) {
    let [x, y] = [0, 0];
    for (let d = 0; d < size; d++) {
      const value = vectors[i * size + d] - mean[d];
      x += value * first[d];
      y += value * second[d];
    }
    into[2 * i] = x;
    into[2 * i + 1] = y;
  }
}

/** Gram and Schmidt; an axis without any length stays 0. The largest number of each is positive, so that a plane has one picture. */
function orthonormalize(axes: Float64Array[]): void {
  axes.forEach((axis, at) => {
    for (const earlier of axes.slice(0, at)) {
      const along = dot(axis, earlier);
      axis.forEach((value, d) => (axis[d] = value - along * earlier[d]));
    }
    const length = Math.sqrt(dot(axis, axis));
    const largest = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    const scale = length < 1e-12 ? 0 : Math.sign(largest) / length;
    axis.forEach((value, d) => (axis[d] = value * scale));
  });
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, d) => sum + value * b[d], 0);
