/**
 * Makes the sample workspace: real handwritten digits and drawn icons in class folders, with twins, leaks, wrong labels and broken
 * files planted among them. What was planted is listed in planted.json beside the folder.
 *
 *   node scripts/sample/makeSample.mjs [FOLDER]        default: .cache/sample/workspace
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alterations, digitAlterations } from './alterations.mjs';
import { drawIcon, iconClasses } from './icons.mjs';
import { createRandom } from './random.mjs';
import { fetchSources } from './sources.mjs';

/**
 * @typedef {object} Plant
 * @property {'exact-duplicate' | 'near-duplicate' | 'split-leak' | 'label-conflict' | 'mislabeled' | 'unreadable-image' | 'unsupported-format' | 'not-fetched'} kind
 *   what a scan should say
 * @property {string} path of the planted file, relative to the workspace
 * @property {string} [of] the picture that it was made from
 * @property {string} alteration
 * @property {'mirrors' | 'turns' | 'training'} [needs] what a scan must be told, or have learnt, to find it
 * @typedef {{ version: 1; folder: string; seed: number; images: number; plants: Plant[] }} Planted
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
export const defaultFolder = join(root, '.cache', 'sample', 'workspace');
const sourceFolder = join(root, '.cache', 'sample-src');

/** Grows with every change of what is made, so that an old sample is made anew. */
const recipe = 2;
/** So many that a few wrong labels stand out: of 24 a class a network learns each by heart. */
const digitsPerClass = { train: 80, test: 20 };
const twinsPerAlteration = 2;
/** Originals are older than what was made of them: one of the rules by which the picture to keep is chosen. */
const originalTime = new Date('2024-03-01T12:00:00Z');
const plantTime = new Date('2024-09-01T12:00:00Z');

const plantedFile = folder => join(dirname(folder), 'planted.json');

/**
 * @param {string} [folder] replaced if it exists (only a folder that was made here is)
 * @param {{ say?: (line: string) => void; seed?: number; again?: boolean }} [options] `again`: also where it is there already
 * @returns {Promise<{ folder: string; planted: Planted; fresh: boolean }>}
 */
export async function makeSample(folder = defaultFolder, { say = () => {}, seed = 1, again = false } = {}) {
  folder = resolve(folder);
  const earlier = readPlanted(folder);
  if (!again && earlier?.recipe === recipe && earlier.seed === seed && existsSync(folder)) {
    return { folder, planted: earlier, fresh: false };
  }
  if (existsSync(folder) && !earlier && (await readdir(folder)).length > 0) {
    throw new Error(`${folder} holds files that were not made here; name another folder for the sample.`);
  }
  const sources = await fetchSources(sourceFolder, say);
  const { default: sharp } = await import('sharp');
  say('Drawing the sample workspace …');

  const building = `${folder}.part`;
  await rm(building, { recursive: true, force: true });
  const sample = new Sample(building, sharp, createRandom(seed));
  await sample.addDigits(sources.mnist);
  await sample.addIcons(sources.emoji);
  await sample.addBroken();

  /** @type {Planted & { recipe: number }} */
  const planted = { version: 1, folder: basename(folder), recipe, seed, images: sample.images, plants: sample.plants };
  await rm(folder, { recursive: true, force: true });
  await rename(building, folder);
  await writeFile(plantedFile(folder), `${JSON.stringify(planted, undefined, 2)}\n`);
  say(`Made ${sample.images} pictures, ${sample.plants.length} of them planted, in ${folder}`);
  return { folder, planted, fresh: true };
}

/** @returns {(Planted & { recipe: number }) | undefined} */
function readPlanted(folder) {
  try {
    const planted = JSON.parse(readFileSync(plantedFile(folder), 'utf8'));
    return planted.folder === basename(folder) ? planted : undefined;
  } catch {
    return undefined;
  }
}

class Sample {
  images = 0;
  /** @type {Plant[]} */
  plants = [];
  #folder;
  #sharp;
  #random;
  #names = new Set();

  constructor(folder, sharp, random) {
    this.#folder = folder;
    this.#sharp = sharp;
    this.#random = random;
  }

