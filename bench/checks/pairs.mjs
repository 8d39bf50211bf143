/**
 * Paired folders: the pictograms of fluentui-emoji in two styles, drawn by different rules, some partners exchanged. How well does
 * `twinlint check pairs` rank the exchanged ones, and how often is the right partner named?
 *
 *   node bench/checks/pairs.mjs --packages PACKAGES/node_modules [--styles modern,high-contrast] [--wrong 0.1] [--seed 1] [--out FILE.json]
 *     [-- options of check pairs]
 *
 * PACKAGES: `npm i fluentui-emoji --ignore-scripts` there. Skin tones are left out (they are one drawing). Baseline: the correlation of the
 * grey pictures at 16 × 16 pixels, its sign aside (a drawing may be the other's negative). Needs dist/cli.js (node scripts/build.mjs).
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { averagePrecision, randomOf, shuffle, splitArguments } from './ranking.mjs';

const [own, checkOptions] = splitArguments();
const { values } = parseArgs({
  args: own,
  options: {
    packages: { type: 'string' },
    styles: { type: 'string', default: 'modern,high-contrast' },
    wrong: { type: 'string', default: '0.1' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
});
if (!values.packages) {
  console.error(
    'usage: pairs.mjs --packages NODE_MODULES [--styles A,B] [--wrong SHARE] [--seed N] [--out FILE.json] [-- options of check]',
  );
  process.exit(2);
}
const styles = values.styles.split(',');
const icons = path.join(values.packages, 'fluentui-emoji/icons');
const namesOf = style => new Set(readdirSync(path.join(icons, style)).filter(name => name.endsWith('.svg')));
const [first, second] = styles.map(namesOf);
const names = [...first]
  .filter(name => second.has(name) && !/-(dark|light|medium|medium-dark|medium-light)\.svg$/.test(name))
  .sort();

const random = randomOf(Number(values.seed));
const moved = shuffle([...names.keys()], random).slice(0, Math.round(names.length * Number(values.wrong)));
/** For each name, whose second picture stands beside its first. */
const partner = [...names.keys()];
moved.forEach((at, k) => (partner[at] = moved[(k + 1) % moved.length]));

const work = mkdtempSync(path.join(tmpdir(), 'twinlint-pairs-'));
const draw = (style, name) =>
  sharp(path.join(icons, style, name), { density: 144 })
    .resize(96, 96, { fit: 'contain', background: '#fff' })
    .flatten({ background: '#fff' });
const small = [[], []];
try {
  for (const side of ['a', 'b']) mkdirSync(path.join(work, side));
  for (const [i, name] of names.entries()) {
    const base = String(i).padStart(5, '0');
    const pictures = [draw(styles[0], name), draw(styles[1], names[partner[i]])];
    for (const [k, picture] of pictures.entries()) {
      const png = await picture.png().toBuffer();
      writeFileSync(path.join(work, 'ab'[k], `${base}.png`), png);
      small[k].push([...(await sharp(png).greyscale().resize(16, 16).raw().toBuffer())]);
    }
  }
  const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
  const args = [cli, 'check', 'pairs', work, '--folders', 'a,b', '--format', 'json', '--seed', values.seed, ...checkOptions];
  const { stdout, status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(stderr || stdout);
  const report = JSON.parse(stdout);
  const numberOf = file => Number(path.basename(file, '.png'));
  const isWrong = i => partner[i] !== i;
  const scores = new Map(
    report.findings.filter(({ kind }) => kind === 'pair-mismatch').map(({ path: at, score }) => [numberOf(at), score]),
  );
  const named = report.findings.filter(({ kind, path: at }) => kind === 'pair-mismatch' && isWrong(numberOf(at)));
  const right = named.filter(({ path: at, related }) => related[1] && partner[numberOf(related[1].path)] === numberOf(at)).length;
  const correlations = names.map((_, i) => Math.abs(correlation(small[0][i], small[1][i])));
  const result = {
    command: `node bench/checks/pairs.mjs --styles ${values.styles} --wrong ${values.wrong} --seed ${values.seed}${checkOptions.length ? ` -- ${checkOptions.join(' ')}` : ''}`,
    pairs: names.length,
    wrong: moved.length,
    trained: report.trained,
    figures: report.figures,
    flagged: scores.size,
    flaggedWrong: named.length,
    averagePrecision: averagePrecision(names.map((_, i) => [scores.get(i) ?? 0, isWrong(i)])),
    rightPartnerOfWrong: right / moved.length,
    baseline: { averagePrecision: averagePrecision(names.map((_, i) => [-correlations[i], isWrong(i)])) },
  };
  console.log(JSON.stringify(result, null, 2));
  if (values.out) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function correlation(a, b) {
  const mean = x => x.reduce((sum, value) => sum + value, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    ab += (value - ma) * (b[i] - mb);
    aa += (value - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  });
  return ab / Math.sqrt(aa * bb + 1e-9);
}
