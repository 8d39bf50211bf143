import { mixSeed } from '../samplers/epochs';
import { SeededRandom } from '../samplers/random';

/**
 * Deals images into folds, whole groups at a time, each class evenly: the groups of a class, in a random order, go one after the other to the
 * fold that has the fewest images of it (then the fewest of all). A group across classes counts for its first image's.
 *
 * @param groups a number per image, equal for images that must not be parted
 * @param labels a class number per image, −1 for none
 * @returns a fold, 0 … folds − 1, for each image; the same for a seed
 */
export function dealFolds(groups: Int32Array, labels: Int32Array, folds: number, seed: number): Int32Array {
  const members = new Map<number, number[]>();
  groups.forEach((group, i) => {
    const list = members.get(group);
    if (list) list.push(i);
    else members.set(group, [i]);
  });
  const byLabel = new Map<number, number[][]>();
  for (const list of members.values()) {
    const own = byLabel.get(labels[list[0]]);
    if (own) own.push(list);
    else byLabel.set(labels[list[0]], [list]);
  }
  const foldOf = new Int32Array(groups.length);
  const sizes = new Float64Array(folds);
  for (const [label, lists] of [...byLabel].sort(([a], [b]) => a - b)) {
    const ofLabel = new Float64Array(folds);
    const order = new SeededRandom(mixSeed(seed, 0xf01d, label)).shuffle(Int32Array.from(lists, (_, i) => i));
    for (const at of order) {
      let to = 0;
      for (let f = 1; f < folds; f++) {
        if (ofLabel[f] < ofLabel[to] || (ofLabel[f] === ofLabel[to] && sizes[f] < sizes[to])) to = f;
      }
      for (const image of lists[at]) foldOf[image] = to;
      ofLabel[to] += lists[at].length;
      sizes[to] += lists[at].length;
    }
  }
  return foldOf;
}

/** How many groups of images each class has; copies and near-duplicates of one picture are one. */
export function groupsOfClasses(groups: Int32Array, labels: Int32Array, classes: number): Int32Array {
  const counts = new Int32Array(classes);
  const seen = new Set<number>();
  groups.forEach((group, i) => {
    if (labels[i] < 0) return;
    const key = group * classes + labels[i];
    if (seen.has(key)) return;
    seen.add(key);
    counts[labels[i]]++;
  });
  return counts;
}
