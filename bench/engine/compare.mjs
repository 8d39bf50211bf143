// One training step of the chapter's network on the same batch, and embedding, beside TensorFlow.js's own backends and (if given) a
// graph written by hand.
//   node bench/engine/compare.mjs [--images 96] [--threads 1,2] [--rounds 7] [--cpu] [--hand MODULE.mjs] [--out FILE.json]
// tfjs wasm has no filter gradient; here it gets one (a convolution of the transposed tensors), or it could not train at all. "tuned" also
// replaces its two other slow kernels. It has one thread in Node. tfjs cpu is timed on one step of the same batch (a minute). MODULE.mjs
// exports build({net: 'seed', N, train}) → ONNX bytes, opt 'adam'. Contestants take turns, a few steps each, so that whatever else
// happens on the machine meets all of them.
import { createRequire } from 'node:module';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { loadEngine } from './loadEngine.mjs';
import { handWrittenStep } from './handWritten.mjs';
import { machine, measured, median } from './measure.mjs';
import { useWasm } from './wasmKernels.mjs';

const { values: options } = parseArgs({
  options: {
    images: { type: 'string', default: '96' },
    threads: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '7' },
    cpu: { type: 'boolean', default: false },
    hand: { type: 'string' },
    out: { type: 'string' },
  },
});
const require = createRequire(import.meta.url);
const engine = await loadEngine(['runtime/webRuntime']);
const images = Number(options.images);
const rounds = Number(options.rounds);
const threadCounts = options.threads.split(',').map(Number);
const objective = {
  network: engine.createNetwork('chapter'),
  distance: engine.DISTANCES.euclidean,
  loss: engine.contrastive(1),
  miner: engine.allPairs,
  optimizer: engine.adam({ beta2: 0.99 }),
};
const random = new engine.SeededRandom(1);
const state = engine.initialParameters(objective.network, random);

/** All pairs of a batch of six classes count, similar and different ones ½ together. */
function pairWeights(count) {
  const [similar, different] = [true, false].map(kind => {
    const weights = Float32Array.from({ length: count * count }, (_, k) => {
      const [i, j] = [Math.floor(k / count), k % count];
      return i < j && (i % 6 === j % 6) === kind ? 1 : 0;
    });
    const sum = weights.reduce((a, b) => a + b);
    return weights.map(w => (0.5 * w) / sum);
  });
  return { similar, different };
}
const inputs = {
  images: Float32Array.from({ length: images * 784 }, () => random.next()),
  ...pairWeights(images),
  ...engine.scalarInputs(objective.optimizer, 1, 1e-3),
};

/** @param batch steps a turn */
const contestants = [];
async function add(name, threads, batch, step, before = () => {}) {
  await before();
  await step();
  contestants.push({ name, threads, batch, step, before, times: [], cpu: [] });
}
async function stepOn(runtime) {
  const executable = await runtime.load(engine.trainProgram(objective, images));
  executable.setState(state);
  return () => executable.run(inputs);
}
for (const threads of threadCounts) {
  await add('compiled, onnxruntime-node', threads, 10, await stepOn(await engine.createNodeRuntime(threads)));
  if (options.hand) {
    const module = await import(pathToFileURL(path.resolve(options.hand)).href);
    const step = await handWrittenStep(module, { images, threads, pixels: inputs.images, ...pairWeights(images) });
    await add('graph written by hand, onnxruntime-node', threads, 10, step);
  }
}
// onnxruntime-web has one number of threads for the whole process, fixed by its first session.
const webThreads = Math.max(...threadCounts.filter(t => t === 1 || threadCounts.length === 1));
await add('compiled, onnxruntime-web', webThreads, 4, await stepOn(await engine.createWebRuntime(webThreads)));
for (const tuned of [false, true]) {
  const before = () => useWasm(engine.tensorflow, require, tuned);
  await before();
  const name = tuned ? 'TensorFlow.js wasm, tuned' : 'TensorFlow.js wasm, filter gradient patched in';
  await add(name, 1, 2, await stepOn(new engine.EagerRuntime('tfjs-cpu', 'wasm', 1)), before);
}

for (let round = 0; round < rounds; round++) {
  for (const contestant of contestants) {
    await contestant.before();
    // The first step of a turn finds other contestants' data in the caches.
    await contestant.step();
    for (let i = 0; i < contestant.batch; i++) await measured(contestant, contestant.step);
  }
  console.error(`round ${round + 1} of ${rounds}`);
}
if (options.cpu) {
  require('@tensorflow/tfjs-backend-cpu');
  const contestant = { name: 'TensorFlow.js cpu', threads: 1, times: [], cpu: [] };
  await measured(contestant, await stepOn(new engine.EagerRuntime('tfjs-cpu', 'cpu', 1)));
  contestants.push(contestant);
}

const rows = contestants.map(({ name, threads, times, cpu }) => ({
  name,
  threads,
  steps: times.length,
  stepMs: +median(times).toFixed(2),
  fastestMs: +Math.min(...times).toFixed(2),
  cpuMs: +median(cpu).toFixed(2),
}));
console.table(rows);
const row = (name, threads = 1) => rows.find(r => r.name.includes(name) && r.threads === threads);
const of = (name, threads = 1) => row(name, threads)?.stepMs ?? NaN;
const cpuOf = name => row(name)?.cpuMs ?? NaN;
const ratio = (a, b) => +(a / b).toFixed(2);
const ratios = {
  ...Object.fromEntries(
    threadCounts.map(t => [`wasm ÷ compiled, ${t} threads`, ratio(of('patched'), of('onnxruntime-node', t))]),
  ),
  ...Object.fromEntries(
    threadCounts.map(t => [`tuned wasm ÷ compiled, ${t} threads`, ratio(of('tuned'), of('onnxruntime-node', t))]),
  ),
  'wasm ÷ compiled, onnxruntime-web': ratio(of('patched'), of('onnxruntime-web', webThreads)),
  'tuned wasm ÷ compiled, onnxruntime-web': ratio(of('tuned'), of('onnxruntime-web', webThreads)),
  ...(options.cpu && { 'tfjs cpu ÷ compiled, 1 thread': ratio(of('js cpu'), of('onnxruntime-node')) }),
  ...(options.hand &&
    Object.fromEntries(
      threadCounts.map(t => [`compiled ÷ by hand, ${t} threads`, ratio(of('onnxruntime-node', t), of('hand', t))]),
    )),
};
// What compares on a machine that does other things too.
const cpuRatios = {
  'wasm ÷ compiled': ratio(cpuOf('patched'), cpuOf('onnxruntime-node')),
  'tuned wasm ÷ compiled': ratio(cpuOf('tuned'), cpuOf('onnxruntime-node')),
  'wasm ÷ compiled, onnxruntime-web': ratio(cpuOf('patched'), cpuOf('onnxruntime-web')),
  ...(options.hand && { 'compiled ÷ by hand': ratio(cpuOf('onnxruntime-node'), cpuOf('hand')) }),
};
console.log(ratios, 'CPU time, one thread:', cpuRatios);
if (options.out) {
  await writeFile(options.out, JSON.stringify({ machine: machine(), images, rounds, rows, ratios, cpuRatios }, null, 2) + '\n');
}
process.exit(0);
