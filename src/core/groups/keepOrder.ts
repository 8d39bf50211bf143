import type { ImageRecord } from '../dataset/image';

/** How much a format loses, as a rank: vector, lossless, usually lossy, lossy, 256 colours, unknown. */
const formatLoss: Readonly<Record<string, number>> = { svg: 0, tiff: 1, png: 1, bmp: 1, webp: 2, avif: 2, jpeg: 3, gif: 4 };
const unknownLoss = 5;

/** What is tested on is worth more than what is trained on: a leak is repaired by removing the training copy. */
const splitValue: Readonly<Record<string, number>> = { test: 0, val: 1, train: 3 };
const otherSplit = 2;
const splitRank = (split: string | undefined): number =>
  split === undefined ? splitValue.train : (splitValue[split] ?? otherSplit);

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Which of two images a clean-up would keep: negative if it is `a`. A total order; the first rule that tells them apart decides:
 *
 * 1. a reference image (never changed),
 * 2. the split that is worth more: test, val, any other, then train or none,
 * 3. more pixels, 4. the less lossy format, 5. the larger file, 6. the older file,
 * 7. the shorter path, 8. the path that comes first by code units, 9. the earlier root.
 */
export function compareKeep(a: ImageRecord, b: ImageRecord): number {
  return (
    Number(b.reference === true) - Number(a.reference === true) ||
    splitRank(a.split) - splitRank(b.split) ||
    b.width * b.height - a.width * a.height ||
    (formatLoss[a.format] ?? unknownLoss) - (formatLoss[b.format] ?? unknownLoss) ||
    b.sizeBytes - a.sizeBytes ||
    a.modifiedMs - b.modifiedMs ||
    a.path.length - b.path.length ||
    compareText(a.path, b.path) ||
    a.root - b.root ||
    a.index - b.index
  );
}
