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
  const vectors = vectorsOf(signature);
  const start = view * INDEX_DIMENSIONS;
  for (let i = 0; i < INDEX_DIMENSIONS; i++) target[offset + i] = sign[i] * vectors[start + from[i]];
}

/**
 * Similarity of two pictures: the largest product of one's trimmed whole with any view of the other, or of both untrimmed.
 * `second` is given as numbers, transformed: (views + 1) × dimensions.
 */
export function similarity(first: Uint8Array, second: Float32Array): number {
  const vectors = vectorsOf(first);
  const dot = (view: number, other: number): number => {
    let sum = 0;
    const start = view * INDEX_DIMENSIONS;
    const otherStart = other * INDEX_DIMENSIONS;
    for (let i = 0; i < INDEX_DIMENSIONS; i++) sum += vectors[start + i] * second[otherStart + i];
    return sum;
  };
  let best = Math.max(dot(FULL_VIEW, FULL_VIEW), dot(0, 0));
  for (let view = 1; view < VIEW_COUNT; view++) best = Math.max(best, dot(0, view), dot(view, 0));
  return best;
}

export function transformedVectors(signature: Uint8Array, transform: VectorTransform): Float32Array {
  const target = new Float32Array((VIEW_COUNT + 1) * INDEX_DIMENSIONS);
  for (let view = 0; view <= VIEW_COUNT; view++) writeVector(signature, view, transform, target, view * INDEX_DIMENSIONS);
  return target;
}
