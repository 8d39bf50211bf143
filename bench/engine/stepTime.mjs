// Time of one training step of the chapter's network: node bench/engine/stepTime.mjs [--images 96] [--threads 1] [--seconds 4] [--profile]
import { parseArgs } from 'node:util';
import { loadEngine } from './loadEngine.mjs';

const { values: options } = parseArgs({
  options: {
    images: { type: 'string', default: '96' },
    threads: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '4' },
    network: { type: 'string', default: 'chapter' },
    operators: { type: 'boolean', default: false },
  },
});
const engine = await loadEngine();
const images = Number(options.images);
const network = engine.createNetwork(options.network);
const objective = {
  network,
  distance: engine.DISTANCES.euclidean,
  loss: engine.contrastive(1),
  miner: engine.allPairs,
  optimizer: engine.adam({ beta2: 0.99 }),
};
const program = engine.trainProgram(objective, images);
let start = performance.now();
const compiled = engine.compileProgram(program);
const compileMs = performance.now() - start;
if (options.operators) {
  const count = {};
  for (const n of compiled.graph.nodes) count[n.operator] = (count[n.operator] ?? 0) + 1;
  console.log(
    Object.entries(count)
      .sort((a, b) => b[1] - a[1])
      .map(e => e.join(' '))
      .join(', '),
  );
  for (const n of compiled.graph.nodes) {
    console.log(
      n.operator,
      n.inputs.map(v => `${v.inputName ?? (v.data ? 'const' : '')}[${v.shape}]`).join(' '),
      '→',
      n.outputs.map(v => `[${v.shape}]`).join(' '),
    );
  }
}
const runtime = await engine.createNodeRuntime(Number(options.threads));
start = performance.now();
const executable = await runtime.load(program);
const loadMs = performance.now() - start;
const random = new engine.SeededRandom(1);
executable.setState(engine.initialParameters(network, random));
const size = images * network.input.reduce((a, b) => a * b);
const inputs = {
  images: Float32Array.from({ length: size }, () => random.next()),
  similar: new Float32Array(images * images),
  different: new Float32Array(images * images),
};
for (const [name, spec] of Object.entries(program.inputs)) {
  if (name.startsWith('noise:')) {
    inputs[name] = Float32Array.from({ length: spec.shape.reduce((a, b) => a * b) }, () => random.normal());
  }
}
for (let i = 0; i < images; i++) {
  for (let j = i + 1; j < images; j++) inputs[i % 6 === j % 6 ? 'similar' : 'different'][i * images + j] = 1 / (images * images);
}
const times = [];
let loss;
for (let step = 1, total = 0; total < Number(options.seconds) * 1000; step++) {
  start = performance.now();
  const result = await executable.run({ ...inputs, ...engine.scalarInputs(objective.optimizer, step, 1e-3) });
  times.push(performance.now() - start);
  total += times.at(-1);
  loss = result.loss[0];
}
times.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    images,
    threads: runtime.threads,
    nodes: compiled.graph.nodes.length,
    bytes: compiled.model.length,
    compileMs: Math.round(compileMs),
    loadMs: Math.round(loadMs),
    steps: times.length,
    medianMs: +times[times.length >> 1].toFixed(1),
    fastestMs: +times[0].toFixed(1),
    loss,
  }),
);
process.exit(0);
