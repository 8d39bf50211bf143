import type { ImageRecord } from '../dataset/image';
import type { PairScope } from '../settings/scanSettings';
import type { VerdictLookup } from '../verdicts/verdictLookup';
import { compareKeep } from './keepOrder';
import { sameFolder, scopeAllows } from './pairScope';

/**
 * Images with equal content: one array of image indices a content that occurs more than once, each in keep order (the first is
 * the one to keep, and the one that stands for its content in the pair table), in the order of their first image's index.
 * Images with a problem take no part.
 */
export function exactGroups(images: readonly ImageRecord[]): number[][] {
  const byContent = new Map<string, number[]>();
  for (const image of images) {
    if (image.problem !== undefined || image.content === '') continue;
    const group = byContent.get(image.content);
    if (group === undefined) byContent.set(image.content, [image.index]);
    else group.push(image.index);
  }
  const groups: number[][] = [];
  for (const group of byContent.values()) {
    if (group.length > 1) groups.push(group.sort((a, b) => compareKeep(images[a], images[b])));
  }
  return groups;
}

/** Equal files as clusters: each starts with the one to keep. Images alone in theirs are left out. */
export interface ExactPartition {
  readonly clusters: readonly (readonly number[])[];
  /** One a finding: an image that a clean-up would remove, and the one that it would keep instead. */
  readonly pairs: readonly { readonly remove: number; readonly keep: number }[];
}

/**
 * Splits groups of equal files by verdicts and pairs each file with the one to keep, so that k equal files give k − 1 pairs.
 * In keep order, a file joins the first cluster that holds none it was said to differ from; its partner is the first file before it
 * in the cluster that the scope allows it to be compared with (none: it stays in the cluster but gives no pair). References are
 * not compared with each other; ignored images take no part.
 */
export function partitionExact(
  images: readonly ImageRecord[],
  groups: readonly (readonly number[])[],
  verdicts: VerdictLookup,
  scopes: readonly PairScope[],
): ExactPartition {
  const clusters: number[][] = [];
  const pairs: { remove: number; keep: number }[] = [];
  for (const group of groups) {
    const own: { members: number[]; leaders: number[] }[] = [];
    // Without a verdict on this content no two of its files were told apart, and the common case stays linear.
    const judged = verdicts.mentions(images[group[0]].content);
    for (const index of group) {
      const image = images[index];
      if (judged && verdicts.ignores(image)) continue;
      const cluster = own.find(
        ({ members }) => !judged || members.every(other => verdicts.ofPair(images[other], image) !== 'different'),
      );
      if (cluster === undefined) {
        own.push({ members: [index], leaders: [index] });
        continue;
      }
      // The scope asks for folders only, so the first file of each folder is partner enough.
      const keep = cluster.leaders.find(other => scopeAllows(images[other], image, scopes));
      if (keep !== undefined) pairs.push({ remove: index, keep });
      if (!cluster.leaders.some(other => sameFolder(images[other], image))) cluster.leaders.push(index);
      cluster.members.push(index);
    }
    for (const { members } of own) if (members.length > 1) clusters.push(members);
  }
  return { clusters, pairs };
}
