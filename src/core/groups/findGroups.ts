import type { ImageRecord } from '../dataset/image';
import type { FindingsTable } from '../findings/findingsTable';
import type { VerdictImage } from '../verdicts/verdict';
import type { VerdictLookup } from '../verdicts/verdictLookup';
import { compareKeep } from './keepOrder';

/** Connected near-duplicates. */
export interface Group {
  /** First in keep order of all members. */
  readonly keep: number;
  /** The others, nearest to `keep` first. */
  readonly members: readonly GroupMember[];
}

export interface GroupMember {
  readonly image: number;
  /** To `keep`; 1 (the farthest there is) where no distance was measured, as it is beyond the radius. */
  readonly distance: number;
  /** A bulk action may touch it: its own distance to `keep` is within the threshold, and it is not a reference. */
  readonly direct: boolean;
}

export interface GroupsInput {
  readonly images: readonly ImageRecord[];
  /** The same that {@link FindingsTable} was made from. */
  readonly exactGroups: readonly (readonly number[])[];
  readonly verdicts: VerdictLookup;
  readonly table: FindingsTable;
}

/**
 * Groups at a threshold, largest first, then by the index of the kept image.
 *
 * Pairs within the threshold join their images' groups, nearest pair first (single linkage, as Kruskal's algorithm builds a
 * spanning forest), unless that would bring two images together that a verdict says are different: then that pair is passed over.
 * So a group is cut at its weakest link between the two, and the result does not depend on anything but the pairs and the verdicts.
 */
export function findGroups({ images, exactGroups, verdicts, table }: GroupsInput, threshold: number): Group[] {
  const forest = new SeparatedForest(images.length, sidesOf(images, verdicts.different));
  const count = table.countPairs(threshold);
  for (let row = 0; row < count; row++) forest.join(table.removeAt(row), table.keepAt(row));

  const membersOf = new Map<number, number[]>();
  for (let row = 0; row < count; row++) {
    for (const image of [table.removeAt(row), table.keepAt(row)]) {
      const root = forest.find(image);
      const members = membersOf.get(root);
      if (members === undefined) membersOf.set(root, [image]);
      else members.push(image);
    }
  }
  const groups = new Map<number, { keep: number; members: number[] }>();
  for (const [root, listed] of membersOf) {
    const members = [...new Set(listed)];
    if (members.length < 2) continue;
    groups.set(root, { keep: members.reduce((a, b) => (compareKeep(images[a], images[b]) <= 0 ? a : b)), members });
  }

  // Equal files have the same distances, so those to the kept image are gathered by content, not by file.
  const contentOf = Uint32Array.from(images, (_, i) => i);
  for (const copies of exactGroups) for (const copy of copies) contentOf[copy] = copies[0];
  const distanceToKeep = new Map<number, Map<number, number>>();
  for (let row = 0; row < table.distances.length; row++) {
    const x = table.removeAt(row);
    const y = table.keepAt(row);
    for (const [from, to] of [
      [x, y],
      [y, x],
    ]) {
      const root = forest.find(from);
      const group = groups.get(root);
      if (group === undefined || contentOf[group.keep] !== contentOf[to]) continue;
      let distances = distanceToKeep.get(root);
      if (distances === undefined) distanceToKeep.set(root, (distances = new Map()));
      if (!distances.has(contentOf[from])) distances.set(contentOf[from], table.distances[row]);
    }
  }

  const limit = Math.fround(threshold);
  const result: Group[] = [];
  for (const [root, { keep, members }] of groups) {
    const distances = distanceToKeep.get(root);
    const others = members
      .filter(image => image !== keep)
      .map(image => {
        const distance = contentOf[image] === contentOf[keep] ? 0 : (distances?.get(contentOf[image]) ?? 1);
        return { image, distance, direct: distance <= limit && images[image].reference !== true };
      });
    others.sort((a, b) => a.distance - b.distance || a.image - b.image);
    result.push({ keep, members: others });
  }
  return result.sort((a, b) => b.members.length - a.members.length || a.keep - b.keep);
}

/** For each image that a `different` verdict speaks of: the verdicts' numbers, negative on their second side. */
function sidesOf(
  images: readonly ImageRecord[],
  different: readonly (readonly [VerdictImage, VerdictImage])[],
): ReadonlyMap<number, readonly number[]> {
  const sides = new Map<number, number[]>();
  if (different.length === 0) return sides;
  const byContent = new Map<string, number[]>();
  for (const image of images) {
    const same = byContent.get(image.content);
    if (same === undefined) byContent.set(image.content, [image.index]);
    else same.push(image.index);
  }
  different.forEach((pair, i) => {
    const equal = pair[0].content === pair[1].content;
    pair.forEach((side, s) => {
      for (const image of byContent.get(side.content) ?? []) {
        if (equal && images[image].path !== side.path) continue;
        const list = sides.get(image);
        const mark = s === 0 ? i + 1 : -(i + 1);
        if (list === undefined) sides.set(image, [mark]);
        else list.push(mark);
      }
    });
  });
  return sides;
}

/** Union-find that never joins two sets holding opposite marks. */
class SeparatedForest {
  private readonly parent: Uint32Array;
  private readonly size: Uint32Array;
  private readonly marks = new Map<number, Set<number>>();

  constructor(count: number, marks: ReadonlyMap<number, readonly number[]>) {
    this.parent = Uint32Array.from({ length: count }, (_, i) => i);
    this.size = new Uint32Array(count).fill(1);
    for (const [item, list] of marks) this.marks.set(item, new Set(list));
  }

  find(item: number): number {
    while (this.parent[item] !== item) {
      this.parent[item] = this.parent[this.parent[item]];
      item = this.parent[item];
    }
    return item;
  }

  join(x: number, y: number): void {
    let a = this.find(x);
    let b = this.find(y);
    if (a === b) return;
    const marksA = this.marks.get(a);
    const marksB = this.marks.get(b);
    if (marksA !== undefined && marksB !== undefined) {
      const [few, many] = marksA.size < marksB.size ? [marksA, marksB] : [marksB, marksA];
      for (const mark of few) if (many.has(-mark)) return;
      for (const mark of few) many.add(mark);
    }
    if (this.size[a] < this.size[b]) [a, b] = [b, a];
    this.parent[b] = a;
    this.size[a] += this.size[b];
    const marks = marksA !== undefined && marksB !== undefined && marksA.size < marksB.size ? marksB : (marksA ?? marksB);
    if (marks !== undefined) this.marks.set(a, marks);
  }
}
