import { note, NoteError } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import type { HeldOut } from '../../protocol/compareLosses';
import { mixSeed } from '../samplers/epochs';
import { SeededRandom } from '../samplers/random';
import type { Split } from '../training/split';
import { splitByGroups } from '../training/split';
import type { Material } from './material';
import { numberedLabels } from './pictures';

/** Images for three purposes, none of which has a near-duplicate among the others'. */
export interface Trial {
  /** What weights are learned from, and what chooses among them. */
  readonly split: Split;
  /** What the outcome is judged on. */
  readonly judged: Int32Array;
  /** The classes of the judged images, where whole classes are held out. */
  readonly classes: readonly string[];
}

/** Share of the classes that are held out. */
const CLASS_SHARE = 1 / 3;
/** Two to learn, two to tell apart. */
const FEWEST_CLASSES = 4;
const CHOOSING_SHARE = 0.15;
/** Fewer test images say little; then others are held out. */
const FEWEST_TESTS = 20;

/**
 * Holds out a data set's test images or, where it has none, those that a training would hold back; or all images of a third of the classes.
 * @throws NoteError where classes are to be held out and there are too few
 */
export function holdOut(
  { pictures, split, groups }: Pick<Material, 'pictures' | 'split' | 'groups'>,
  by: HeldOut,
  seed: number,
): Trial {
  const { ofImage, names } = numberedLabels(pictures.labels);
  const all = Int32Array.from(pictures.contents.keys());
  if (by === 'classes') {
    if (names.length < FEWEST_CLASSES) throw new NoteError(note(messages.heldOutClasses, FEWEST_CLASSES, names.length));
    const order = new SeededRandom(mixSeed(seed, 0xc1a55)).shuffle(Int32Array.from(names.keys()));
    const held = new Set(order.subarray(0, Math.max(2, Math.round(names.length * CLASS_SHARE))));
    const judged = all.filter(i => held.has(ofImage[i]));
    const away = new Set(Array.from(judged, i => groups[i]));
    const stays = (images: Int32Array): Int32Array => images.filter(i => !away.has(groups[i]));
    return {
      split: { training: stays(split.training), validation: stays(split.validation) },
      judged,
      classes: [...held].map(label => names[label]).sort(),
    };
  }
  const tests = all.filter(i => pictures.sides[i] === 'test');
  if (tests.length >= FEWEST_TESTS) return { split, judged: tests, classes: [] };
  const { training } = split;
  const inner = splitByGroups(training.length, CHOOSING_SHARE, seed, {
    groups: training.map(i => groups[i]),
    labels: training.map(i => ofImage[i]),
  });
  const pick = (places: Int32Array): Int32Array => places.map(k => training[k]);
  return {
    split: { training: pick(inner.training), validation: pick(inner.validation) },
    judged: split.validation,
    classes: [],
  };
}
