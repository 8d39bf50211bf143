// Images embedded a second: compiled (with weights that may change, as while training, and fixed ones, as a model's) beside TensorFlow.js's wasm backend, the same networks, weights and batches, taking turns.
//   node bench/engine/embedding.mjs [--threads 1,2] [--rounds 7] [--out FILE.json]
import { createRequire } from 'node:module';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadEngine } from './loadEngine.mjs';
import { machine, measured, median } from './measure.mjs';
import { useWasm } from './wasmKernels.mjs';

const { values: options } = parseArgs({
  options: {
    threads: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '7' },
    out: { type: 'string' },
  },
});
const require = createRequire(import.meta.url);
const engine = await loadEngine(['runtime/webRuntime', 'training/embed', 'training/images']);
const rounds = Number(options.rounds);
const threadCounts = options.threads.split(',').map(Number);
const random = new engine.SeededRandom(1);

const SETS = [
  { network: 'chapter', input: [28, 28, 1], count: 764 },
  { network: 'deep', input: [28, 28, 1], count: 764 },
  { network: 'photo', input: [96, 96, 3], count: 40 },
];
const before = () => useWasm(engine.tensorflow, require, false);
await before();
const runtimes = [
  ...(await Promise.all(
    threadCounts.map(async threads => ({ name: 'compiled, onnxruntime-node', runtime: await engine.createNodeRuntime(threads) })),
  )),
  { name: 'compiled, onnxruntime-web', runtime: await engine.createWebRuntime(1) },
  { name: 'TensorFlow.js wasm', runtime: new engine.EagerRuntime('tfjs-cpu', 'wasm', 1) },
];

const rows = [];
for (const { network: name, input, count } of SETS) {
  const network = engine.createNetwork(name, input);
  const bytes = Uint8Array.from({ length: count * input.reduce((a, b) => a * b) }, () => random.integer(256));
  const images = new engine.ByteImages(bytes, input);
  const parameters = engine.initialParameters(network, random);
  const contestants = [];
  for (const { name: runtimeName, runtime } of runtimes) {
    for (const isFrozen of runtimeName.startsWith('compiled') ? [true, false] : [false]) {
      await before();
      const program = isFrozen ? engine.frozenEncoderProgram(network, parameters) : engine.encoderProgram(network);
      const encoder = await runtime.load(program);
      if (!isFrozen) encoder.setState(parameters);
      const run = () => engine.embedAll(encoder, network, images);
      const label = isFrozen ? `${runtimeName}, weights fixed` : runtimeName;
      contestants.push({ name: label, threads: runtime.threads, run, first: await run(), times: [], cpu: [] });
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) {
      await contestant.run();
      for (let i = 0; i < 2; i++) await measured(contestant, contestant.run);
    }
  }
  const wasm = contestants.at(-1);
  for (const { name: runtimeName, threads, times, cpu, first } of contestants) {
    const difference = first.reduce((worst, v, i) => Math.max(worst, Math.abs(v - contestants[0].first[i])), 0);
    rows.push({
      network: name,
      images: input.join('×'),
      runtime: runtimeName,
      threads,
      imagesPerSecond: Math.round((1000 * count) / median(times)),
      cpuMsPerImage: +(median(cpu) / count).toFixed(3),
      timesWasm: +(median(wasm.times) / median(times)).toFixed(2),
      timesWasmCpu: +(median(wasm.cpu) / median(cpu)).toFixed(2),
      largestDifference: +difference.toPrecision(2),
    });
  }
}
console.table(rows);
if (options.out) await writeFile(options.out, JSON.stringify({ machine: machine(), rounds, rows }, null, 2) + '\n');
process.exit(0);
