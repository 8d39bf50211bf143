/**
 * Patch networks compared, as in Zagoruyko and Komodakis (CVPR 2015), table 1: the share of false pairs that are let through when 95 % of
 * the true ones are (FPR95, smaller is better), on patches cut from photographs by known homographies, under other light. Every
 * second photograph is learned from, the others are judged. Beside the networks: the correlation of the raw pixels (NCC), at three
 * resolutions, and the built-in descriptor's distance.
 *
 *   node bench/checks/patches.mjs --photos FOLDER [--looks 6] [--judged 2000] [--steps 1000] [--seeds 1,2] [--networks siamese,…] [--out FILE.json]
 *
 * FOLDER: see bench/search/photos.mjs.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadEngine } from '../engine/loadEngine.mjs';
import { readPhotos } from '../search/photos.mjs';
import { batchesOf, greyOf, looksOf, pairsOf, SIDE } from './cutPatches.mjs';

const { values } = parseArgs({
  options: {
    photos: { type: 'string' },
    looks: { type: 'string', default: '6' },
    judged: { type: 'string', default: '2000' },
    steps: { type: 'string', default: '1000' },
    batch: { type: 'string', default: '48' },
    seeds: { type: 'string', default: '1,2' },
    threads: { type: 'string', default: '1' },
    networks: { type: 'string' },
    out: { type: 'string' },
  },
});
if (!values.photos) {
  console.error('usage: patches.mjs --photos FOLDER [--looks N] [--steps N] [--seeds 1,2] [--networks A,B] [--out FILE.json]');
  process.exit(2);
}
const engine = await loadEngine(
  [
    'training/fit',
    'pairNetworks/pairLearner',
    'pairNetworks/pairNetworks',
    'descriptor/describe',
    'descriptor/layout',
    'index/vectors',
    'rescore/pairScorer',
    'rescore/distance',
  ],
  ['core/training/names'],
);
const runtime = await engine.createNodeRuntime(Number(values.threads));
const signal = new AbortController().signal;
const photos = (await readPhotos(values.photos)).map(greyOf);
const [learned, judged] = [0, 1].map(side => photos.filter((_, i) => i % 2 === side));

/** @param scores higher = more alike */
function fpr95(scores, similar) {
  const true_ = [...scores].filter((_, k) => similar[k]).sort((a, b) => b - a);
  const bar = true_[Math.ceil(0.95 * true_.length) - 1];
  const others = [...scores].filter((_, k) => !similar[k]);
  return others.filter(score => score >= bar).length / others.length;
}

const sideOf = (pixels, k, size) => pixels.subarray(k * size, (k + 1) * size);

/** Each patch as the means of `shrink` × `shrink` pixels. */
function smaller({ first, second, count, width, height }, shrink) {
  const [columns, size] = [width / shrink, (width * height) / shrink ** 2];
  const means = pixels => {
    const sums = new Float32Array(count * size);
    pixels.forEach((value, i) => {
      const row = Math.floor(i / width);
      sums[Math.floor(row / shrink) * columns + Math.floor((i % width) / shrink)] += value;
    });
    return sums;
  };
  return { first: means(first), second: means(second), count, size };
}

/** Normalized cross-correlation of the raw pixels. */
function correlations({ first, second, count, size }) {
  return Float32Array.from({ length: count }, (_, k) => {
    const [a, b] = [sideOf(first, k, size), sideOf(second, k, size)];
    const mean = list => list.reduce((x, y) => x + y, 0) / size;
    const [meanA, meanB] = [mean(a), mean(b)];
    let [ab, aa, bb] = [0, 0, 0];
    for (let i = 0; i < size; i++) {
      const [x, y] = [a[i] - meanA, b[i] - meanB];
      [ab, aa, bb] = [ab + x * y, aa + x * x, bb + y * y];
    }
    return ab / Math.sqrt(aa * bb + 1e-12);
  });
}

