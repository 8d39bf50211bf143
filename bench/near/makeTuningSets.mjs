// The pictures that the distance's constants are fitted on, beside the stamps with the judge's and this folder's alterations:
//   node bench/near/makeTuningSets.mjs --data DIR --judge DIR --out DIR
// `plain`: generated pictures with almost nothing on them, which must not be taken for one another because they carry the same
// text, frame or white corners; `small`: 28×28 garments and 20×20 digits with copies. --data: what prepareData.mjs made;
// --judge: the folder of the near-duplicate judge (alterations.mjs). Truth in the judge's form beside each folder.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import * as tuning from './alterTuning.mjs';

const { values } = parseArgs({ options: { data: { type: 'string' }, judge: { type: 'string' }, out: { type: 'string' } } });
if (!values.data || !values.judge || !values.out) {
  console.error('usage: makeTuningSets.mjs --data DIR --judge DIR --out DIR');
  process.exit(2);
}
const judge = await import(pathToFileURL(path.resolve(values.judge, 'alterations.mjs')).href);

/** mulberry32 */
function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function write(name, pictures, alterations, formats) {
  const dir = path.join(values.out, name);
  fs.mkdirSync(dir, { recursive: true });
  const truth = {};
  for (const [i, base] of pictures.entries()) {
    const id = `${name}${String(i).padStart(4, '0')}`;
    const { width, height } = await sharp(base).metadata();
    fs.writeFileSync(path.join(dir, `${id}.png`), base);
    truth[`${id}.png`] = [id, 'orig'];
    for (const [kind, alter] of Object.entries(alterations)) {
      const file = `${id}${kind}.${formats[kind] ?? 'png'}`;
      await alter(sharp(base), width, height).toFile(path.join(dir, file));
      truth[file] = [id, kind];
    }
  }
  fs.writeFileSync(`${dir}.truth.json`, JSON.stringify(truth));
}

async function plainPictures(count) {
  const next = random(99);
  const colour = () => `hsl(${Math.floor(next() * 360)},${Math.floor(next() * 100)}%,${Math.floor(10 + next() * 75)}%)`;
  const pictures = [];
  for (let i = 0; i < count; i++) {
    const width = 240 + Math.floor(next() * 240);
    const height = 200 + Math.floor(next() * 200);
    let inner =
      `<defs><linearGradient id="g" x1="${next()}" y1="${next()}" x2="${next()}" y2="${next()}"><stop offset="0" ` +
      `stop-color="${colour()}"/><stop offset="${next()}" stop-color="${colour()}"/><stop offset="1" stop-color="${colour()}"/>` +
      `</linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/>`;
    if (i % 3 === 1) {
      for (let k = 0; k < 3; k++) {
        const place = `cx="${next() * width}" cy="${next() * height}" r="${10 + next() * 60}"`;
        inner += `<circle ${place} fill="${colour()}" opacity="${0.05 + next() * 0.15}"/>`;
      }
    } else if (i % 3 === 2) {
      inner += `<rect y="${height * (0.3 + 0.5 * next())}" width="100%" height="100%" fill="${colour()}"/>`;
    }
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${inner}</svg>`;
    pictures.push(await sharp(Buffer.from(svg)).flatten().png().toBuffer());
  }
  return pictures;
}

function smallPictures() {
  const take = (folder, from, step) => {
    const dir = path.join(values.data, folder);
    const files = fs.readdirSync(dir).sort();
    return Array.from({ length: 300 }, (_, i) => fs.readFileSync(path.join(dir, files[from + i * step])));
  };
  return [...take('fashion-tune', 9000, 3), ...take('digits', 0, 16)];
}

const some = (table, names) => Object.fromEntries(names.map(name => [name, table[name]]));
await write(
  'plain',
  await plainPictures(160),
  {
    ...some(judge.alterations, ['rot3', 'text', 'border', 'dark', 'crop10', 'jpeg25']),
    ...some(tuning.alterations, ['logo', 'frame', 'letterbox', 'turnBack']),
  },
  judge.format,
);
await write(
  'small',
  smallPictures(),
  {
    bright: p => p.linear(1.25, 0),
    dark: p => p.linear(0.7, 0),
    jpeg60: p => p.jpeg({ quality: 60 }),
    twice: (p, w) => p.resize({ width: w * 2 }),
    blur: p => p.blur(0.6),
    crop: (p, w, h) => p.extract({ left: 1, top: 1, width: w - 3, height: h - 2 }),
    rot3: p => p.rotate(3, { background: '#000' }),
  },
  { jpeg60: 'jpg' },
);
