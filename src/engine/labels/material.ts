import { note, NoteError } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { labelMessages as messages } from '../../core/labels/messages';
import { trainingMessages } from '../../core/training/messages';
import { LEAST_BOX_SIDE } from '../decode/crops';
import type { Shape3 } from '../model/layers/layer';
import type { Candidate } from '../trainingService/listPictures';
import { numberedLabels } from '../trainingService/pictures';
import type { PictureRead } from '../trainingService/readPictures';

/** The images whose labels are judged. Equal contents are one picture, which several files may hold, under several labels. */
export interface Material {
  readonly candidates: readonly Candidate[];
  /** The picture of each candidate; −1 where it can't be read. */
  readonly pictureOf: Int32Array;
  /** The first candidate of each picture. */
  readonly firstOf: Int32Array;
  /** SHA-256 of each picture; in place of it the path, where files are not read. */
  readonly contents: readonly string[];
  readonly classes: readonly string[];
  /** A class number for each candidate, −1 for none. */
  readonly labelOf: Int32Array;
  /** A class number for each picture; −1 for none, and where its files disagree. */
  readonly labels: Int32Array;
}

/** @throws NoteError where there is nothing to judge */
export function materialOf(
  candidates: readonly Candidate[],
  reads: readonly PictureRead[],
  onNote: (of: Note) => void,
): Material {
  const placeOf = new Map<string, number>();
  const pictureOf = new Int32Array(candidates.length).fill(-1);
  const firstOf: number[] = [];
  let unreadable: string | undefined;
  let unreadableCount = 0;
  const leftOut = { small: 0, outside: 0 };
  candidates.forEach(({ file }, i) => {
    const { content, isLeftOut } = reads[i];
    if (isLeftOut) {
      leftOut[isLeftOut]++;
      return;
    }
    if (content === '') {
      unreadable ??= file.path;
      unreadableCount++;
      return;
    }
    let place = placeOf.get(content);
    if (place === undefined) {
      place = firstOf.length;
      placeOf.set(content, place);
      firstOf.push(i);
    }
    pictureOf[i] = place;
  });
  if (unreadable !== undefined) onNote(note(trainingMessages.unreadable, unreadableCount, unreadable));
  if (leftOut.small > 0) onNote(note(messages.smallBoxes, leftOut.small, LEAST_BOX_SIDE));
  if (leftOut.outside > 0) onNote(note(messages.outsideBoxes, leftOut.outside));
  const { ofImage: labelOf, names: classes } = numberedLabels(candidates.map(({ label }) => label));
  if (classes.length === 0) throw new NoteError(note(messages.noLabels));
  if (classes.length === 1) throw new NoteError(note(messages.oneClass));
  const labels = new Int32Array(firstOf.length).fill(-1);
  const disagreeing = new Set<number>();
  candidates.forEach((_, i) => {
    const place = pictureOf[i];
    if (place < 0 || labelOf[i] < 0) return;
    if (labels[place] >= 0 && labels[place] !== labelOf[i]) disagreeing.add(place);
    labels[place] = labelOf[i];
  });
  for (const place of disagreeing) labels[place] = -1;
  return {
    candidates,
    pictureOf,
    firstOf: Int32Array.from(firstOf),
    contents: [...placeOf.keys()],
    classes,
    labelOf,
    labels,
  };
}

/** The pictures' values one after the other, without those of further copies. */
export function valuesOfPictures({ firstOf }: Material, bytes: Uint8Array, shape: Shape3): Uint8Array {
  const size = shape[0] * shape[1] * shape[2];
  if (firstOf.every((first, place) => first === place)) return bytes.subarray(0, firstOf.length * size);
  const values = new Uint8Array(firstOf.length * size);
  firstOf.forEach((first, place) => values.set(bytes.subarray(first * size, (first + 1) * size), place * size));
  return values;
}
