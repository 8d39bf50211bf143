import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SeededRandom } from '../samplers/random';
import type { PairList } from '../samplers/pairSampler';
import { ByteImages } from './images';

/** The chapter's case study: six of the ten classes, the first 4,800 images of each to learn from, the last 1,200 to test. */
const CASE_CLASSES = [0, 1, 2, 4, 5, 9];
const TRAINING_PER_CLASS = 4800;
const IMAGE_SHAPE = [28, 28, 1] as const;
const IMAGE_BYTES = 784;
const IMAGES_HEADER = 16;
const LABELS_HEADER = 8;

/** Images sorted by class, equally many of each. */
export interface ClassImages {
  readonly images: ByteImages;
  /** Class number 0…5 of each image. */
  readonly labels: Int32Array;
  readonly perClass: number;
}

/** Files that are not there, or not what they should be. */
export class CaseStudyDataError extends Error {
  override readonly name = 'CaseStudyDataError';
}

async function readIdx(folder: string, pattern: RegExp, header: number): Promise<Uint8Array> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const name = names.find(n => pattern.test(n));
  if (!name) {
    throw new CaseStudyDataError(
      `${folder} holds no file like ${pattern.source}: give the folder of Fashion-MNIST's four idx files.`,
    );
  }
  const bytes = await readFile(path.join(folder, name));
  try {
    // Gzipped or not: the first bytes tell.
    return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).subarray(header);
  } catch (error) {
    throw new CaseStudyDataError(`${path.join(folder, name)} is damaged: fetch it again.`, { cause: error });
  }
}

/** The images `from` … `to` − 1 of each class, in the order of the file. `part`: `train` (60,000 images) or `t10k`. */
export async function readClassImages(folder: string, part: 'train' | 't10k', from: number, to: number): Promise<ClassImages> {
  const pixels = await readIdx(folder, new RegExp(`^${part}-images`), IMAGES_HEADER);
  const labels = await readIdx(folder, new RegExp(`^${part}-labels`), LABELS_HEADER);
  if (pixels.length !== labels.length * IMAGE_BYTES) {
    throw new CaseStudyDataError(`${folder}: images and labels don't fit together.`);
  }
  const chosen = CASE_CLASSES.map(wanted => [...labels.keys()].filter(i => labels[i] === wanted).slice(from, to));
  const perClass = Math.min(...chosen.map(list => list.length));
  const bytes = new Uint8Array(CASE_CLASSES.length * perClass * IMAGE_BYTES);
  const classes = new Int32Array(CASE_CLASSES.length * perClass);
  chosen.forEach((list, label) => {
    for (let k = 0; k < perClass; k++) {
      const place = label * perClass + k;
      bytes.set(pixels.subarray(list[k] * IMAGE_BYTES, (list[k] + 1) * IMAGE_BYTES), place * IMAGE_BYTES);
      classes[place] = label;
    }
  });
  return { images: new ByteImages(bytes, IMAGE_SHAPE), labels: classes, perClass };
}

/** Training, test and (for choosing settings) validation images: the validation part is cut off the end of the training images. */
export async function readCaseStudy(
  folder: string,
  validationPerClass = 0,
): Promise<{
  readonly train: ClassImages;
  readonly validation: ClassImages;
  readonly test: ClassImages;
  readonly untouched: ClassImages;
}> {
  const cut = TRAINING_PER_CLASS - validationPerClass;
  const [train, validation, test, untouched] = await Promise.all([
    readClassImages(folder, 'train', 0, cut),
    readClassImages(folder, 'train', cut, TRAINING_PER_CLASS),
    readClassImages(folder, 'train', TRAINING_PER_CLASS, Infinity),
    readClassImages(folder, 't10k', 0, Infinity),
  ]);
  return { train, validation, test, untouched };
}

/**
 * The book's `create_pairs`: for each class d and each i < n − 1 the similar pair (d_i, d_{i+1}) and the different pair (d_i, e_i), e
 * another class at random. 57,588 pairs from the training images, 14,388 from the test images.
 */
export function createPairs({ perClass }: ClassImages, seed: number): PairList {
  const random = new SeededRandom(seed);
  const classes = CASE_CLASSES.length;
  const count = classes * (perClass - 1) * 2;
  const pairs = { a: new Int32Array(count), b: new Int32Array(count), similar: new Uint8Array(count) };
  let k = 0;
  for (let d = 0; d < classes; d++) {
    for (let i = 0; i < perClass - 1; i++) {
      const other = (d + 1 + random.integer(classes - 1)) % classes;
      pairs.a[k] = pairs.a[k + 1] = d * perClass + i;
      pairs.b[k] = d * perClass + i + 1;
      pairs.b[k + 1] = other * perClass + i;
      pairs.similar[k] = 1;
      k += 2;
    }
  }
  return pairs;
}