/** The scan's own measure: the distance of an alignment, and where there is none the similarity of the whole pictures. */
function descriptorScores({ first, second, count, size, width, height }) {
  const describer = new engine.Describer();
  const side = engine.RASTER_SPEC.side;
  const signatureOf = pixels => {
    const data = new Uint8Array(side * side * 3);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const value = Math.round(255 * pixels[Math.floor((y * height) / side) * width + Math.floor((x * width) / side)]);
        data.fill(value, (y * side + x) * 3, (y * side + x) * 3 + 3);
      }
    }
    return describer.describe({ width: side, height: side, data }, { width, height });
  };
  return Float32Array.from({ length: count }, (_, k) => {
    const signatures = [first, second].map(pixels => signatureOf(sideOf(pixels, k, size)));
    const evidence = new engine.PairComparer(row => signatures[row]).compare(0, 1, 0);
    const [a, b] = signatures.map(signature => engine.vectorsOf(signature));
    const cosine = engine.cosineOfSimilarity(Math.max(0, engine.similarity(new Float32Array(a), new Float32Array(b))));
    return -Math.min(evidence ? engine.distanceOf(evidence) : 1, 1 - 0.25 * cosine);
  });
}

async function train(name, looks, seed) {
  const network = engine.createPairNetwork(name, [SIDE, SIDE, 1]);
  const batch = Number(values.batch);
  const next = batchesOf(looks, batch, seed * 977 + 5);
  const [startedMs, cpu] = [performance.now(), process.cpuUsage()];
  const { weights } = await engine.fit({
    learner: engine.pairLearner(network, batch),
    optimizer: engine.OPTIMIZERS.adam(),
    runtime,
    initial: engine.initialParameters(network, new engine.SeededRandom(seed)),
    schedule: engine.cosineSchedule({ peak: 2e-3 }),
    limit: { steps: Number(values.steps) },
    batch: next,
    signal,
    onProgress: () => undefined,
  });
  const { user, system } = process.cpuUsage(cpu);
  return { weights, seconds: (performance.now() - startedMs) / 1000, cpuSeconds: (user + system) / 1e6 };
}

const judge = (name, weights, pairs) =>
  engine.judgePairs({
    network: engine.createPairNetwork(name, [pairs.height, pairs.width, 1]),
    weights,
    load: program => runtime.load(program),
    count: pairs.count,
    read: (k, first, second, offset) => {
      first.set(sideOf(pairs.first, k, pairs.size), offset);
      second.set(sideOf(pairs.second, k, pairs.size), offset);
    },
    signal,
  });

const names = values.networks?.split(',') ?? engine.pairNetworkNames;
const results = {};
const note = (name, what) => {
  (results[name] ??= []).push(what);
  console.error(name, JSON.stringify(what));
};
for (const seed of values.seeds.split(',').map(Number)) {
  const looks = looksOf(learned, seed, { looks: Number(values.looks) });
  const test = pairsOf(judged, Number(values.judged), seed + 1000);
  const wide = pairsOf(judged, Number(values.judged), seed + 2000, { width: 96, height: 48 });
  for (const [name, scoresOf] of [
    ['NCC', correlations],
    ['NCC, 4 × 4 pixels as one', pairs => correlations(smaller(pairs, 4))],
    ['NCC, 8 × 8 pixels as one', pairs => correlations(smaller(pairs, 8))],
    ['built-in descriptor', descriptorScores],
  ]) {
    note(name, { seed, fpr95: fpr95(scoresOf(test), test.similar), wide: fpr95(scoresOf(wide), wide.similar) });
  }
  for (const name of names) {
    const { weights, ...times } = await train(name, looks, seed);
    const found = { seed, ...times, fpr95: fpr95(await judge(name, weights, test), test.similar) };
    if (engine.isAnySize(name)) found.wide = fpr95(await judge(name, weights, wide), wide.similar);
    note(name, found);
  }
}
const mean = list => list.reduce((a, b) => a + b, 0) / list.length;
const shown = list => `${(100 * mean(list)).toFixed(1)} % (${list.map(x => (100 * x).toFixed(1)).join(', ')})`;
console.log(
  `${learned.length} photographs learned from, ${judged.length} judged; ${values.looks} looks at each place, ${values.judged} pairs judged, ${values.steps} steps of ${values.batch}\n`,
);
console.log(
  '| network | FPR95, 64 × 64 | FPR95, 96 × 48 as they are | seconds of one processor to train |\n| --- | ---: | ---: | ---: |',
);
for (const [name, list] of Object.entries(results)) {
  const wide = list[0].wide === undefined ? '–' : shown(list.map(each => each.wide));
  const seconds = list[0].cpuSeconds === undefined ? '–' : mean(list.map(each => each.cpuSeconds)).toFixed(0);
  console.log(`| ${name} | ${shown(list.map(each => each.fpr95))} | ${wide} | ${seconds} |`);
}
if (values.out) writeFileSync(values.out, `${JSON.stringify(results, undefined, 1)}\n`);
