import path from 'node:path';
import { EMBEDDING_DIMENSIONS } from '../descriptor/layout';
import { embeddingOf } from '../index/embeddings';
import { INDEX_DIMENSIONS, vectorsOf } from '../index/vectors';
import type { ScanData } from '../session/scanResult';

/** One vector of length 1 for each readable content of a scan. */
export interface ContentVectors {
  /** The image that stands for each content, ascending. */
  readonly images: readonly number[];
  /** count × size. */
  readonly data: Float32Array;
  readonly size: number;
  /** What made them: the file name of the scan's model, `starter`, or `descriptor`. */
  readonly encoder: string;
}

/**
 * From the scan's model where it has one, else from the starter's embeddings in the signatures, else from the descriptor's own vectors. Pictures
 * without any (of one colour) are left out.
 */
export function contentVectors(data: ScanData): ContentVectors {
  const { model, rows } = data;
  if (model) {
    const { embeddings } = model;
    return gather(data, embeddings.size, path.basename(model.model.path), content => embeddings.get(content));
  }
  const fromSignature = (read: (signature: Uint8Array) => Int8Array) => (content: string) => {
    const signature = rows.signatureOf(content);
    return signature && read(signature);
  };
  const starter = gather(data, EMBEDDING_DIMENSIONS, 'starter', fromSignature(embeddingOf));
  if (starter.images.length > 0) return starter;
  return gather(
    data,
    INDEX_DIMENSIONS,
    'descriptor',
    fromSignature(signature => vectorsOf(signature).subarray(0, INDEX_DIMENSIONS)),
  );
}

function gather(
  { images, standIn }: ScanData,
  size: number,
  encoder: string,
  vectorOf: (content: string) => ArrayLike<number> | undefined,
): ContentVectors {
  const seen = new Set<string>();
  const chosen: number[] = [];
  const vectors: ArrayLike<number>[] = [];
  images.forEach(({ content, problem, reference }, index) => {
    if (problem !== undefined || reference === true || standIn[index] !== index || seen.has(content)) return;
    const vector = vectorOf(content);
    if (vector === undefined || norm(vector) === 0) return;
    seen.add(content);
    chosen.push(index);
    vectors.push(vector);
  });
  const unit = new Float32Array(chosen.length * size);
  vectors.forEach((vector, row) => {
    const length = norm(vector);
    for (let d = 0; d < size; d++) unit[row * size + d] = vector[d] / length;
  });
  return { images: chosen, data: unit, size, encoder };
}

function norm(vector: ArrayLike<number>): number {
  let square = 0;
  for (let d = 0; d < vector.length; d++) square += vector[d] * vector[d];
  return Math.sqrt(square);
}
