import type { ImageRecord } from '../dataset/image';
import { setsOfIdentities } from '../dataset/identity';

/** An image whose identity (patient, video, scene) also stands in another split. */
export interface IdentityLeak {
  /** Index of the image. */
  readonly image: number;
  readonly identity: string;
  /** The split that holds most of the identity's images, and the first of them. */
  readonly other: { readonly split: string; readonly path: string };
}

/**
 * The leaks of each identity that stands in several splits: the images outside of the split that holds most of it (of equals, the first
 * in the alphabet but for `train`, which comes before all), since they are the fewest to move. Images of different roots share no identity;
 * those without a split, with a problem or of a reference have none.
 */
export function identityLeaks(images: readonly ImageRecord[]): IdentityLeak[] {
  const identities = images.map(({ root, identity, split, problem, reference }) =>
    identity === undefined || split === undefined || problem || reference ? undefined : `${root}\0${identity}`,
  );
  const leaks: IdentityLeak[] = [];
  for (const set of setsOfIdentities(identities)) {
    const bySplit = new Map<string, number[]>();
    for (const index of set) {
      const split = images[index].split!;
      bySplit.set(split, [...(bySplit.get(split) ?? []), index]);
    }
    if (bySplit.size < 2) continue;
    const order = (split: string): string => (split === 'train' ? '' : split);
    const [[split, members], ...others] = [...bySplit].sort(
      ([a, x], [b, y]) => y.length - x.length || (order(a) < order(b) ? -1 : 1),
    );
    const other = { split, path: members.map(index => images[index].path).sort()[0] };
    for (const image of others.flatMap(([, own]) => own)) leaks.push({ image, identity: images[image].identity!, other });
  }
  return leaks;
}
