import type { Random } from './random';

/** An answered pair of images. */
export interface AnsweredPair {
  readonly a: number;
  readonly b: number;
  readonly similar: boolean;
}

/** What choosing among images, rather than among the near pairs of a table, needs to know of them. */
export interface OpenImages {
  /** Images are numbered from 0. */
  readonly count: number;
  /** As the present model sees it. */
  distance(a: number, b: number): number;
  /** Oldest first. */
  readonly answered: readonly AnsweredPair[];
  /** Skipped, or waiting to be shown. */
  isExcluded(a: number, b: number): boolean;
  /** Images not to ask about now: they were in the question before. */
  readonly last: readonly number[];
}

export interface ChosenImages {
  /** The image whose place is sought, and the one of a known group it is compared with. */
  readonly a: number;
  readonly b: number;
  readonly reason: 'place' | 'new-region';
}

/** How many groups an image is compared with before it is left as one of its own. */
const TRIES = 4;
/** New images among which the most useful is chosen. */
const CANDIDATES = 60;
/** The chance, in shares of the nearest group's, that an image belongs to none. */
const OTHER = 0.15;

interface Known {
  readonly groups: readonly (readonly number[])[];
  readonly groupOf: ReadonlyMap<number, number>;
  readonly apart: ReadonlySet<string>;
}

const keyOf = (a: number, b: number): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

/**
 * The next pairs for a relation that sorts images into kinds. Pairs at random are nearly all different; near pairs nearly all alike. So an
 * image is compared with one group of known ones after another, likeliest first, until it finds its place: each answer then says
 * something of the whole group. The images are those whose place is least certain. After Xiong, Azimi and Fern, "Active learning of
 * constraints for semi-supervised clustering", IEEE TKDE 26 (2014).
 */
export function chooseByGroups(images: OpenImages, count: number, random: Random): readonly ChosenImages[] {
  const known = groupsOf(images.answered);
  const chosen: ChosenImages[] = [];
  const used = new Set(images.last);
  const take = (a: number, b: number, reason: ChosenImages['reason']): void => {
    chosen.push({ a, b, reason });
    used.add(a).add(b);
  };
  for (const image of unplaced(images, known)) {
    if (chosen.length >= count) return chosen;
    if (used.has(image)) continue;
    const partner = nextPartner(images, known, image, used);
    if (partner !== undefined) take(image, partner, 'place');
  }
  while (chosen.length < count) {
    const image = newImage(images, known, used, random);
    if (image === undefined) break;
    const partner = nextPartner(images, known, image, used) ?? nearestNew(images, known, image, used, random);
    if (partner === undefined) break;
    take(image, partner, 'new-region');
  }
  return chosen;
}

/** What similar pairs join, and which of these are said to differ. */
function groupsOf(answered: readonly AnsweredPair[]): Known {
  const parent = new Map<number, number>();
  const rootOf = (image: number): number => {
    let at = image;
    for (let next = parent.get(at)!; next !== at; next = parent.get(at)!) at = next;
    return at;
  };
  for (const { a, b } of answered) for (const image of [a, b]) if (!parent.has(image)) parent.set(image, image);
  for (const { a, b, similar } of answered) if (similar) parent.set(rootOf(a), rootOf(b));
  const numbers = new Map<number, number>();
  const groups: number[][] = [];
  const groupOf = new Map<number, number>();
  for (const image of parent.keys()) {
    const root = rootOf(image);
    if (!numbers.has(root)) numbers.set(root, groups.push([]) - 1);
    groups[numbers.get(root)!].push(image);
    groupOf.set(image, numbers.get(root)!);
  }
  const apart = new Set(answered.filter(({ similar }) => !similar).map(({ a, b }) => keyOf(groupOf.get(a)!, groupOf.get(b)!)));
  return { groups, groupOf, apart };
}

/** Images that were asked about and are alone still, the last one first. */
function unplaced({ answered }: OpenImages, { groups, groupOf }: Known): readonly number[] {
  const times = new Map<number, number>();
  const firstSeen = new Map<number, number>();
  const isAlone = (image: number): boolean => groups[groupOf.get(image)!].length === 1;
  answered.forEach(({ a, b }, at) => {
    for (const image of [a, b]) if (!firstSeen.has(image)) firstSeen.set(image, at);
    // Sought was the place of the one that is alone, or that came later; a pair's order does not tell.
    const isOfA = isAlone(a) === isAlone(b) ? firstSeen.get(a)! >= firstSeen.get(b)! : isAlone(a);
    const sought = isOfA ? a : b;
    times.set(sought, (times.get(sought) ?? 0) + 1);
  });
  return [...times]
    .filter(([image, asked]) => isAlone(image) && asked < TRIES)
    .map(([image]) => image)
    .reverse();
}

/** The nearest image of the nearest group that `image` was not compared with. */
function nextPartner(images: OpenImages, known: Known, image: number, used: ReadonlySet<number>): number | undefined {
  const own = known.groupOf.get(image);
  let best: { readonly partner: number; readonly distance: number } | undefined;
  known.groups.forEach((group, number) => {
    if (number === own || (own !== undefined && known.apart.has(keyOf(own, number)))) return;
    for (const partner of group) {
      if (used.has(partner) || images.isExcluded(image, partner)) continue;
      const distance = images.distance(image, partner);
      if (!best || distance < best.distance) best = { partner, distance };
    }
  });
  return best?.partner;
}

/** Of some images that nobody was asked about, the one whose group is least certain: the entropy of its chances is largest. */
function newImage(images: OpenImages, known: Known, used: ReadonlySet<number>, random: Random): number | undefined {
  let best: { readonly image: number; readonly doubt: number } | undefined;
  for (let k = 0; k < CANDIDATES; k++) {
    const image = Math.floor(random() * images.count);
    if (known.groupOf.has(image) || used.has(image)) continue;
    const distances = known.groups
      .filter(group => group.length > 1)
      .map(group => Math.min(...group.map(member => images.distance(image, member))));
    const doubt = doubtOf(distances);
    if (!best || doubt > best.doubt) best = { image, doubt };
  }
  return best?.image;
}

function doubtOf(distances: readonly number[]): number {
  if (distances.length === 0) return 0;
  const nearest = Math.max(Math.min(...distances), 1e-9);
  // Chances fall as a Gaussian whose width is the nearest distance.
  const chances = [...distances.map(d => Math.exp(-2 * ((d / nearest) ** 2 - 1))), OTHER];
  const sum = chances.reduce((x, y) => x + y, 0);
  return chances.reduce((doubt, chance) => (chance > 0 ? doubt - (chance / sum) * Math.log(chance / sum) : doubt), 0);
}

/** With no group there yet: the nearest of some images, which is likely the first similar pair. */
function nearestNew(
  images: OpenImages,
  known: Known,
  image: number,
  used: ReadonlySet<number>,
  random: Random,
): number | undefined {
  let best: { readonly partner: number; readonly distance: number } | undefined;
  for (let k = 0; k < CANDIDATES; k++) {
    const partner = Math.floor(random() * images.count);
    if (partner === image || used.has(partner) || known.groupOf.has(partner) || images.isExcluded(image, partner)) continue;
    const distance = images.distance(image, partner);
    if (!best || distance < best.distance) best = { partner, distance };
  }
  return best?.partner;
}
