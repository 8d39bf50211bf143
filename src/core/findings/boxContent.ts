import type { BoxNumbers } from '../dataset/boxes';
import type { ImageRecord } from '../dataset/image';
import { hash64Hex } from './findingId';
import type { VerdictLookup } from '../verdicts/verdictLookup';
import type { LabelSuspect } from './labelSuspects';

/**
 * Tells what stands in a box of an image, wherever the file lies: 64 hex digits like any content, so that verdicts can speak of it. 48 are
 * the image's (192 bits of SHA-256), 16 a hash of the box.
 */
export const boxContent = (imageContent: string, box: BoxNumbers): string =>
  imageContent.slice(0, 48) + hash64Hex(`box\n${imageContent}\n${box.map(value => Number(value.toFixed(6))).join(',')}`);

/** A person has said what the label is: that it is right, or another one. A scan reads no boxes, so it cannot know which label one has by now. */
export function isSettled(suspect: LabelSuspect, image: ImageRecord, verdicts: VerdictLookup): boolean {
  const thing = judgedThing(image, suspect);
  return verdicts.labelIsRight(thing) || (suspect.box !== undefined && verdicts.isRelabeled(thing.content));
}

/** What a suspect's label is of: the image, or a box of it. */
export const judgedThing = (image: ImageRecord, { box }: LabelSuspect): ImageRecord =>
  box ? { ...image, content: boxContent(image.content, box.numbers), label: box.label } : image;
