import { FREQUENCIES, VECTOR_LENGTH } from '../descriptor/indexVector';
import { FULL_VIEW, INDEX_DIMENSIONS, OFFSET_VECTORS, VIEWS } from '../descriptor/layout';
import { sourceMap } from '../descriptor/transforms';

/** Views of one picture that are compared with the trimmed whole of another. */
export const VIEW_COUNT = VIEWS.length;
export { INDEX_DIMENSIONS };

/** The similarity (an integer: a sum of products of signed bytes) of a cosine. */
export const similarityOfCosine = (cosine: number): number => Math.ceil(cosine * VECTOR_LENGTH * VECTOR_LENGTH);
export const cosineOfSimilarity = (similarity: number): number => similarity / (VECTOR_LENGTH * VECTOR_LENGTH);

/** The index vectors of a signature, in place: (views + 1) × dimensions signed bytes. */
export function vectorsOf(signature: Uint8Array): Int8Array {
  const count = (VIEWS.length + 1) * INDEX_DIMENSIONS;
  return new Int8Array(signature.buffer, signature.byteOffset + OFFSET_VECTORS, count);
}

/** How a transform of the picture changes its vector: component i becomes sign[i] × component from[i]. */
export interface VectorTransform {
  readonly from: Uint8Array;
  readonly sign: Int8Array;
}

/** Cosines are even or odd about the middle, so mirrors only flip signs and quarter turns swap the two frequencies. */
export function vectorTransform(transform: number): VectorTransform {
  const [a, b, c, d] = sourceMap(transform);
  const swapped = a === 0;
  const from = new Uint8Array(INDEX_DIMENSIONS);
  const sign = new Int8Array(INDEX_DIMENSIONS);
  FREQUENCIES.forEach(({ across, down }, i) => {
    if (swapped) {
      from[i] = FREQUENCIES.findIndex(f => f.across === down && f.down === across);
      sign[i] = (b < 0 && down % 2 ? -1 : 1) * (c < 0 && across % 2 ? -1 : 1);
    } else {
      from[i] = i;
      sign[i] = (a < 0 && across % 2 ? -1 : 1) * (d < 0 && down % 2 ? -1 : 1);
    }
  });
  return { from, sign };
}

/** Writes view `view` of a signature, transformed, as numbers. */
export function writeVector(
  signature: Uint8Array,
  view: number,
  { from, sign }: VectorTransform,
  target: Float32Array,
  offset: number,
): void {
  writeVectorAt(vectorsOf(signature), view * INDEX_DIMENSIONS, { from, sign }, target, offset);
}

/** The same of a vector among other signed bytes. */
export function writeVectorAt(
  numbers: Int8Array,
  start: number,
  { from, sign }: VectorTransform,
  target: Float32Array,
  offset: number,
): void {
  for (let i = 0; i < INDEX_DIMENSIONS; i++) target[offset + i] = sign[i] * numbers[start + from[i]];
}

/**
 * Similarity of two pictures: the largest product of one's trimmed whole with any view of the other, or of both untrimmed.
 * Both are given as numbers, (views + 1) × dimensions, one of them transformed.
 */
export function similarity(first: Float32Array, second: Float32Array): number {
  let best = Math.max(dot(first, FULL_VIEW, second, FULL_VIEW), dot(first, 0, second, 0));
  for (let view = 1; view < VIEW_COUNT; view++) {
    best = Math.max(best, dot(first, 0, second, view), dot(first, view, second, 0));
  }
  return best;
}

function dot(first: Float32Array, view: number, second: Float32Array, otherView: number): number {
  let at = view * INDEX_DIMENSIONS;
  let other = otherView * INDEX_DIMENSIONS;
  const end = at + INDEX_DIMENSIONS;
  // Two sums, since one would wait for itself at every addition.
  let even = 0;
  let odd = 0;
  for (; at < end; at += 2, other += 2) {
    even += first[at] * second[other];
    odd += first[at + 1] * second[other + 1];
  }
  return even + odd;
}

export function transformedVectors(signature: Uint8Array, transform: VectorTransform): Float32Array {
  const target = new Float32Array((VIEW_COUNT + 1) * INDEX_DIMENSIONS);
  for (let view = 0; view <= VIEW_COUNT; view++) writeVector(signature, view, transform, target, view * INDEX_DIMENSIONS);
  return target;
}