  /** Handwritten digits (MNIST, 28 × 28): class folders in train and test, with leaks and label conflicts between them. */
  async addDigits(source) {
    const originals = { train: [], test: [] };
    for (let digit = 0; digit < 10; digit++) {
      const { data } = JSON.parse(await readFile(join(source, `${digit}.json`), 'utf8'));
      const order = this.#random.shuffle([...Array(Math.floor(data.length / 784)).keys()]);
      for (const split of ['train', 'test']) {
        for (const index of order.splice(0, digitsPerClass[split])) {
          const pixels = Uint8Array.from(data.slice(index * 784, index * 784 + 784), value => Math.round(value * 255));
          const bytes = await this.#sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } })
            .png()
            .toBuffer();
          const path = this.#free(`digits/${split}/${digit}`, 'png');
          await this.#write(path, bytes, originalTime);
          originals[split].push({ path, bytes, digit });
        }
      }
    }
    const test = this.#random.shuffle(originals.test);
    const train = this.#random.shuffle(originals.train);
    for (let i = 0; i < 3; i++) await this.#plantCopy('split-leak', test.pop(), of => `digits/train/${of.digit}`);
    for (const name of Object.keys(digitAlterations)) {
      await this.#plantTwin('split-leak', test.pop(), name, digitAlterations[name], of => `digits/train/${of.digit}`);
    }
    for (let i = 0; i < 2; i++) {
      await this.#plantCopy('label-conflict', train.pop(), of => `digits/train/${this.#otherDigit(of.digit)}`);
    }
    for (const name of ['JPEG 60', 'dimmer']) {
      await this.#plantTwin(
        'label-conflict',
        train.pop(),
        name,
        digitAlterations[name],
        of => `digits/train/${this.#otherDigit(of.digit)}`,
      );
    }
    // In the wrong folder, without a twin: only a network that knows digits can tell.
    for (let i = 0; i < 4; i++) {
      const of = train.pop();
      const wrong = this.#free(`digits/train/${this.#otherDigit(of.digit)}`, 'png');
      await rename(join(this.#folder, of.path), join(this.#folder, wrong));
      this.plants.push({ kind: 'mislabeled', path: wrong, alteration: `a ${of.digit} in another folder`, needs: 'training' });
    }
  }

  /** Icons in class folders, with every alteration, exact copies, and twins in the wrong class. */
  async addIcons(source) {
    const originals = [];
    for (const [label, names] of Object.entries(iconClasses)) {
      for (const name of names.split(' ')) {
        const bytes = await drawIcon(this.#sharp, source, name, originals.length, this.#random);
        const path = `icons/${label}/${name}.png`;
        await this.#write(path, bytes, originalTime);
        originals.push({ path, bytes, label, name });
      }
    }
    const left = this.#random.shuffle(originals);
    const own = of => `icons/${of.label}`;
    for (let i = 0; i < 4; i++) await this.#plantCopy('exact-duplicate', left.pop(), own);
    for (const [name, alteration] of Object.entries(alterations)) {
      for (let i = 0; i < twinsPerAlteration; i++) await this.#plantTwin('near-duplicate', left.pop(), name, alteration, own);
    }
    const other = of => {
      const labels = Object.keys(iconClasses).filter(label => label !== of.label);
      return `icons/${labels[this.#random.below(labels.length)]}`;
    };
    await this.#plantCopy('label-conflict', left.pop(), other);
    for (const name of ['JPEG 40', 'crop 10 %', 'brighter']) {
      await this.#plantTwin('label-conflict', left.pop(), name, alterations[name], other);
    }
  }

  /** Files that are not what their names say. */
  async addBroken() {
    const noise = Buffer.from(Array.from({ length: 3 * 160 * 160 }, () => this.#random.below(256)));
    const png = await this.#sharp(noise, { raw: { width: 160, height: 160, channels: 3 } })
      .png()
      .toBuffer();
    const pointer =
      'version https://git-lfs.github.com/spec/v1\n' +
      'oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 48213\n';
    const files = [
      [
        'unreadable-image',
        'icons/food/download-interrupted.png',
        'cut off after half of its bytes',
        png.subarray(0, png.length >> 1),
      ],
      ['unreadable-image', 'icons/travel/empty.jpg', 'empty', Buffer.alloc(0)],
      [
        'unreadable-image',
        'icons/tools/not-found.jpg',
        'a web page with a picture’s name',
        Buffer.from('<!doctype html><title>404 Not Found</title>\n'),
      ],
      ['not-fetched', 'icons/plants/big-photo.png', 'a Git LFS pointer', Buffer.from(pointer)],
    ];
    for (const [kind, path, alteration, bytes] of files) {
      await this.#write(path, bytes, plantTime);
      this.plants.push({ kind, path, alteration });
    }
  }

  async #plantCopy(kind, of, folderFor) {
    const path = this.#free(folderFor(of), 'png', of.name && `${of.name} copy`);
    await this.#write(path, of.bytes, plantTime);
    this.plants.push({ kind, path, of: of.path, alteration: 'exact copy' });
  }

  async #plantTwin(kind, of, alteration, { extension, needs, apply }, folderFor) {
    const image = this.#sharp(of.bytes);
    const { width, height } = await image.metadata();
    const bytes = await apply(image, { width, height }).toBuffer();
    // A name that does not tell: a twin in a real data set has another one.
    const path = this.#free(folderFor(of), extension, of.name && `img-${1000 + this.#random.below(9000)}`);
    await this.#write(path, bytes, plantTime);
    this.plants.push({ kind, path, of: of.path, alteration, ...(needs && { needs }) });
  }

  #otherDigit(digit) {
    return (digit + 1 + this.#random.below(9)) % 10;
  }

  /** A path that is not taken; a number of five digits where no name is given. */
  #free(folder, extension, name) {
    for (;;) {
      const path = `${folder}/${name ?? String(this.#random.below(60000)).padStart(5, '0')}.${extension}`;
      if (!this.#names.has(path)) return path;
      name &&= `${name}-2`;
    }
  }

  async #write(path, bytes, time) {
    const file = join(this.#folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
    await utimes(file, time, time);
    this.#names.add(path);
    this.images++;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { folder, planted, fresh } = await makeSample(process.argv[2], { say: line => console.log(line) });
    if (!fresh) console.log(`The sample is there already: ${planted.images} pictures in ${folder}`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
