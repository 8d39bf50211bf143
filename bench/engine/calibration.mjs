// How far a trained model's probabilities hold on pictures that it has not seen, and how many false pairs a scan finds where it expected so
// many; all through the product's own training, judging and scanning.
//   node bench/engine/calibration.mjs --fashion DIR --cache DIR [--tiles DIR --truth FILE] [--part classes,pairs,views,scan] [--seconds 5]
//     [--seeds 3] [--threads 1] [--images DIR] [--out FILE.json]
// DIR of --fashion holds the idx files of Fashion-MNIST (gzipped): learned from are training images, judged on test images. --tiles is a
// folder of pictures and altered copies of them, --truth says which: { "file": ["picture", "alteration"] }. --images is where the
// pictures of the reliability go (SVG).
import { createHash } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { load } from '../scan/bundle.mjs';
import { makeGarments } from './garmentFiles.mjs';
import { buildProduct } from './product.mjs';

const { values } = parseArgs({
  options: {
    fashion: { type: 'string' },
    cache: { type: 'string' },
    tiles: { type: 'string' },
    truth: { type: 'string' },
    part: { type: 'string', default: 'classes,pairs,views,scan' },
    seconds: { type: 'string', default: '5' },
    seeds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '1' },
    images: { type: 'string' },
    out: { type: 'string' },
  },
});
if (!values.fashion || !values.cache) {
  console.error('usage: calibration.mjs --fashion DIR --cache DIR … (see the head of this file)');
  process.exit(2);
}
const parts = values.part.split(',');
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const product = await buildProduct();
const { client, training, engineProtocol } = product;
const { plot } = await load(`product-${process.pid}/plot`, { plot: 'src/core/report/reliabilityPlot.ts' });
const work = path.join(values.cache, `calibration-${process.pid}`);
await mkdir(work, { recursive: true });
const engine = new client.EngineClient({
  enginePath: product.enginePath,
  initialize: { cacheDir: path.join(values.cache, 'engine-cache'), threads: Number(values.threads) },
});

const round = value => Number(value.toFixed(4));
const imagesBelow = async folder =>
  (await readdir(folder, { recursive: true })).filter(name => /\.(png|jpe?g|webp)$/i.test(name)).sort();
const imageOf = async (folder, name) => ({
  path: name.split(path.sep).join('/'),
  content: createHash('sha256')
    .update(await readFile(path.join(folder, name)))
    .digest('hex'),
});
let drawn = 0;
const verdictOf = (relation, isSimilar, a, b) => ({
  id: `v${drawn++}`,
  relation,
  verdict: isSimilar ? 'similar' : 'different',
  images: [a, b],
});

/** As many similar as different pairs, drawn at random; `keyOf` says what is alike. */
function drawPairs(images, keyOf, relation, count, seed) {
  let state = seed * 2654435761;
  const below = limit => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const byKey = Map.groupBy ? Map.groupBy(images, keyOf) : groupBy(images, keyOf);
  const groups = [...byKey.values()].filter(({ length }) => length > 1);
  const all = [...byKey.values()];
  const verdicts = new Map();
  const add = (isSimilar, a, b) => {
    const key = [a.content, b.content].sort().join();
    if (a.content !== b.content && !verdicts.has(key)) verdicts.set(key, verdictOf(relation, isSimilar, a, b));
  };
  const pick = list => list[below(list.length)];
  for (let tries = 0; verdicts.size < count && tries < count * 20; tries++) {
    if (tries % 2) {
      const group = pick(groups);
      add(true, pick(group), pick(group));
    } else {
      const one = below(all.length);
      add(false, pick(all[one]), pick(all[(one + 1 + below(all.length - 1)) % all.length]));
    }
  }
  return [...verdicts.values()];
}
function groupBy(list, keyOf) {
  const groups = new Map();
  for (const each of list) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
}

async function trainAndJudge(name, { train, verdicts = [], judge, judgeVerdicts = [], by, more, seed }) {
  const outPath = path.join(work, `${name}-${seed}.twinlint`);
  const params = {
    scan: { ...product.scanOf(train), verdicts },
    limit: { seconds: Number(values.seconds) },
    seed,
    outPath,
    ...more,
  };
  const trained = await engine.request(training.TrainRequest, params);
  const summary = await engine.request(training.EvaluateRequest, {
    path: outPath,
    scan: { ...product.scanOf(judge), verdicts: judgeVerdicts },
    by,
    seed: 7,
  });
  const isOwn = !summary.notes.some(({ message }) => message.startsWith('The model has no calibration'));
  return { trained, summary, outPath, isOwn };
}

