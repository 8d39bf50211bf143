// Draws pictures and their altered views into one file:
//   node scripts/starter/makeViews.mjs --out FILE [--pictures 12000] [--views 8] [--from 0] [--to PICTURES] [--seed 1]
// --from, --to: a part of the pictures, for two processes side by side; join the parts with cat.
// Layout: picture after picture, each as `views` inputs of the encoder (64×64 RGB); views 0 and 1 are nearly the picture itself.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { loadSources } from './bundle.mjs';
import { drawPicture } from './pictures.mjs';
import { createRandom } from './random.mjs';
import { drawMarks, makeView, VIEW_SIDE } from './views.mjs';

const option = fallback => ({ type: /** @type {const} */ ('string'), default: fallback });
const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    pictures: option('12000'),
    views: option('8'),
    seed: option('1'),
    from: option('0'),
    to: { type: 'string' },
  },
});
if (!values.out) {
  console.error('usage: makeViews.mjs --out FILE [--pictures N] [--views N] [--from N] [--to N] [--seed N]');
  process.exit(2);
}
sharp.cache(false);
sharp.concurrency(1);
const { StarterInput, findContentBox, STARTER_INPUT_BYTES } = await loadSources([
  'engine/starter/starterInput',
  'engine/descriptor/trim',
]);
const [views, seed, from, to] = [values.views, values.seed, values.from, values.to ?? values.pictures].map(Number);
const MARKS = 400;
const WEAK_VIEWS = 2;

const marks = await drawMarks(createRandom(seed), MARKS);
const input = new StarterInput(VIEW_SIDE);
const file = fs.openSync(values.out, 'w');
const started = performance.now();
for (let index = from; index < to; index++) {
  const { data: picture } = await sharp(Buffer.from(drawPicture(index, seed)))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const block = new Uint8Array(views * STARTER_INPUT_BYTES);
  for (let view = 0; view < views; view++) {
    const random = createRandom(seed + (index * 64 + view) * 2_654_435);
    const raster = { width: VIEW_SIDE, height: VIEW_SIDE, data: await makeView(picture, random, marks, view >= WEAK_VIEWS) };
    input.write(raster, findContentBox(raster), block, view * STARTER_INPUT_BYTES);
  }
  fs.writeSync(file, block);
  if ((index - from) % 500 === 499) {
    console.log(`${index + 1 - from} of ${to - from} pictures, ${Math.round((performance.now() - started) / 1000)} s`);
  }
}
fs.closeSync(file);
