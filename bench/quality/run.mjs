// What share of pictures each finding about quality names: of a folder as it is, and of copies altered by a known amount.
//   node bench/quality/run.mjs DIR [--count 300] [--out FILE.json]
// Needs dist/cli.js (node scripts/build.mjs). Writes a table to stdout.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string', default: '300' }, out: { type: 'string' } },
});
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const kinds = ['blurry', 'too-dark', 'too-bright', 'low-information', 'odd-aspect-ratio'];

const blur =
  share =>
  (picture, { width, height }) =>
    picture.blur(Math.max(0.3, (share / 100) * Math.min(width, height)));
const alterations = {
  'as it is': picture => picture,
  'blur of σ = 0.5 % of the shorter side': blur(0.5),
  'blur of 1 %': blur(1),
  'blur of 2 %': blur(2),
  'blur of 4 %': blur(4),
  'noise of σ = 20': async (picture, { width, height }) =>
    picture.composite([
      {
        input: await sharp({
          create: { width, height, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 128, sigma: 20 } },
        })
          .png()
          .toBuffer(),
        blend: 'soft-light',
      },
    ]),
  'brightness × 0.5': picture => picture.linear(0.5, 0),
  'brightness × 0.25': picture => picture.linear(0.25, 0),
  'brightness × 0.125': picture => picture.linear(0.125, 0),
  'three quarters of the way to white': picture => picture.linear(0.25, 191),
  '19 of 20 parts of the way to white': picture => picture.linear(0.05, 242),
  'a strip: the middle third': (picture, { width, height }) =>
    picture.extract({ left: 0, top: Math.floor(height / 3), width, height: Math.ceil(height / 3) }),
};

const [folder] = positionals;
if (!folder) {
  console.error('usage: run.mjs DIR [--count N] [--out FILE.json]');
  process.exit(2);
}
const all = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => /\.(png|jpe?g|webp)$/i.test(name));
const step = Math.max(1, Math.ceil(all.length / Number(values.count)));
const chosen = all.sort().filter((_, i) => i % step === 0);
const work = mkdtempSync(path.join(os.tmpdir(), 'twinlint-quality-'));
const table = {};
try {
  for (const [name, alter] of Object.entries(alterations)) {
    const set = path.join(work, String(Object.keys(table).length));
    mkdirSync(set);
    for (const [i, file] of chosen.entries()) {
      const flat = await sharp(readFileSync(path.join(folder, file)))
        .flatten({ background: '#fff' })
        .removeAlpha()
        .toColourspace('srgb')
        .png()
        .toBuffer();
      const altered = await alter(sharp(flat), await sharp(flat).metadata());
      writeFileSync(path.join(set, `${i}.png`), await altered.png().toBuffer());
    }
    const severities = kinds.flatMap(kind => ['--severity', `${kind}=information`]);
    const args = [cli, 'scan', set, '--labels', 'none', '--no-cache', '--format', 'json', '--threads', '1', ...severities];
    const { summary } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e9 }));
    table[name] = Object.fromEntries(kinds.map(kind => [kind, summary.counts[kind] / chosen.length]));
    rmSync(set, { recursive: true });
    console.log(`${name.padEnd(40)} ${kinds.map(kind => `${kind} ${(100 * table[name][kind]).toFixed(1)} %`).join('  ')}`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (values.out) {
  writeFileSync(
    values.out,
    `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), pictures: chosen.length, table }, null, 2)}\n`,
  );
}
