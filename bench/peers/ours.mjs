// A contender of run.mjs: Twinlint's own training runs, on the compiled engine or on the real @tensorflow/tfjs-node.
//   node bench/peers/ours.mjs --data FOLDER [--threads 1] [--tfjs-node WORK]
// WORK: the folder that tfjs-node/build.mjs filled. Threads of libtensorflow come from TF_NUM_INTRAOP_THREADS, which run.mjs sets.
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadEngine } from '../engine/loadEngine.mjs';
import { serve } from './serve.mjs';

const { values: options } = parseArgs({
  options: { data: { type: 'string' }, threads: { type: 'string', default: '1' }, 'tfjs-node': { type: 'string' } },
});
const engine = await loadEngine([
  'runtime/tfjsRuntimes',
  'training/caseStudy',
  'training/fashionMnist',
  'training/trainingRun',
  'training/validation',
]);
const threads = Number(options.threads);
const data = await engine.readCaseStudy(options.data);
const testPairs = engine.createPairs(data.test, 777);
const runtime = options['tfjs-node'] ? await tfjsNode(options['tfjs-node']) : await engine.createNodeRuntime(threads);

async function tfjsNode(work) {
  const require = createRequire(path.resolve(work, 'package.json'));
  return engine.createTfjsNodeRuntime(async name => require(name));
}

const planFor = ({ recipe, seed = 1, plannedSteps }) => {
  const study = { train: data.train, runtime, seed };
  const plan = recipe === 'book' ? engine.bookPlan(study) : engine.fastPlan(study, { seconds: 1 });
  return plannedSteps ? { ...plan, limit: { steps: plannedSteps } } : plan;
};

/** Milliseconds from the beginning of each step to that of the next: batch, run, bookkeeping. */
async function stepTimes({ recipe, warmup, steps }) {
  const plan = planFor({ recipe, plannedSteps: warmup + steps });
  const began = [];
  const sampler = watched(plan.sampler, () => began.push(performance.now()));
  await new engine.TrainingRun({ ...plan, sampler }).run();
  const all = began.slice(1).map((at, i) => at - began[i]);
  return { stepsMs: all.slice(warmup - 1) };
}

/** Trains until the test pairs are told apart well enough. The time spent on judging does not count. */
async function reach({ recipe, seed, plannedSteps, everySteps, accuracy: wanted, limitSeconds }) {
  const plan = planFor({ recipe, seed, plannedSteps });
  const { network, distance } = plan.objective;
  const test = new engine.Validation(runtime, network, distance, data.test.images, testPairs, plan.threshold);
  const controller = new AbortController();
  const curve = [];
  let [startedAt, judgingMs, seconds] = [undefined, 0, 0];
  const judge = {
    judge: async parameters => {
      const before = performance.now();
      seconds = (before - startedAt - judgingMs) / 1000;
      const metrics = await test.judge(parameters);
      curve.push([+seconds.toFixed(3), +metrics.accuracy.toFixed(4)]);
      if (metrics.accuracy >= wanted || seconds > limitSeconds) controller.abort();
      judgingMs += performance.now() - before;
      return metrics;
    },
  };
  const sampler = watched(plan.sampler, () => (startedAt ??= performance.now()));
  const called = performance.now();
  await new engine.TrainingRun({ ...plan, sampler, validation: { judge, everySteps }, signal: controller.signal }).run();
  await test.dispose();
  const [reachedSeconds, reached] = curve.find(([, a]) => a >= wanted) ?? curve.at(-1);
  const steps = everySteps * (curve.findIndex(([s]) => s === reachedSeconds) + 1);
  return { reached: reached >= wanted, seconds: reachedSeconds, steps, accuracy: reached, readyMs: startedAt - called, curve };
}

const watched = (sampler, onBatch) => ({
  batchSize: sampler.batchSize,
  stepsPerEpoch: sampler.stepsPerEpoch,
  batch: step => {
    onBatch();
    return sampler.batch(step);
  },
});

await serve({ runtime: runtime.name, threads }, { steps: stepTimes, reach });
