import type { NeighbourVotes } from '../../core/labels/neighbourVotes';
import { NO_NEIGHBOUR, nearestLists } from '../modelScan/vectorSearch';
import type { EmbeddedFold } from './outOfFold';

export const VOTERS = 10;
/** Copies are passed over, so more than the voters are looked for. */
const LOOKED_AT = 30;

/**
 * For each image the labels of the nearest others of its fold's space. Images of its own group have no vote, of any other group only the nearest
 * one, and what has no label neither.
 */
export async function neighbourLabels(
  spaces: readonly EmbeddedFold[],
  groups: Int32Array,
  labels: Int32Array,
  threads: number,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<NeighbourVotes> {
  const found = new Int32Array(labels.length * VOTERS).fill(-1);
  for (const [at, { images, own, embeddings, size }] of spaces.entries()) {
    const report = (share: number): void => onProgress((at + share) / spaces.length);
    const { k, neighbours } = await nearestLists(embeddings, size, LOOKED_AT, threads, report, signal);
    for (let q = 0; q < own; q++) {
      const image = images[q];
      const seen = new Set([groups[image]]);
      let votes = 0;
      for (let rank = 0; rank < k && votes < VOTERS; rank++) {
        const place = neighbours[q * k + rank];
        if (place === NO_NEIGHBOUR) break;
        const other = images[place];
        if (labels[other] < 0 || seen.has(groups[other])) continue;
        seen.add(groups[other]);
        found[image * VOTERS + votes++] = labels[other];
      }
    }
  }
  return { voters: VOTERS, labels: found };
}
