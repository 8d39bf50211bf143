import type { ImageRecord } from '../dataset/image';
import { verdictCycles } from '../labeling/cycles';
import type { PairColumns } from '../pairs/pairColumns';
import type { Verdict } from '../verdicts/verdict';

/** A person's verdict on an image and another that the distance, or other verdicts, speak against. */
export interface Contradiction {
  /** Index of the image that the finding stands on, and of the other. */
  readonly image: number;
  readonly other: number;
  readonly said: 'similar' | 'different';
  /** Why it is odd: said to be different, but very near; said to be similar, but out of reach; or similar by a chain of verdicts. */
  readonly why:
    | { readonly kind: 'near'; readonly distance: number }
    | { readonly kind: 'far' }
    | { readonly kind: 'cycle'; readonly via: readonly string[] };
  /** The verdict's id. */
  readonly verdict: string;
}

/** Nearer pairs leave little doubt: thresholds that scans find for themselves lie from 0.15 to 0.3. */
const SURE = 0.1;

export interface ContradictionsInput {
  readonly images: readonly ImageRecord[];
  readonly verdicts: readonly Verdict[];
  readonly pairs: PairColumns;
  /**
   * Whether the distances are those of a model that learned what the person means. Without one a verdict that goes against the distance is
   * no slip, but what verdicts are for.
   */
  readonly isTaught: boolean;
}

/** Of several verdicts that are odd about one image, the one listed first: circles, then the nearest, then the far. At most one an image. */
export function contradictions({ images, verdicts, pairs, isTaught }: ContradictionsInput): Contradiction[] {
  const onPairs = verdicts.filter(({ images: two }) => two.length === 2);
  if (onPairs.length === 0) return [];
  const placeOf = placesOfVerdicts(images, onPairs);
  const ends = (verdict: Verdict): readonly [number, number] | undefined => {
    const [a, b] = verdict.images.map(placeOf);
    return a === undefined || b === undefined || a === b ? undefined : [a, b];
  };
  const found: Contradiction[] = [];
  for (const relation of ['same-picture', 'same-class']) {
    for (const { different, similar } of verdictCycles(onPairs, relation)) {
      const pair = ends(different);
      if (!pair) continue;
      const inside = new Set(similar.flatMap(({ images: two }) => two.map(({ path }) => path)));
      different.images.forEach(({ path }) => inside.delete(path));
      const [image, other] = pair;
      found.push({ image, other, said: 'different', why: { kind: 'cycle', via: [...inside] }, verdict: different.id });
    }
  }
  const samePicture = !isTaught ? [] : onPairs.filter(({ relation }) => relation === 'same-picture');
  const distances = listedDistances(samePicture, ends, images, pairs);
  const near: (Contradiction & { why: { distance: number } })[] = [];
  const far: Contradiction[] = [];
  for (const verdict of samePicture) {
    const pair = ends(verdict);
    if (!pair) continue;
    const [image, other] = pair;
    // Equal files are the same picture, whatever is said of them.
    if (images[image].content === images[other].content) continue;
    const distance = distances.get(verdict.id);
    if (verdict.verdict === 'different' && distance !== undefined && distance <= SURE) {
      near.push({ image, other, said: 'different', why: { kind: 'near', distance }, verdict: verdict.id });
    }
    if (verdict.verdict === 'similar' && distance === undefined) {
      far.push({ image, other, said: 'similar', why: { kind: 'far' }, verdict: verdict.id });
    }
  }
  near.sort((x, y) => x.why.distance - y.why.distance);
  const first = new Map<number, Contradiction>();
  for (const each of [...found, ...near, ...far]) if (!first.has(each.image)) first.set(each.image, each);
  return [...first.values()];
}

/** The image a verdict means: that of its content at its path, or else the first readable one of its content. */
function placesOfVerdicts(images: readonly ImageRecord[], verdicts: readonly Verdict[]) {
  const contents = new Set(verdicts.flatMap(({ images: two }) => two.map(({ content }) => content)));
  const byContent = new Map<string, number>();
  const exactly = new Map<string, number>();
  for (const { index, content, path, problem } of images) {
    if (problem || !contents.has(content)) continue;
    if (!byContent.has(content)) byContent.set(content, index);
    exactly.set(`${content}\n${path}`, index);
  }
  return ({ content, path }: Verdict['images'][number]): number | undefined =>
    exactly.get(`${content}\n${path}`) ?? byContent.get(content);
}

/** Distances of the verdicts' pairs by the verdict's id, where the scan lists them: by content, as pairs are. */
function listedDistances(
  verdicts: readonly Verdict[],
  ends: (verdict: Verdict) => readonly [number, number] | undefined,
  images: readonly ImageRecord[],
  pairs: PairColumns,
): Map<string, number> {
  const keyOf = (a: number, b: number): string => [images[a].content, images[b].content].sort().join('\n');
  const wanted = new Map<string, string>();
  const distances = new Map<string, number>();
  const touched = new Set<string>();
  for (const verdict of verdicts) {
    const pair = ends(verdict);
    if (!pair) continue;
    const [a, b] = pair.map(index => images[index].content);
    wanted.set(keyOf(...pair), verdict.id);
    touched.add(a).add(b);
  }
  if (wanted.size === 0) return distances;
  for (let row = 0; row < pairs.a.length; row++) {
    const [a, b] = [pairs.a[row], pairs.b[row]];
    if (!touched.has(images[a].content) || !touched.has(images[b].content)) continue;
    const id = wanted.get(keyOf(a, b));
    if (id !== undefined) distances.set(id, pairs.distance[row]);
  }
  return distances;
}
