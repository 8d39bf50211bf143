/**
 * The labels that Twinlint doubts most, of Fashion-MNIST as it is, mixed blind with as many that it does not doubt: one sheet to be judged by
 * eye, and the key, to be opened afterwards.
 *
 *   node bench/labels/contactSheet.mjs --data FOLDER --out FOLDER [--images 60000] [--each 100] [--seed 1] [--threads 2]
 *
 * Writes sheet-1.png, sheet-2.png … (40 numbered pictures each, with the label given and one other: of a doubted one the one suggested, of
 * another the likeliest other one, so that the captions tell nothing) and key.json.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { CLASSES, readFashion } from './fashion.mjs';
import { loadLabels } from './loadLabels.mjs';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    images: { type: 'string', default: '60000' },
    each: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
  },
});
const SHAPE = [28, 28, 1];
const [COLUMNS, ROWS, SIDE, CELL_WIDTH, CELL_HEIGHT] = [8, 5, 112, 150, 160];

const e = await loadLabels();
const { pixels, truth: labels } = await readFashion(options.data, Number(options.images));
const threads = Number(options.threads);
const runner = threads > 1 ? new e.ThreadedFolds(e.workerPath, threads) : new e.LocalFolds();
const settings = { ...e.settingsFor(SHAPE, labels.length), runtime: 'auto' };
const plan = e.planOf(labels.length, settings.batchSize, undefined, runner.atOnce);
const groups = Int32Array.from({ length: labels.length }, (_, i) => i);
const signal = new AbortController().signal;
const { probabilities, spaces } = await e.outOfFold(
  { values: pixels, shape: SHAPE, labels, classes: CLASSES.length },
  groups,
  plan,
  settings,
  Number(options.seed),
  runner,
  () => {},
  signal,
);
const votes = await e.neighbourLabels(spaces, groups, labels, runner.atOnce, () => {}, signal);
const judge = e.judgeLabels(probabilities, labels, { seed: 1, votes });
const scores = Float64Array.from(labels, (label, i) => judge.scoreOf(i, label));
const ranked = [...labels.keys()].sort((a, b) => scores[b] - scores[a] || a - b);

const random = new e.SeededRandom(e.mixSeed(0x5ee7, Number(options.seed)));
const each = Number(options.each);
const doubted = ranked.slice(0, each);
const others = [...random.shuffle(Int32Array.from(ranked.filter(i => scores[i] < 0.5)))].slice(0, each);
const mixed = [...random.shuffle(Int32Array.from([...doubted, ...others]))];

await mkdir(options.out, { recursive: true });
const perSheet = COLUMNS * ROWS;
for (let start = 0; start < mixed.length; start += perSheet) {
  const cells = mixed.slice(start, start + perSheet);
  const pictures = await Promise.all(
    cells.map(async (image, k) => ({
      input: await sharp(Buffer.from(pixels.subarray(image * 784, (image + 1) * 784)), {
        raw: { width: 28, height: 28, channels: 1 },
      })
        .resize(SIDE, SIDE, { kernel: 'cubic' })
        .png()
        .toBuffer(),
      left: (k % COLUMNS) * CELL_WIDTH + (CELL_WIDTH - SIDE) / 2,
      top: Math.floor(k / COLUMNS) * CELL_HEIGHT + 22,
    })),
  );
  const texts = cells.map((image, k) => {
    const [x, y] = [(k % COLUMNS) * CELL_WIDTH + CELL_WIDTH / 2, Math.floor(k / COLUMNS) * CELL_HEIGHT];
    const caption = `${CLASSES[labels[image]]} (or ${CLASSES[judge.suggestedFor(image, labels[image])]})`;
    return `<text x="${x}" y="${y + 16}" font-size="14" font-weight="bold">${start + k + 1}</text><text x="${x}" y="${y + 148}" font-size="12">${caption}</text>`;
  });
  const [width, height] = [COLUMNS * CELL_WIDTH, Math.ceil(cells.length / COLUMNS) * CELL_HEIGHT];
  const captions = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" text-anchor="middle">${texts.join('')}</svg>`;
  await sharp({ create: { width, height, channels: 3, background: '#fff' } })
    .composite([...pictures, { input: Buffer.from(captions) }])
    .png({ palette: true, colours: 32 })
    .toFile(path.join(options.out, `sheet-${start / perSheet + 1}.png`));
}
const isDoubted = new Set(doubted);
const key = mixed.map((image, k) => ({
  number: k + 1,
  image,
  label: CLASSES[labels[image]],
  suggested: CLASSES[judge.suggestedFor(image, labels[image])],
  score: Number(scores[image].toFixed(3)),
  doubted: isDoubted.has(image),
}));
await writeFile(
  path.join(options.out, 'key.json'),
  `${JSON.stringify({ plan, flagged: scores.filter(s => s >= 0.5).length, key }, null, 1)}\n`,
);
console.log(
  `${mixed.length} pictures; ${scores.filter(s => s >= 0.5).length} of ${labels.length} labels have a score of ½ or more`,
);
process.exit(0);
