/**
 * Paired folders: the pictograms of fluentui-emoji in two styles, drawn by different rules, some partners exchanged. How well does the check of
 * pairs rank the exchanged ones, how often is the right partner named, and how often does it come out first in a group of twenty?
 *
 *   node bench/checks/pairs.mjs --packages PACKAGES/node_modules [--styles modern,high-contrast] [--wrong 0.1] [--seeds 1,2] [--out FILE.json]
 *
 * PACKAGES: `npm i fluentui-emoji --ignore-scripts` there. Skin tones are left out (they are one drawing). Measures, over all pairs:
 * - average precision of the ranking by doubt;
 * - of the exchanged pictures, the share whose right partner, wherever it went, is what fits better;
 * - in groups of twenty held-back pictures and the twenty second ones that truly belong to them (some under another's name), the share
 *   that the assignment gives its right partner; and the same by names, as the check itself reports it, which cannot know that some names lie.
 *
 * Baseline: the correlation of the grey pictures at 16 × 16 pixels, its sign aside (a drawing may be the other's negative). It runs the check's
 * own learning and judging on one thread (src/engine/checks/pairs), since no report holds how alike all pictures of a group are; near-duplicates
 * of the first style, which are not parted, are those of `twinlint scan --model none`. Needs dist/cli.js (node scripts/build.mjs).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { loadEngine } from '../engine/loadEngine.mjs';
import { averagePrecision, randomOf, shuffle } from './ranking.mjs';

const { values } = parseArgs({
  options: {
    packages: { type: 'string' },
    styles: { type: 'string', default: 'modern,high-contrast' },
    wrong: { type: 'string', default: '0.1' },
    seeds: { type: 'string', default: '1,2' },
    out: { type: 'string' },
  },
});
if (!values.packages) {
  console.error('usage: pairs.mjs --packages NODE_MODULES [--styles A,B] [--wrong SHARE] [--seeds N,N,…] [--out FILE.json]');
  process.exit(2);
}
const engine = await loadEngine([
  'checks/pairs/learnPairs',
  'checks/pairs/judgePairs',
  'runtime/keptRuntime',
  'samplers/epochs',
  'starter/loadStarter',
  'training/images',
]);
const root = fileURLToPath(new URL('../..', import.meta.url));
const SIDE = 64;
const styles = values.styles.split(',');
const icons = path.join(values.packages, 'fluentui-emoji/icons');
const [ofFirst, ofSecond] = styles.map(style => readdirSync(path.join(icons, style)).filter(name => name.endsWith('.svg')));
const names = ofFirst
  .filter(name => ofSecond.includes(name) && !/-(dark|light|medium|medium-dark|medium-light)\.svg$/.test(name))
  .sort();

/** All pictograms of a style: as the check reads pictures, one after the other, and as small grey ones. @param folder for files, if wanted */
async function drawn(style, folder) {
  const bytes = new Uint8Array(names.length * SIDE * SIDE * 3);
  const small = [];
  for (const [i, name] of names.entries()) {
    const picture = sharp(path.join(icons, style, name), { density: 144 })
      .resize(96, 96, { fit: 'contain', background: '#fff' })
      .flatten({ background: '#fff' });
    const png = await picture.png().toBuffer();
    if (folder) writeFileSync(path.join(folder, `${i}.png`), png);
    const read = sharp(png).removeAlpha().toColourspace('srgb').resize(SIDE, SIDE, { fit: 'fill' });
    bytes.set(await read.raw().toBuffer(), i * SIDE * SIDE * 3);
    small.push([...(await sharp(png).greyscale().resize(16, 16).raw().toBuffer())]);
  }
  return { bytes, small };
}

