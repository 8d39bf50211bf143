// A contender of run.mjs: Twinlint's own training runs, on the compiled engine or on the real @tensorflow/tfjs-node.
//   node bench/peers/ours.mjs --data FOLDER [--threads 1] [--tfjs-node WORK]
// WORK: the folder that tfjs-node/build.mjs filled. Threads of libtensorflow come from TF_NUM_INTRAOP_THREADS, which run.mjs sets.
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

/** CPU time of all threads so far. */
function cpuMsSoFar() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds from the beginning of each step to that of the next: batch, run, bookkeeping. CPU time is the mean. */
async function stepTimes({ recipe, warmup, steps }) {
  const plan = planFor({ recipe, plannedSteps: warmup + steps + 1 });
  const [began, cpu] = [[], []];
  const sampler = watched(plan.sampler, () => {
    began.push(performance.now());
    cpu.push(cpuMsSoFar());
  });
  await new engine.TrainingRun({ ...plan, sampler }).run();
  const all = began.slice(1).map((at, i) => at - began[i]);
  return { stepsMs: all.slice(warmup), cpuMs: (cpu.at(-1) - cpu[warmup]) / (cpu.length - 1 - warmup) };
}

/** Trains until the test pairs are told apart well enough. The time spent on judging does not count. */
async function reach({ recipe, seed, plannedSteps, everySteps, accuracy: wanted, limitSeconds }) {
  const plan = planFor({ recipe, seed, plannedSteps });
  const { network, distance } = plan.objective;
  const test = new engine.Validation(runtime, network, distance, data.test.images, testPairs, plan.threshold);
  const controller = new AbortController();
  const curve = [];
  const now = () => ({ seconds: performance.now() / 1000, cpuSeconds: cpuMsSoFar() / 1000 });
  const spent = { seconds: 0, cpuSeconds: 0 };
  let [goingSince, steps] = [undefined, 0];
  const pause = at => {
    spent.seconds += at.seconds - goingSince.seconds;
    spent.cpuSeconds += at.cpuSeconds - goingSince.cpuSeconds;
  };
  const judge = {
    judge: async parameters => {
      pause(now());
      const { accuracy } = await test.judge(parameters);
      steps += everySteps;
      curve.push([steps, +spent.seconds.toFixed(3), +spent.cpuSeconds.toFixed(3), +accuracy.toFixed(4)]);
      if (accuracy >= wanted || Math.min(spent.seconds, spent.cpuSeconds) > limitSeconds) controller.abort();
      // The judging session's worker threads spin on for a moment.
      await sleep(50);
      goingSince = now();
      return { accuracy, score: accuracy };
    },
  };
  let readyMs;
  const called = performance.now();
  const sampler = watched(plan.sampler, () => {
    readyMs ??= performance.now() - called;
    goingSince ??= now();
  });
  await new engine.TrainingRun({ ...plan, sampler, validation: { judge, everySteps }, signal: controller.signal }).run();
  await test.dispose();
  // The run judges once more at its end.
  const last = curve.find(point => point[3] >= wanted) ?? curve.at(-2);
  const [reachedSteps, seconds, cpuSeconds, accuracy] = last;
  return { reached: accuracy >= wanted, steps: reachedSteps, seconds, cpuSeconds, accuracy, readyMs, curve };
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
