/**
 * Leaks from train into test: pictures are dealt to train and test, altered copies of some training pictures are planted in test, and
 * `twinlint scan` must find those and no others.
 *
 *   node bench/scan/leaks.mjs DIR… --alter ALTERATIONS.mjs [--leaks 500] [--seed 1] [--work FOLDER] [--out FILE.json] [-- options of scan]
 *
 * DIR: folders of distinct pictures. ALTERATIONS.mjs exports `alterations`, name → (sharp image, width, height) → sharp image, and may export
 * `format`, name → extension (bench/near/alterUntuned.mjs is one). Needs dist/cli.js (node scripts/build.mjs).
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { randomOf, shuffle, splitArguments } from '../checks/ranking.mjs';

const [own, scanOptions] = splitArguments();
const { values, positionals: folders } = parseArgs({
  args: own,
  allowPositionals: true,
  options: {
    alter: { type: 'string' },
    leaks: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    work: { type: 'string' },
    out: { type: 'string' },
  },
});
if (folders.length === 0 || !values.alter) {
  console.error(
    'usage: leaks.mjs DIR… --alter ALTERATIONS.mjs [--leaks N] [--seed N] [--work FOLDER] [--out FILE.json] [-- options of scan]',
  );
  process.exit(2);
}
const { alterations, format = {} } = await import(pathToFileURL(path.resolve(values.alter)).href);
const names = Object.keys(alterations);
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const work = values.work ?? mkdtempSync(path.join(tmpdir(), 'twinlint-leaks-'));
const data = path.join(work, 'data');

const random = randomOf(Number(values.seed));
const files = shuffle(
  folders.flatMap(folder =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(name => /\.(png|jpe?g|webp)$/i.test(name))
      .sort()
      .map(name => path.join(folder, name)),
  ),
  random,
);
const trainCount = Math.floor(files.length * 0.8);
const leaks = Math.min(Number(values.leaks), trainCount);
for (const part of ['train', 'test']) mkdirSync(path.join(data, part), { recursive: true });

/** Planted copy → the training picture and the alteration. */
const planted = new Map();
for (const [i, file] of files.entries()) {
  const name = `${String(i).padStart(5, '0')}${path.extname(file)}`;
  copyFileSync(file, path.join(data, i < trainCount ? 'train' : 'test', name));
  if (i >= leaks) continue;
  const alteration = names[i % names.length];
  const { width, height } = await sharp(file).metadata();
  // Through pixels first: an alteration is of what is seen, not of how it was stored.
  const base = sharp(await sharp(file).removeAlpha().png().toBuffer());
  const extension = format[alteration] ?? 'png';
  const altered = await (
    await alterations[alteration](base, width, height)
  )
    .toFormat(extension === 'jpg' ? 'jpeg' : extension, {
      ...(extension === 'jpg' && { quality: 25 }),
    })
    .toBuffer();
  const copy = `test/planted-${String(i).padStart(5, '0')}.${extension}`;
  writeFileSync(path.join(data, copy), altered);
  planted.set(copy, { original: `train/${name}`, alteration });
}

const started = performance.now();
const { stdout, status, stderr } = spawnSync(
  process.execPath,
  [cli, 'scan', data, '--no-cache', '--format', 'json', ...scanOptions],
  {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  },
);
if (status !== 0) throw new Error(`scan failed: ${stderr}`);
const seconds = (performance.now() - started) / 1000;
const report = JSON.parse(stdout);
const found = new Set();
const falseAlarms = [];
for (const { kind, path: here, related } of report.findings) {
  if (kind !== 'split-leak') continue;
  const pair = [here, related[0].path];
  const copy = pair.find(each => planted.has(each));
  if (copy && planted.get(copy).original === pair.find(each => each !== copy)) found.add(copy);
  else falseAlarms.push([...pair, related[0].distance]);
}
const byAlteration = Object.fromEntries(
  names.map(name => {
    const all = [...planted].filter(([, { alteration }]) => alteration === name);
    return [name, [all.filter(([copy]) => found.has(copy)).length, all.length]];
  }),
);
const result = {
  command: `node bench/scan/leaks.mjs … --leaks ${leaks} --seed ${values.seed}${scanOptions.length ? ` -- ${scanOptions.join(' ')}` : ''}`,
  images: report.images,
  planted: planted.size,
  found: found.size,
  falseAlarms: falseAlarms.length,
  threshold: report.summary.threshold,
  seconds: Number(seconds.toFixed(1)),
  byAlteration,
  falsePairs: falseAlarms.slice(0, 50),
};
console.log(JSON.stringify(result, null, 2));
if (values.out) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
if (!values.work) rmSync(work, { recursive: true, force: true });
