// The chapter's network, trained by one and the same code on the compiled engine and on the real @tensorflow/tfjs-node: losses must agree.
//   node bench/peers/tfjs-node/train.mjs WORK DATA [--steps 40] [--threads 1] [--out RESULT.json]
// WORK: what build.mjs filled; DATA: the folder of Fashion-MNIST's .gz files. Both runtimes take turns step by step, with equal weights
// at the beginning and equal batches; a third run, compiled too, begins with weights that differ in the last bit, which shows how far
// rounding alone carries two runs apart. Then one more step from equal states: its weights must agree. Ends with 1 where they don't.
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadEngine } from '../../engine/loadEngine.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string', default: '40' },
    threads: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
});
const [work, data] = positionals;
if (!data) {
  console.error('Give the folder that build.mjs filled and the folder of Fashion-MNIST’s .gz files.');
  process.exit(2);
}
/** Of the weights after one step from equal states, relative to the largest of their tensor. */
const STEP_TOLERANCE = 1e-4;
/** Of the losses on the way, relative to the loss: a hundred times what the first steps show, because steps amplify rounding. */
const PATH_TOLERANCE = 0.02;
const threads = Number(options.threads);
// libtensorflow reads these when it starts.
process.env.TF_NUM_INTRAOP_THREADS = process.env.TF_NUM_INTEROP_THREADS = String(threads);
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';

const engine = await loadEngine(['runtime/tfjsRuntimes', 'training/caseStudy', 'training/fashionMnist']);
const require = createRequire(path.resolve(work, 'package.json'));
const { train } = await engine.readCaseStudy(data);
const runtimes = [await engine.createNodeRuntime(threads), await engine.createTfjsNodeRuntime(async name => require(name))];
const tensorflow = require('@tensorflow/tfjs-node');
if (tensorflow.getBackend() !== 'tensorflow') throw new Error(`The backend is ${tensorflow.getBackend()}.`);

const median = list => [...list].sort((a, b) => a - b)[list.length >> 1];

async function compare(recipe) {
  const study = { train, runtime: runtimes[0], seed: 1 };
  const plan = recipe === 'book' ? engine.bookPlan(study) : engine.fastPlan(study, { seconds: 1 });
  const { objective, sampler, schedule } = plan;
  const state = engine.initialParameters(objective.network, new engine.SeededRandom(1));
  const random = new engine.SeededRandom(2);
  const nudge = values => values.map(x => x * (1 + (random.next() - 0.5) * 2e-7));
  const nudged = Object.fromEntries(Object.entries(state).map(([name, values]) => [name, nudge(values)]));
  const contenders = [];
  for (const [runtime, initial] of [
    [runtimes[0], state],
    [runtimes[1], state],
    [runtimes[0], nudged],
  ]) {
    const executable = await runtime.load(engine.trainProgram(objective, sampler.batchSize));
    executable.setState(initial);
    contenders.push({ executable, losses: [], stepsMs: [] });
  }
  const steps = Number(options.steps);
  for (let step = 0; step < steps; step++) {
    const inputs = inputsOf(plan, step, schedule.rate(step / steps, step + 1));
    for (const { executable, losses, stepsMs } of contenders) {
      const started = performance.now();
      const { loss } = await executable.run(inputs);
      stepsMs.push(performance.now() - started);
      losses.push(loss[0]);
    }
  }
  const [compiled, native, third] = contenders;
  const apart = other => Math.max(...compiled.losses.map((loss, i) => Math.abs(other.losses[i] / loss - 1)));
  const report = {
    recipe,
    images: sampler.batchSize,
    threads,
    steps,
    firstLoss: [compiled, native].map(c => +c.losses[0].toPrecision(7)),
    lastLoss: [compiled, native].map(c => +c.losses.at(-1).toPrecision(7)),
    lossesApart: +apart(native).toPrecision(3),
    lossesApartByLastBit: +apart(third).toPrecision(3),
    weightsApartAfterOneStep: +(await oneStepApart(plan, compiled.executable, native.executable, steps)).toPrecision(3),
    medianStepMs: [compiled, native].map(c => +median(c.stepsMs.slice(5)).toFixed(1)),
  };
  for (const { executable } of contenders) await executable.dispose();
  return report;
}

function inputsOf({ objective, sampler, images }, step, learningRate) {
  const batch = sampler.batch(step);
  const size = images.shape[0] * images.shape[1] * images.shape[2];
  const pixels = new Float32Array(batch.images.length * size);
  batch.images.forEach((index, slot) => images.read(index, pixels, slot * size));
  const scalars = engine.scalarInputs(objective.optimizer, step + 1, learningRate);
  return { images: pixels, similar: batch.similar, different: batch.different, ...scalars };
}

async function oneStepApart(plan, compiled, native, step) {
  native.setState(await compiled.state());
  const inputs = inputsOf(plan, step, 1e-3);
  await compiled.run(inputs);
  await native.run(inputs);
  const names = Object.keys(plan.objective.network.parameters);
  const [expected, actual] = [await compiled.state(names), await native.state(names)];
  let worst = 0;
  for (const name of names) {
    const largest = expected[name].reduce((m, x) => Math.max(m, Math.abs(x)), 0);
    worst = expected[name].reduce((m, x, i) => Math.max(m, Math.abs(x - actual[name][i]) / largest), worst);
  }
  return worst;
}

const report = {
  runtimes: runtimes.map(r => r.name),
  versions: {
    node: process.version,
    'tfjs-node': tensorflow.version['tfjs-node'],
    libtensorflow: tensorflow.backend().binding.TF_Version,
  },
  comparisons: [await compare('book'), await compare('fast')],
};
console.log(JSON.stringify(report, null, 2));
if (options.out) await writeFile(options.out, JSON.stringify(report, null, 2) + '\n');
const agree = c => c.weightsApartAfterOneStep <= STEP_TOLERANCE && c.lossesApart <= PATH_TOLERANCE;
process.exit(report.comparisons.every(agree) ? 0 : 1);
