import type { ImageRecord } from '../../core/dataset/image';
import { findingKinds } from '../../core/findings/kinds';
import { findDefects, type Defect } from '../../core/quality/findDefects';
import { allQualityKinds, qualityKinds, type QualityKind } from '../../core/quality/qualityKinds';
import type { ScanSettings } from '../../core/settings/scanSettings';
import { EMBEDDING_DIMENSIONS } from '../descriptor/layout';
import { embeddingOf } from '../index/embeddings';
import { nearestLists, NO_NEIGHBOUR } from '../modelScan/vectorSearch';
import { storedMeasures } from './storedMeasures';

export interface ScanDefectsInput {
  readonly images: readonly ImageRecord[];
  /** One a root. */
  readonly settings: readonly Pick<ScanSettings, 'severity' | 'limits'>[];
  readonly signatureOf: (content: string) => Uint8Array | undefined;
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** The findings about quality that the settings ask for; none of it costs anything where all kinds are off. */
export async function scanDefects({ images, settings, signatureOf, threads, signal }: ScanDefectsInput): Promise<Defect[]> {
  const isWanted = settings.map(
    ({ severity }) =>
      (kind: QualityKind) =>
        (severity[kind] ?? findingKinds[kind].severity) !== 'off',
  );
  if (!allQualityKinds.some(kind => isWanted.some(wants => wants(kind)))) return [];
  const measuresOf = (index: number) => {
    const signature = signatureOf(images[index].content);
    return signature && storedMeasures(signature);
  };
  const remoteness = isWanted.some(wants => wants('outlier'))
    ? await measureRemoteness(images, signatureOf, threads, signal)
    : undefined;
  return findDefects({
    images,
    measuresOf,
    ...(remoteness && { remoteness: index => remoteness.get(images[index].content) }),
    limitOf: (index, kind) => {
      const { root } = images[index];
      return isWanted[root](kind) ? (settings[root].limits[kind] ?? qualityKinds[kind].limit) : undefined;
    },
  });
}

/** How many nearest others a picture's remoteness is the mean distance to. */
const NEIGHBOURS = 10;

/**
 * By content: the mean Euclidean distance to the ten nearest other contents by the starter encoder, over the median of these means (Ramaswamy
 * et al. 2000, "Efficient algorithms for mining outliers from large data sets", with a mean for the k-th distance). Nothing for too few pictures.
 */
async function measureRemoteness(
  images: readonly ImageRecord[],
  signatureOf: (content: string) => Uint8Array | undefined,
  threads: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const contents = [...new Set(images.flatMap(({ problem, content }) => (problem ? [] : [content])))].filter(content => {
    const signature = signatureOf(content);
    return signature !== undefined && embeddingOf(signature).some(value => value !== 0);
  });
  if (contents.length <= NEIGHBOURS) return new Map();
  const vectors = new Float32Array(contents.length * EMBEDDING_DIMENSIONS);
  contents.forEach((content, i) => vectors.set(embeddingOf(signatureOf(content)!), i * EMBEDDING_DIMENSIONS));
  const { k, neighbours } = await nearestLists(vectors, EMBEDDING_DIMENSIONS, NEIGHBOURS, threads, () => undefined, signal);
  const means = Float64Array.from(contents, (_, i) => {
    let sum = 0;
    let count = 0;
    for (const other of neighbours.subarray(i * k, (i + 1) * k)) {
      if (other === NO_NEIGHBOUR) continue;
      sum += euclidean(vectors, i, other);
      count++;
    }
    return count > 0 ? sum / count : 0;
  });
  const median = [...means].sort((x, y) => x - y)[means.length >> 1];
  return new Map(contents.map((content, i) => [content, median > 0 ? means[i] / median : 0]));
}

function euclidean(vectors: Float32Array, a: number, b: number): number {
  let sum = 0;
  for (let d = 0; d < EMBEDDING_DIMENSIONS; d++) {
    sum += (vectors[a * EMBEDDING_DIMENSIONS + d] - vectors[b * EMBEDDING_DIMENSIONS + d]) ** 2;
  }
  return Math.sqrt(sum);
}
