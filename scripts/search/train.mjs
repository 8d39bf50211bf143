// Trains the encoder of the crop search on the scenes that makeScenes.mjs drew, with the product's own engine:
//   node scripts/search/train.mjs --scenes FILE --out FILE [--loss logistic|triplet] [--steps 2500] [--batch 16] [--seed 1] [--threads 1]
// The same seed, scenes, steps and one thread give the same weights.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { loadSources } from '../starter/bundle.mjs';
import { createRandom } from '../starter/random.mjs';
import { cover, cutPatch, recolour, SCENE_SIDE } from './patches.mjs';

const option = fallback => ({ type: /** @type {const} */ ('string'), default: fallback });
const { values } = parseArgs({
  options: {
    scenes: { type: 'string' },
    out: { type: 'string' },
    loss: option('logistic'),
    steps: option('2500'),
    seconds: { type: 'string' },
    batch: option('16'),
    rate: option('0.003'),
    seed: option('1'),
    threads: option('1'),
  },
});
if (!values.scenes || !values.out) {
  console.error(
    'usage: train.mjs --scenes FILE --out FILE [--loss logistic|triplet] [--steps N] [--batch N] [--seed N] [--threads N]',
  );
  process.exit(2);
}
const engine = await loadSources([
  'engine/model/initialize',
  'engine/optimizers/adam',
  'engine/optimizers/schedule',
  'engine/runtime/nodeRuntime',
  'engine/samplers/random',
  'engine/search/cropEncoder',
  'engine/search/cropLearner',
  'engine/search/cropModel',
  'engine/training/fit',
]);
const [batch, steps, seed] = [values.batch, values.steps, values.seed].map(Number);
const [CROP, WINDOW] = [64, 112];
const sceneBytes = SCENE_SIDE * SCENE_SIDE * 3;
const handle = fs.openSync(values.scenes);
const count = Math.floor(fs.fstatSync(handle).size / (2 * sceneBytes));
const options = { loss: values.loss, batch, cropSide: CROP, windowSide: WINDOW };
const places = engine.placesOf(options);
const learner = engine.cropLearner(options);

const scene = new Uint8Array(sceneBytes);
const read = (index, isAltered) => fs.readSync(handle, scene, 0, sceneBytes, (2 * index + Number(isAltered)) * sceneBytes);
/** Places at most so many cells from the true one are neither hits nor misses. */
const AROUND = 2.5;

/** Crops and windows of different scenes; `hits` are the four places around the true one. */
function makeBatch(step) {
  const random = createRandom(seed * 1_000_003 + step * 9_176_117);
  const crops = new Float32Array(batch * CROP * CROP * 3);
  const windows = new Float32Array(batch * WINDOW * WINDOW * 3);
  const total = batch * places * places;
  const hits = new Float32Array(batch * engine.HITS * total);
  const misses = new Float32Array(batch * total);
  const used = new Set();
  for (let i = 0; i < batch; i++) {
    let index;
    do index = random.integer(0, count - 1);
    while (used.has(index));
    used.add(index);
    const zoom = random.between(0.6, 1.5);
    const reach = (CROP / 2) * zoom;
    const place = () => random.between(reach, SCENE_SIDE - reach);
    const [x, y] = [place(), place()];
    const turn = random.chance(0.7) ? random.between(-0.12, 0.12) : 0;
    read(index, random.chance(0.3));
    const ownZoom = zoom * 2 ** random.between(-0.2, 0.2);
    const cropAt = i * CROP * CROP * 3;
    cutPatch(scene, { x, y, zoom: ownZoom, stretch: random.between(0.94, 1.06), turn }, CROP, crops, cropAt);
    if (random.chance(0.5)) recolour(crops, cropAt, CROP * CROP * 3, random);
    // Where the crop's middle lies off the window's, in pixels of the patch.
    const slack = (WINDOW - CROP) / 2;
    const [dx, dy] = [random.between(-slack, slack), random.between(-slack, slack)];
    read(index, random.chance(0.7));
    const windowAt = i * WINDOW * WINDOW * 3;
    cutPatch(scene, { x: x - dx * zoom, y: y - dy * zoom, zoom, stretch: 1, turn: 0 }, WINDOW, windows, windowAt);
    recolour(windows, windowAt, WINDOW * WINDOW * 3, random);
    if (random.chance(0.35)) {
      const size = () => CROP * random.between(0.15, 0.5);
      const corner = middle => WINDOW / 2 + middle + random.between(-CROP / 2, CROP / 4);
      cover(windows, windowAt, WINDOW, { x: corner(dx), y: corner(dy), width: size(), height: size() }, random);
    }
    mark(i, (dx + slack) / engine.STRIDE, (dy + slack) / engine.STRIDE, hits, misses);
  }
  return { crops, windows, hits, misses };
}

function mark(i, column, row, hits, misses) {
  const total = batch * places * places;
  const own = i * places * places;
  const limit = places - 1;
  [0, 1, 2, 3].forEach(corner => {
    const x = Math.max(0, Math.min(limit, Math.floor(column) + (corner & 1)));
    const y = Math.max(0, Math.min(limit, Math.floor(row) + (corner >> 1)));
    hits[(i * engine.HITS + corner) * total + own + y * places + x] = 1;
  });
  const otherMisses = total - places * places;
  let ownMisses = 0;
  const isMiss = at => Math.hypot((at % places) - column, Math.floor(at / places) - row) > AROUND;
  for (let at = 0; at < places * places; at++) if (isMiss(at)) ownMisses++;
  for (let at = 0; at < total; at++) {
    const within = at - own;
    if (within < 0 || within >= places * places) misses[i * total + at] = 0.5 / otherMisses;
    else if (isMiss(within)) misses[i * total + at] = 0.5 / ownMisses;
  }
}

const started = performance.now();
let reported = 0;
const recent = [];
const fitted = await engine.fit({
  learner,
  optimizer: engine.adam({ beta2: 0.99 }),
  runtime: await engine.createNodeRuntime(Number(values.threads)),
  initial: engine.initialParameters(learner, new engine.SeededRandom(seed)),
  batch: makeBatch,
  schedule: engine.cosineSchedule({ peak: Number(values.rate), warmupSteps: 50 }),
  limit: values.seconds ? { seconds: Number(values.seconds) } : { steps },
  signal: new AbortController().signal,
  onProgress: ({ step, loss }) => {
    recent.push(loss);
    if (step < reported) return;
    reported = step + 50;
    const mean = recent.splice(0).reduce((sum, each, _, all) => sum + each / all.length, 0);
    console.log(`step ${step}  ${Math.round((performance.now() - started) / 1000)} s  loss ${mean.toFixed(4)}`);
  },
});
const loss = fitted.curve.at(-1)?.loss ?? NaN;
const log = `${values.loss} loss, ${count} generated scenes, ${fitted.steps} steps of ${batch}, seed ${seed}: ${loss.toFixed(4)}`;
await engine.saveCropModel(values.out, { parameters: engine.encoderOnly(fitted.weights), log });
console.log(`done: ${log}, ${Math.round((performance.now() - started) / 1000)} s`);
process.exit(0);
