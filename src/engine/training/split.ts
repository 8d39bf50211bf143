import { mixSeed } from '../samplers/epochs';
import { SeededRandom } from '../samplers/random';

/** Image numbers to learn from and to judge by. */
export interface Split {
  readonly training: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Sets a share of the images aside, whole groups at a time, so that the same image (or a near-duplicate of it) is never on both sides.
 * `groups`: a number per image, equal for images that belong together; every image its own group, if absent. `labels`: each class gives
 * its share (classes with fewer than four groups give none). The same for a seed.
 */
export function splitByGroups(
  count: number,
  share: number,
  seed: number,
  { groups, labels }: { readonly groups?: ArrayLike<number>; readonly labels?: ArrayLike<number> } = {},
): Split {
  const members = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    const group = groups ? groups[i] : i;
    const list = members.get(group);
    if (list) list.push(i);
    else members.set(group, [i]);
  }
  const byLabel = new Map<number, number[][]>();
  for (const list of members.values()) {
    // A group across classes counts for its first image's.
    const label = labels ? labels[list[0]] : 0;
    const own = byLabel.get(label);
    if (own) own.push(list);
    else byLabel.set(label, [list]);
  }
  const validation: number[] = [];
  for (const [label, lists] of byLabel) {
    if (lists.length < 4) continue;
    const order = new SeededRandom(mixSeed(seed, 0x5b117, label)).shuffle(Int32Array.from(lists, (_, i) => i));
    const wanted = Math.round(lists.length * share);
    for (const at of order.subarray(0, wanted)) validation.push(...lists[at]);
  }
  const held = new Set(validation);
  return {
    training: Int32Array.from({ length: count }, (_, i) => i).filter(i => !held.has(i)),
    validation: Int32Array.from(validation).sort(),
  };
}
