// One training step of the chapter's network on the same batch: compiled (native and WebAssembly) beside TensorFlow.js's own backends.
//   node bench/engine/compare.mjs [--images 96] [--threads 1,2] [--repeat 7]
// tfjs wasm has no filter gradient; here it gets one (a convolution of the transposed tensors), or it could not train at all. tfjs cpu is
// timed on eight images and scaled.
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadEngine } from './loadEngine.mjs';

const { values: options } = parseArgs({
  options: {
    images: { type: 'string', default: '96' },
    threads: { type: 'string', default: '1,2' },
    repeat: { type: 'string', default: '7' },
    cpu: { type: 'boolean', default: false },
  },
});
const engine = await loadEngine(['runtime/webRuntime']);
const tf = engine.tensorflow;
const images = Number(options.images);
const network = engine.createNetwork('chapter');
const objective = {
  network,
  distance: engine.DISTANCES.euclidean,
  loss: engine.contrastive(1),
  miner: engine.allPairs,
  optimizer: engine.adam({ beta2: 0.99 }),
};
const random = new engine.SeededRandom(1);
const state = engine.initialParameters(network, random);
const encoder = engine.encoderProgram(network);

function inputsFor(count) {
  const pixels = Float32Array.from({ length: count * 784 }, () => random.next());
  const weights = kind =>
    Float32Array.from({ length: count * count }, (_, k) => {
      const [i, j] = [Math.floor(k / count), k % count];
      return i < j && (i % 6 === j % 6) === kind ? 1 / (count * count) : 0;
    });
  return {
    images: pixels,
    similar: weights(true),
    different: weights(false),
    ...engine.scalarInputs(objective.optimizer, 1, 1e-3),
  };
}

const median = list => list.sort((a, b) => a - b)[list.length >> 1];
async function time(runtime, count, repeat) {
  const inputs = inputsFor(count);
  const measure = async (program, feeds) => {
    const executable = await runtime.load(program);
    executable.setState(state);
    await executable.run(feeds);
    const times = [];
    const before = process.cpuUsage();
    for (let i = 0; i < repeat; i++) {
      const start = performance.now();
      await executable.run(feeds);
      times.push(performance.now() - start);
    }
    const cpu = process.cpuUsage(before);
    await executable.dispose();
    return { wall: median(times), cpu: (cpu.user + cpu.system) / 1000 / repeat };
  };
  const step = await measure(engine.trainProgram(objective, count), inputs);
  const forward = await measure(encoder, { images: inputs.images });
  return { step, forward };
}

const rows = [];
const add = async (name, threads, make, count = images, repeat = Number(options.repeat)) => {
  const { step, forward } = await time(await make(), count, repeat);
  const scaled = ms => +((ms * images) / count).toFixed(1);
  // CPU time is what compares on a busy machine; at one thread it is about the wall time of an idle one.
  rows.push({
    name,
    threads,
    stepMs: scaled(step.wall),
    stepCpuMs: scaled(step.cpu),
    embedMs: scaled(forward.wall),
    embedCpuMs: scaled(forward.cpu),
  });
  console.error(JSON.stringify(rows.at(-1)));
};
for (const threads of options.threads.split(',').map(Number)) {
  await add('compiled, onnxruntime-node', threads, () => engine.createNodeRuntime(threads));
}
await add('compiled, onnxruntime-web', 1, () => engine.createWebRuntime(1));

// tfjs wasm is loaded from its own package; engine and kernels are shared through TensorFlow.js's global registry.
const require = createRequire(import.meta.url);
const wasm = require('@tensorflow/tfjs-backend-wasm');
wasm.setWasmPaths(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + '/');
await tf.setBackend('wasm');
await tf.ready();
const tensor = info => tf.engine().makeTensorFromTensorInfo(info);
tf.registerKernel({
  kernelName: 'Conv2DBackpropFilter',
  backendName: 'wasm',
  kernelFunc: ({ inputs }) =>
    tf.engine().tidy(() => {
      const x = tf.transpose(tensor(inputs.x), [3, 1, 2, 0]);
      const dy = tf.transpose(tensor(inputs.dy), [1, 2, 0, 3]);
      return tf.transpose(tf.conv2d(x, dy, 1, 'valid'), [1, 2, 0, 3]);
    }),
});
await add(
  `tfjs wasm, ${wasm.getThreadsCount?.() ?? 1} threads, patched`,
  1,
  () => new engine.EagerRuntime('tfjs-cpu', 'wasm', 1),
  images,
  5,
);
if (options.cpu) {
  require('@tensorflow/tfjs-backend-cpu');
  await add('tfjs cpu', 1, () => new engine.EagerRuntime('tfjs-cpu', 'cpu', 1), 8, 1);
}
console.table(rows);
process.exit(0);
