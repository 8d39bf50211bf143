import { setsOfIdentities } from '../../core/dataset/identity';
import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import type { PairList } from '../samplers/pairSampler';
import type { Split } from '../training/split';
import { splitByGroups } from '../training/split';
import { joinNear, UnionFind } from './nearGroups';
import type { NearPair } from './nearGroups';
import type { Pictures } from './pictures';

export interface Arrangement {
  readonly split: Split;
  /** Equal numbers belong together: near-duplicates, and what a person called the same picture. */
  readonly groups: Int32Array;
}

const VALIDATION_SHARE = 0.15;
/** Held back at most: judging needs no more, and near-duplicates of these are all that must be looked for in large data sets. */
const MOST_HELD_BACK = 3000;

export interface ArrangeInput {
  readonly pictures: Pictures;
  readonly labels?: Int32Array;
  /** Of the relation `same-picture`. */
  readonly samePicture: PairList;
  readonly seed: number;
  /** Near-duplicates that touch one of these pictures, or (absent) all. */
  readonly near: (among?: Int32Array) => Promise<readonly NearPair[]>;
  /** Whether all near-duplicates are looked for before anything is held back. */
  readonly isSmall: boolean;
  readonly onNote: (of: Note) => void;
}

/**
 * Which pictures to learn from and which to judge by, so that no picture has a near-duplicate, or one of its identity, on the other side. A data set's own
 * validation split is held to, its test split is left alone, and with it whatever is a near-duplicate of one of its pictures.
 */
export async function arrange(input: ArrangeInput): Promise<Arrangement> {
  const { pictures, labels, samePicture, seed, near, isSmall, onNote } = input;
  const { sides, contents } = pictures;
  const count = contents.length;
  let sets = new UnionFind(count);
  samePicture.a.forEach((a, k) => samePicture.similar[k] && sets.join(a, samePicture.b[k]));
  for (const [first, ...others] of setsOfIdentities(pictures.identities)) for (const other of others) sets.join(first, other);
  if (isSmall) sets = joinNear(sets, await near());
  const reserved = Int32Array.from(sides.keys()).filter(i => sides[i] !== 'free');
  if (reserved.length > 0) {
    if (pictures.validationSplit !== undefined) onNote(note(messages.validationSplit, pictures.validationSplit));
    const tests = sides.reduce((sum, side) => sum + Number(side === 'test'), 0);
    if (pictures.testSplit !== undefined && tests > 0) onNote(note(messages.testLeftOut, tests, pictures.testSplit));
  }
  const hasOwnValidation = sides.includes('validation');
  let groups = sets.roots();
  const free = Int32Array.from(sides.keys()).filter(i => sides[i] === 'free');
  let validation = Int32Array.from(sides.keys()).filter(i => sides[i] === 'validation');
  if (!hasOwnValidation) {
    const taken = new Set(Array.from(reserved, i => groups[i]));
    const usable = free.filter(i => !taken.has(groups[i]));
    const share = Math.min(VALIDATION_SHARE, MOST_HELD_BACK / Math.max(1, usable.length));
    const chosen = splitByGroups(usable.length, share, seed, {
      groups: Int32Array.from(usable, i => groups[i]),
      ...(labels && { labels: Int32Array.from(usable, i => labels[i]) }),
    });
    validation = Int32Array.from(chosen.validation, k => usable[k]);
  }
  if (!isSmall) {
    sets = joinNear(sets, await near(Int32Array.from(new Set([...validation, ...reserved]))));
    groups = sets.roots();
  }
  const away = new Set([...validation, ...reserved]);
  const awayGroups = new Set(Array.from(away, i => groups[i]));
  const training = free.filter(i => !away.has(i) && !awayGroups.has(groups[i]));
  const left = free.length - training.length - free.reduce((sum, i) => sum + Number(away.has(i)), 0);
  if (left > 0) onNote(note(messages.nearLeftOut, left));
  return { split: { training, validation }, groups };
}
