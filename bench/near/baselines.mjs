// What a JavaScript user installs today, on a folder, in the same form as scan.mjs:
//   node bench/near/baselines.mjs DIR --packages DIR --method sharp-phash|imghash|dhash --out SCAN.json
// --packages: a node_modules with `sharp-phash` and `imghash` (npm i sharp-phash imghash in a folder of its own).
// The distance is the share of differing bits; pairs up to `--most` (0.25) are listed, for the judge to pick the best threshold.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    packages: { type: 'string' },
    method: { type: 'string' },
    out: { type: 'string' },
    most: { type: 'string', default: '0.25' },
  },
});
const [dir] = positionals;
const load = createRequire(path.resolve(values.packages ?? '.') + '/');

const methods = {
  'sharp-phash': () => {
    const phash = load('sharp-phash');
    return async file => (await phash(fs.readFileSync(file))).split('').map(Number);
  },
  imghash: () => {
    const { imghash, default: fallback } = load('imghash');
    const { hash } = imghash ?? fallback ?? load('imghash');
    return async file => {
      // It reads PNG and JPEG only; others are converted, as its user would.
      const input = /\.(png|jpe?g)$/i.test(file) ? file : await sharp(file).png().toBuffer();
      return (await hash(input, 8, 'binary')).split('').map(Number);
    };
  },
  // Krawetz 2013, "Kind of like that": the sign of horizontal differences of a 9×8 grey thumbnail.
  dhash: () => async file => {
    const grey = await sharp(file).flatten({ background: '#fff' }).greyscale().resize(9, 8, { fit: 'fill' }).raw().toBuffer();
    const bits = [];
    for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) bits.push(grey[y * 9 + x] < grey[y * 9 + x + 1] ? 1 : 0);
    return bits;
  },
};
if (!dir || !methods[values.method] || !values.out) {
  console.error('usage: baselines.mjs DIR --packages DIR --method sharp-phash|imghash|dhash --out FILE');
  process.exit(2);
}
const hashOf = methods[values.method]();
const files = fs
  .readdirSync(dir)
  .filter(name => /\.(png|jpe?g|webp)$/i.test(name))
  .sort();
const hashes = new Array(files.length);
let next = 0;
let failed = 0;
await Promise.all(
  Array.from({ length: 4 }, async () => {
    while (next < files.length) {
      const at = next++;
      try {
        const bits = await hashOf(path.join(dir, files[at]));
        const words = new Uint32Array(Math.ceil(bits.length / 32));
        bits.forEach((bit, i) => (words[i >> 5] |= bit << (i & 31)));
        hashes[at] = { words, length: bits.length };
      } catch {
        failed++;
      }
    }
  }),
);
const ones = word => {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};
const findings = [];
for (let i = 0; i < files.length; i++) {
  if (!hashes[i]) continue;
  for (let j = i + 1; j < files.length; j++) {
    if (!hashes[j]) continue;
    let differing = 0;
    for (let w = 0; w < hashes[i].words.length; w++) differing += ones(hashes[i].words[w] ^ hashes[j].words[w]);
    const distance = differing / hashes[i].length;
    if (distance <= Number(values.most)) {
      findings.push({ id: `${i}-${j}`, kind: 'near-duplicate', path: files[i], related: [{ path: files[j], distance }] });
    }
  }
}
fs.writeFileSync(values.out, JSON.stringify({ version: 1, images: files.length, findings }));
console.log(JSON.stringify({ method: values.method, images: files.length, failed, pairs: findings.length }));
