// Draws the pictures that the encoder of the crop search learns from into one file:
//   node scripts/search/makeScenes.mjs --out FILE [--scenes 1500] [--from 0] [--seed 1]
// Layout: scene after scene (192×192 RGB), each twice: as drawn, and once more resized, blurred and as a JPEG of low quality.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { drawPicture } from '../starter/pictures.mjs';
import { createRandom } from '../starter/random.mjs';
import { SCENE_SIDE } from './patches.mjs';

const option = fallback => ({ type: /** @type {const} */ ('string'), default: fallback });
const { values } = parseArgs({
  options: { out: { type: 'string' }, scenes: option('1500'), from: option('0'), seed: option('1') },
});
if (!values.out) {
  console.error('usage: makeScenes.mjs --out FILE [--scenes N] [--from N] [--seed N]');
  process.exit(2);
}
sharp.cache(false);
sharp.concurrency(1);
const [scenes, from, seed] = [values.scenes, values.from, values.seed].map(Number);
const size = { width: SCENE_SIDE, height: SCENE_SIDE };

/** @param {import('sharp').Sharp} picture */
const bytesOf = picture => picture.resize(SCENE_SIDE, SCENE_SIDE, { fit: 'fill' }).removeAlpha().raw().toBuffer();

async function altered(picture, random) {
  let file = sharp(picture, { raw: { ...size, channels: 3 } });
  const side = Math.round(SCENE_SIDE * random.between(0.6, 1));
  file = file.resize(side, side, { kernel: random.pick(['cubic', 'lanczos3', 'linear', 'nearest']) });
  if (random.chance(0.3)) file = file.blur(random.between(0.4, 1.5));
  const jpeg = await file.jpeg({ quality: random.integer(20, 90) }).toBuffer();
  return bytesOf(sharp(jpeg));
}

const file = fs.openSync(values.out, 'w');
const startedMs = performance.now();
for (let index = from; index < from + scenes; index++) {
  // The scenes know units, not pixels.
  const drawing = drawPicture(index, seed).replace(/width="\d+" height="\d+"/, `width="${SCENE_SIDE}" height="${SCENE_SIDE}"`);
  const picture = await bytesOf(sharp(Buffer.from(drawing)));
  fs.writeSync(file, picture);
  fs.writeSync(file, await altered(picture, createRandom(seed + index * 2_654_435)));
  const done = index - from + 1;
  if (done % 250 === 0) console.log(`${done} of ${scenes} scenes, ${Math.round((performance.now() - startedMs) / 1000)} s`);
}
fs.closeSync(file);
