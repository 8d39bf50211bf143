// Draws larger pictures and altered copies of them, as rasters of the decoder, for fitting the pair re-scorer:
//   node scripts/starter/makePairs.mjs --out PREFIX [--pictures 1200] [--copies 6] [--seed 100001]
// PREFIX.bin: the rasters (96×96 RGB); PREFIX.json: [name, width, height] of each; PREFIX.truth.json: name → [picture, alteration].
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { drawPicture, PICTURE_SIDE } from './pictures.mjs';
import { createRandom } from './random.mjs';
import { VIEW_SIDE } from './views.mjs';

const option = fallback => ({ type: /** @type {const} */ ('string'), default: fallback });
const { values } = parseArgs({
  options: { out: { type: 'string' }, pictures: option('1200'), copies: option('6'), seed: option('100001') },
});
if (!values.out) {
  console.error('usage: makePairs.mjs --out PREFIX [--pictures N] [--copies N] [--seed N]');
  process.exit(2);
}
sharp.cache(false);
sharp.concurrency(1);

/** @typedef {import('./random.mjs').Random} Random */
const grounds = ['#fff', '#fff', '#000', '#c8b090', '#203050'];

/** Changes of a file, each with random numbers of its own: (pipeline, width, height, random) → pipeline. */
const alterations = {
  cut: (p, w, h, r) => {
    const [kw, kh] = [r.between(0.78, 0.97), r.between(0.78, 0.97)];
    const place = kept => r.pick([0, 1, 0.5, r.next()]) * (1 - kept);
    const window = [place(kw) * w, place(kh) * h, kw * w, kh * h].map(Math.floor);
    return p.extract({ left: window[0], top: window[1], width: window[2], height: window[3] });
  },
  turn: (p, w, h, r) => p.rotate(r.between(1, 5) * r.pick([-1, 1]), { background: r.pick(grounds) }),
  frame: (p, w, h, r) => {
    const side = () => Math.floor(r.between(0, 0.1) * w);
    return p.extend({ top: side(), bottom: side(), left: side(), right: side(), background: r.pick(grounds) });
  },
  bright: (p, w, h, r) => p.modulate({ brightness: r.between(1.1, 1.35) }),
  dark: (p, w, h, r) => p.modulate({ brightness: r.between(0.6, 0.9) }),
  grey: p => p.greyscale(),
  hue: (p, w, h, r) => p.modulate({ hue: r.integer(-45, 45), saturation: r.between(0.5, 1.6) }),
  contrast: (p, w, h, r) => {
    const slope = r.between(0.6, 1.4);
    return p.linear(slope, 128 * (1 - slope) + r.between(-20, 40));
  },
  blur: (p, w, h, r) => p.blur(r.between(0.8, 2.5)),
  sharpen: p => p.sharpen({ sigma: 1.5 }),
  small: (p, w, h, r) => p.resize({ width: Math.floor(w * r.between(0.25, 0.7)) }),
  text: (p, w, h, r) => {
    const words = r.pick(['SAMPLE 12', 'Draft copy', 'PREVIEW', 'www.abc', 'No. 77', 'Do not share']);
    const size = Math.floor(h * r.between(0.06, 0.15));
    const place = `x="${r.integer(2, 30)}%" y="${r.integer(12, 95)}%"`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}"><text ${place} font-size="${size}" fill="${r.pick(['red', '#fff', '#000', 'yellow'])}">${words}</text></svg>`;
    return p.composite([{ input: Buffer.from(svg) }]);
  },
};

async function alter(base, random) {
  const names = random.chance(0.75) ? 1 : 2;
  let file = base;
  const applied = [];
  while (applied.length < names) {
    const name = random.pick(Object.keys(alterations));
    if (applied.includes(name)) continue;
    applied.push(name);
    const { width, height } = await sharp(file).metadata();
    file = await alterations[name](sharp(file), width, height, random).png({ compressionLevel: 1 }).toBuffer();
  }
  if (random.chance(0.3)) {
    file = await sharp(file)
      .jpeg({ quality: random.integer(15, 60) })
      .toBuffer();
  }
  return { file, name: applied.join('+') };
}

const [pictures, copies, seed] = [values.pictures, values.copies, values.seed].map(Number);
const rasters = fs.openSync(`${values.out}.bin`, 'w');
const files = [];
const truth = {};
async function keep(file, picture, alteration) {
  const { width, height } = await sharp(file).metadata();
  const raster = await sharp(file)
    .resize(VIEW_SIDE, VIEW_SIDE, { fit: 'fill' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();
  const name = `${picture}-${alteration}`;
  fs.writeSync(rasters, raster);
  files.push([name, width, height]);
  truth[name] = [picture, alteration];
}
for (let index = 0; index < pictures; index++) {
  const random = createRandom(seed + index * 2_654_435);
  const [width, height] = [random.integer(180, 400), random.integer(180, 400)];
  const density = (72 * Math.max(width, height)) / PICTURE_SIDE;
  const base = await sharp(Buffer.from(drawPicture(index, seed)), { density })
    .resize(width, height, { fit: 'fill' })
    .removeAlpha()
    .png({ compressionLevel: 1 })
    .toBuffer();
  const picture = String(index).padStart(5, '0');
  await keep(base, picture, 'orig');
  for (let k = 0; k < copies; k++) {
    const { file, name } = await alter(base, random);
    await keep(file, picture, `${name}#${k}`);
  }
  if (index % 200 === 199) console.log(`${index + 1} of ${pictures}`);
}
fs.closeSync(rasters);
fs.writeFileSync(`${values.out}.json`, JSON.stringify(files));
fs.writeFileSync(`${values.out}.truth.json`, JSON.stringify(truth));