/** A number a picture of a folder, equal for near-duplicates. */
function groupsOf(folder) {
  const cli = path.join(root, 'dist/cli.js');
  const args = [cli, 'scan', folder, '--model', 'none', '--labels', 'none', '--format', 'json'];
  const { stdout, status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(stderr || stdout);
  const { findings } = JSON.parse(stdout);
  const groups = Int32Array.from(names.keys());
  const numberOf = file => Number(path.basename(file, '.png'));
  for (const { kind, path: at, related } of findings) {
    if (kind !== 'near-duplicate' && kind !== 'exact-duplicate') continue;
    for (const { path: other } of related) {
      const [from, to] = [groups[numberOf(other)], groups[numberOf(at)]];
      groups.forEach((group, i) => group === from && (groups[i] = to));
    }
  }
  return groups;
}

/** For each name, whose second picture stands beside its first: some are passed on in a ring. */
function mixed(seed) {
  const moved = shuffle([...names.keys()], randomOf(seed)).slice(0, Math.round(names.length * Number(values.wrong)));
  const given = Int32Array.from(names.keys());
  moved.forEach((at, k) => (given[at] = moved[(k + 1) % moved.length]));
  return given;
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

const { parameters: starter } = await engine.loadStarter(path.join(root, 'media/starter.twinmodel'));
const runtime = new engine.KeptRuntime(await engine.createNodeRuntime(1));
const work = mkdtempSync(path.join(tmpdir(), 'twinlint-pairs-'));
const [first, second] = [await drawn(styles[0], work), await drawn(styles[1])];
const groups = groupsOf(work);
rmSync(work, { recursive: true, force: true });
const shape = [SIDE, SIDE, 3];
const context = { signal: new AbortController().signal, report: () => undefined };
const runs = [];
for (const seed of values.seeds.split(',').map(Number)) {
  const given = mixed(seed);
  const wrong = [...names.keys()].filter(i => given[i] !== i);
  /** Where the second picture that belongs to each first one stands now. */
  const partnerOf = new Int32Array(names.length);
  given.forEach((picture, at) => (partnerOf[picture] = at));
  const material = {
    images: {
      first: new engine.ByteImages(first.bytes, shape),
      second: new engine.SubsetImages(new engine.ByteImages(second.bytes, shape), given),
    },
    groups,
    secondContents: Array.from(given, String),
  };
  const learned = await engine.learnPairs(material, { runtime, starter, seed, seconds: undefined }, context);
  const { judgements, ...judged } = await engine.judgePairs(learned.folds, groups, engine.mixSeed(seed, 0x3ad6e), context);
  const isWrong = i => given[i] !== i;
  const flagged = [...judgements.keys()].filter(i => judgements[i].chance >= engine.LEAST_CHANCE);
  const apart = names.map((_, i) => -Math.abs(correlation(first.small[i], second.small[given[i]])));
  runs.push({
    seed,
    steps: learned.steps,
    seconds: Math.round(learned.elapsedMs / 1000),
    ownBeatsRandom: judged.auc,
    estimatedWrongShare: judged.share,
    flagged: flagged.length,
    flaggedWrong: flagged.filter(isWrong).length,
    averagePrecision: averagePrecision(judgements.map(({ doubt }, i) => [doubt, isWrong(i)])),
    rightPartnerOfWrong: wrong.filter(i => judgements[i].better === partnerOf[i]).length / wrong.length,
    rightFirstOfTwenty: engine.firstOfTwenty(learned.folds, partnerOf, seed),
    namedFirstOfTwenty: judged.firstOfTwenty,
    baseline: { averagePrecision: averagePrecision(apart.map((doubt, i) => [doubt, isWrong(i)])) },
  });
  console.error(JSON.stringify(runs.at(-1)));
}
await runtime.dispose();
const mean = value => runs.reduce((sum, run) => sum + value(run), 0) / runs.length;
const result = {
  command: `node bench/checks/pairs.mjs --packages NODE_MODULES --styles ${values.styles} --wrong ${values.wrong} --seeds ${values.seeds}`,
  pairs: names.length,
  different: new Set(groups).size,
  wrong: Math.round(names.length * Number(values.wrong)),
  averagePrecision: mean(run => run.averagePrecision),
  rightPartnerOfWrong: mean(run => run.rightPartnerOfWrong),
  rightFirstOfTwenty: mean(run => run.rightFirstOfTwenty),
  baseline: { averagePrecision: mean(run => run.baseline.averagePrecision) },
  runs,
};
console.log(JSON.stringify(result, null, 2));
if (values.out) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
