import { STROKE_SHAPE } from './strokeFeatures';

/** What the files of identities are. */
export const media = ['images', 'strokes'] as const;
export type Medium = (typeof media)[number];

/** What a network is fed for one file: pixels of the size of the starter, whose weights are the start; or moments in time. */
const shapes: Readonly<Record<Medium, readonly number[]>> = { images: [64, 64, 3], strokes: STROKE_SHAPE };
export const shapeOf = (medium: Medium): readonly number[] => shapes[medium];
export const sizeOfFile = (medium: Medium): number => shapes[medium].reduce((a, b) => a * b, 1);