async function several(name, title, runOf) {
  const errors = [];
  let own = 0;
  let shown;
  for (const seed of seeds) {
    const run = await trainAndJudge(name, { ...(await runOf(seed)), seed });
    shown ??= run;
    own += Number(run.isOwn);
    if (run.isOwn) errors.push(run.summary.calibrationError);
    console.log(
      name,
      seed,
      'ECE',
      run.summary.calibrationError?.toFixed(4),
      run.isOwn ? '' : '(none of its own)',
      'ROC-AUC',
      run.summary.rocAuc.value.toFixed(4),
    );
  }
  const { summary } = shown;
  if (values.images && shown.isOwn) {
    await writeFile(path.join(values.images, `reliability-${name}.svg`), plot.reliabilityPlot(summary.reliability, title));
  }
  return {
    seconds: Number(values.seconds),
    seeds: seeds.length,
    withProbabilities: own,
    expectedCalibrationError: errors.map(round),
    pairsJudged: summary.pairs,
    rocAuc: round(summary.rocAuc.value),
    reliability: summary.reliability.map(({ predicted, observed, pairs }) => [round(predicted), round(observed.value), pairs]),
  };
}

const report = {
  what: 'probabilities on unseen pictures, expected and found false pairs',
  date: new Date().toISOString(),
  node: process.version,
  cpu: os.cpus()[0]?.model,
};
const learned = path.join(values.cache, 'garments-1000');
const fresh = path.join(values.cache, 'garments-test-1000');
await makeGarments(values.fashion, learned, 1000);
await makeGarments(values.fashion, fresh, 1000, { part: 't10k' });

if (parts.includes('classes')) {
  report.classes = await several('classes', 'Garments by class, unseen images', () => ({
    train: learned,
    judge: fresh,
    by: 'labels',
    more: { learnFrom: ['labels'] },
  }));
}

if (parts.includes('pairs')) {
  const images = await Promise.all((await imagesBelow(learned)).map(name => imageOf(learned, name)));
  report.pairs = {};
  for (const count of [40, 100, 200]) {
    report.pairs[count] = await several(`pairs-${count}`, `Garments, ${count} pairs by a person, unseen images`, seed => ({
      train: learned,
      verdicts: drawPairs(images, image => image.path.split('/')[0], 'kind', count, seed),
      judge: fresh,
      by: 'labels',
      more: { learnFrom: ['pairs'], relation: 'kind' },
    }));
  }
}

const MOST_JUDGED = 60;
/** Most pictures to learn from, without their copies; others and their copies to judge on. */
async function sides() {
  const truth = JSON.parse(await readFile(values.truth, 'utf8'));
  const pictures = [...new Set(Object.values(truth).map(([picture]) => picture))].sort();
  const judged = new Set(pictures.filter((_, i) => i % 4 === 1).slice(0, MOST_JUDGED));
  const folders = { learn: path.join(work, 'learn'), judge: path.join(work, 'judge') };
  await mkdir(folders.learn, { recursive: true });
  await mkdir(folders.judge, { recursive: true });
  for (const [file, [picture, alteration]] of Object.entries(truth)) {
    const isJudged = judged.has(picture);
    if (!isJudged && alteration !== 'orig') continue;
    await link(path.join(values.tiles, file), path.join(isJudged ? folders.judge : folders.learn, file)).catch(() => undefined);
  }
  return { truth, folders };
}

if (values.tiles && values.truth && (parts.includes('views') || parts.includes('scan'))) {
  const { truth, folders } = await sides();
  const pictureOf = name => truth[path.basename(name)][0];
  const images = await Promise.all((await imagesBelow(folders.judge)).map(name => imageOf(folders.judge, name)));
  const judgeVerdicts = drawPairs(images, image => pictureOf(image.path), 'same-picture', 3000, 5);
  const model = { path: undefined };
  report.views = await several('views', 'Photographs and altered copies, unseen ones', () => ({
    train: folders.learn,
    judge: folders.judge,
    judgeVerdicts,
    by: 'pairs',
    more: { learnFrom: ['views'] },
  }));
  if (parts.includes('scan')) {
    model.path = path.join(work, `views-${seeds[0]}.twinlint`);
    report.scans = {};
    for (const [name, file] of [
      ['built in', undefined],
      ['model', model.path],
    ]) {
      const scan = product.scanOf(folders.judge);
      if (file) scan.roots[0] = { ...scan.roots[0], settings: { ...scan.roots[0].settings, model: file } };
      const summary = await engine.request(engineProtocol.ScanRequest, scan);
      const under = [];
      for (let total = Infinity; under.length < total;) {
        const query = { threshold: summary.defaultThreshold, order: 'closest', offset: under.length, limit: 500 };
        const page = await engine.request(engineProtocol.PairsRequest, query);
        under.push(...page.rows);
        total = page.rows.length === 0 ? 0 : page.total;
      }
      const wrong = under.filter(({ a, b }) => pictureOf(a.path) !== pictureOf(b.path));
      report.scans[name] = {
        pictures: summary.images,
        threshold: round(summary.defaultThreshold),
        expectedFalsePairs: round(summary.expectedFalsePairs),
        foundFalsePairs: wrong.length,
        pairs: under.length,
      };
      console.log(name, JSON.stringify(report.scans[name]));
    }
  }
}

await engine.dispose();
await rm(work, { recursive: true, force: true });
await product.remove();
console.log(JSON.stringify(report, null, 2));
if (values.out) {
  // A part alone is written into what is there already.
  const before = JSON.parse(await readFile(values.out, 'utf8').catch(() => '{}'));
  await writeFile(values.out, `${JSON.stringify({ ...before, ...report }, null, 2)}\n`);
}
