import { EMBEDDING_DIMENSIONS, EMBEDDING_LENGTH, OFFSET_EMBEDDING } from '../descriptor/layout';

/** The starter's embedding in a signature, in place: signed bytes, all zeros where there is none. */
export const embeddingOf = (signature: Uint8Array): Int8Array =>
  new Int8Array(signature.buffer, signature.byteOffset + OFFSET_EMBEDDING, EMBEDDING_DIMENSIONS);

/** The product of two embeddings (a whole number) that belongs to a cosine, up to rounding. */
export const similarityOfEmbeddingCosine = (cosine: number): number => Math.ceil(cosine * EMBEDDING_LENGTH * EMBEDDING_LENGTH);

/** The cosine of two pictures' embeddings; undefined where either has none. */
export function embeddingCosine(first: Uint8Array, second: Uint8Array): number | undefined {
  const [a, b] = [embeddingOf(first), embeddingOf(second)];
  let [product, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < EMBEDDING_DIMENSIONS; i++) {
    product += a[i] * b[i];
    squareA += a[i] * a[i];
    squareB += b[i] * b[i];
  }
  return squareA === 0 || squareB === 0 ? undefined : product / Math.sqrt(squareA * squareB);
}
