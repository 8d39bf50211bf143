import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import { splitOfName } from '../../core/dataset/splits';
import type { ContentVerdict } from '../../core/training/verdictPairs';
import type { ImageSource } from '../training/images';
import { ByteImages, SubsetImages } from '../training/images';
import type { Shape3 } from '../model/layers/layer';
import type { PairList } from '../samplers/pairSampler';
import { NothingToLearnError } from '../samplers/sampler';
import type { Candidate } from './listPictures';
import type { PicturesRead } from './readPictures';

/** What part of a data set a picture belongs to: `free` may be learned from or held back, `test` is left alone. */
export type Side = 'free' | 'validation' | 'test';

/** The different pictures of a data set: equal contents are one. */
export interface Pictures {
  readonly images: ImageSource;
  readonly contents: readonly string[];
  /** Paths for messages, and for verdicts. */
  readonly paths: readonly string[];
  readonly labels: readonly (string | undefined)[];
  readonly sides: readonly Side[];
  /** The patient, video or scene of each, where there is one; the same text means the same one. */
  readonly identities: readonly (string | undefined)[];
  /** Names that the data set gives its splits. */
  readonly validationSplit?: string;
  readonly testSplit?: string;
}

const severity: Readonly<Record<Side, number>> = { free: 0, validation: 1, test: 2 };

/** One picture for each content that could be read, in the order of their first files. What is odd is told. */
export function picturesOf(
  candidates: readonly Candidate[],
  { bytes, reads }: PicturesRead,
  shape: Shape3,
  onNote: (of: Note) => void,
  images: ImageSource = new ByteImages(bytes, shape),
): Pictures {
  const placeOf = new Map<string, number>();
  const [chosen, contents, paths]: [number[], string[], string[]] = [[], [], []];
  const labels: (string | undefined)[] = [];
  const sides: Side[] = [];
  const identities: (string | undefined)[] = [];
  const disagreeing = new Set<number>();
  const splitNames: Partial<Record<Side, string>> = {};
  let unreadable: string | undefined;
  let unreadableCount = 0;
  candidates.forEach(({ file, label, split, identity }, i) => {
    const { content } = reads[i];
    if (content === '') {
      unreadable ??= file.path;
      unreadableCount++;
      return;
    }
    const side = sideOf(split);
    if (split !== undefined) splitNames[side] ??= split;
    const known = placeOf.get(content);
    if (known === undefined) {
      placeOf.set(content, chosen.length);
      chosen.push(i);
      contents.push(content);
      paths.push(file.path);
      labels.push(label);
      sides.push(side);
      identities.push(identity === undefined ? undefined : `${file.root}\0${identity}`);
      return;
    }
    if (label !== undefined && labels[known] !== undefined && labels[known] !== label) disagreeing.add(known);
    labels[known] ??= label;
    // A copy of a test image must not be learned from.
    if (severity[side] > severity[sides[known]]) sides[known] = side;
  });
  if (unreadable !== undefined) onNote(note(messages.unreadable, unreadableCount, unreadable));
  if (disagreeing.size > 0) onNote(note(messages.labelsDisagree, disagreeing.size, paths[[...disagreeing][0]]));
  for (const place of disagreeing) labels[place] = undefined;
  if (candidates.length < 2) throw new NothingToLearnError(messages.twoImages);
  if (chosen.length === 0) throw new NothingToLearnError(messages.noneReadable, candidates.length);
  if (chosen.length < 2) throw new NothingToLearnError(messages.twoPictures, candidates.length - unreadableCount);
  // Without anything else, the test images are what there is.
  if (!sides.includes('free')) sides.fill('free');
  return {
    images: new SubsetImages(images, Int32Array.from(chosen)),
    contents,
    paths,
    labels,
    sides,
    identities,
    ...(splitNames.validation !== undefined && { validationSplit: splitNames.validation }),
    ...(splitNames.test !== undefined && { testSplit: splitNames.test }),
  };
}

function sideOf(split: string | undefined): Side {
  const known = split === undefined ? undefined : splitOfName(split);
  return known === 'val' ? 'validation' : known === 'test' ? 'test' : 'free';
}

/** Numbers for the labels' names, −1 for none. */
export function numberedLabels(labels: readonly (string | undefined)[]): { ofImage: Int32Array; names: string[] } {
  const names = [...new Set(labels.filter(label => label !== undefined))].sort();
  const numberOf = new Map(names.map((name, i) => [name, i]));
  return { ofImage: Int32Array.from(labels, label => (label === undefined ? -1 : numberOf.get(label)!)), names };
}

/** Verdicts as pairs of pictures; how many speak of pictures that are not here is told. */
export function pairsOf(verdicts: readonly ContentVerdict[], contents: readonly string[], onNote: (of: Note) => void): PairList {
  const placeOf = new Map(contents.map((content, i) => [content, i]));
  const found = verdicts.filter(({ a, b }) => placeOf.has(a.content) && placeOf.has(b.content));
  if (found.length < verdicts.length) onNote(note(messages.verdictsUnused, verdicts.length - found.length));
  return {
    a: Int32Array.from(found, ({ a }) => placeOf.get(a.content)!),
    b: Int32Array.from(found, ({ b }) => placeOf.get(b.content)!),
    similar: Uint8Array.from(found, ({ similar }) => Number(similar)),
  };
}
