// The chapter's case study on Fashion-MNIST.
//   node bench/engine/caseStudy.mjs DATA_FOLDER [--recipe book|fast|best] [--seconds 30 | --steps N] [--seed 1] [--threads 2] [--runtime node|web]
//        [--set '{"mirror":true,"average":0.99}'] [--network NAME] [--validate] [--out model.onnx] [--plot loss.svg]
//        [--checkpoint FILE [--pause SECONDS]]: goes on from FILE; stops after so long (exit 3) and keeps there what it has
// DATA_FOLDER holds Fashion-MNIST's four .gz files. With --validate the last 800 training images of each class are held back and judged
// instead of the test images: settings are chosen that way.
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { parseArgs } from 'node:util';
import { loadEngine } from './loadEngine.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    recipe: { type: 'string', default: 'fast' },
    seconds: { type: 'string' },
    steps: { type: 'string' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
    runtime: { type: 'string', default: 'node' },
    set: { type: 'string', default: '{}' },
    network: { type: 'string' },
    validate: { type: 'boolean', default: false },
    checkpoint: { type: 'string' },
    pause: { type: 'string' },
    out: { type: 'string' },
    plot: { type: 'string' },
    quiet: { type: 'boolean', default: false },
  },
});
const folder = positionals[0];
if (!folder) {
  console.error('Give the folder of Fashion-MNIST’s .gz files.');
  process.exit(2);
}
const engine = await loadEngine(
  [
    'training/caseStudy',
    'training/embed',
    'training/exportOnnx',
    'training/fashionMnist',
    'training/pairMetrics',
    'training/trainingRun',
    'training/validation',
    'runtime/webRuntime',
  ],
  ['core/report/lossPlot'],
);
const seed = Number(options.seed);
const readingAt = performance.now();
const data = await engine.readCaseStudy(folder, options.validate ? 800 : 0);
const started = performance.now();
const runtime = await (options.runtime === 'web' ? engine.createWebRuntime : engine.createNodeRuntime)(Number(options.threads));
const study = {
  train: data.train,
  runtime,
  seed,
  ...(options.network && { network: engine.createNetwork(options.network, [28, 28, 1]) }),
};
const plan = engine.caseStudyPlan(options.recipe, study, {
  ...(options.seconds && { seconds: Number(options.seconds) }),
  ...JSON.parse(options.set),
});
const { network } = plan.objective;
const paused = options.checkpoint && existsSync(options.checkpoint) ? deserialize(await readFile(options.checkpoint)) : undefined;
const controller = new AbortController();
if (options.pause) setTimeout(() => controller.abort(), Number(options.pause) * 1000);
const curve = paused?.curve ?? [];
let firstStepAt;
const cpuBefore = process.cpuUsage();
const run = new engine.TrainingRun({
  ...plan,
  // A number of steps compares on a busy machine, where seconds don't.
  ...(options.steps ? { limit: { steps: Number(options.steps) } } : {}),
  resume: paused?.checkpoint,
  signal: controller.signal,
  // The book judges its held-back pairs after every epoch. That must not choose the weights, as a run's own validation would.
  ...(plan.heldBack && { checkpoints: { everySteps: plan.sampler.stepsPerEpoch, save: judgeEpoch } }),
  onProgress: p => {
    firstStepAt ??= performance.now() - started - p.elapsedMs;
    curve.push({ step: p.step, loss: p.loss, pairAccuracy: p.pairAccuracy ?? p.batchAccuracy });
    if (!options.quiet && curve.length % 20 === 0) {
      console.error(
        `${(p.share * 100).toFixed(0)} %  step ${p.step}  loss ${p.loss.toFixed(4)}  batch ${(p.batchAccuracy * 100).toFixed(1)} %  ${(p.remainingMs / 1000).toFixed(0)} s left`,
      );
    }
  },
});
const result = await run.run();
const cpu = process.cpuUsage(cpuBefore);
if (options.checkpoint) {
  await writeFile(`${options.checkpoint}.new`, serialize({ checkpoint: result.checkpoint, curve }));
  await rename(`${options.checkpoint}.new`, options.checkpoint);
}
if (result.ended === 'cancelled') {
  console.log(JSON.stringify({ paused: result.steps, elapsedSeconds: +(result.elapsedMs / 1000).toFixed(1) }));
  process.exit(3);
}

/** Loss (with the regularization, as Keras reports it) and accuracy of the book's held-back pairs: a point of the plot. */
async function judgeEpoch({ step, state }) {
  if (step % plan.sampler.stepsPerEpoch !== 0 || curve.some(p => p.step === step && p.validation)) return;
  const encoder = await runtime.load(engine.encoderProgram(network));
  encoder.setState(Object.fromEntries(Object.keys(network.parameters).map(name => [name, state[name]])));
  const embeddings = await engine.embedAll(encoder, network, plan.images);
  await encoder.dispose();
  const { distance, regularization } = plan.objective;
  const { similar } = plan.heldBack;
  const distances = engine.pairDistances(plan.heldBack, embeddings, network.embeddingSize, distance);
  let loss = 0;
  distances.forEach((d, k) => (loss += (similar[k] ? d * d : Math.max(0, 1 - d) ** 2) / similar.length));
  for (const [name, { role }] of Object.entries(network.parameters)) {
    if (role === 'kernel') loss += regularization.kernelL2 * state[name].reduce((sum, w) => sum + w * w, 0);
    if (role === 'bias') loss += regularization.biasL1 * state[name].reduce((sum, w) => sum + Math.abs(w), 0);
  }
  const { accuracy } = engine.pairMetrics(distances, similar, engine.CASE_STUDY_THRESHOLD);
  const last = curve.at(-1);
  curve.push({ step, loss: last?.loss, pairAccuracy: last?.pairAccuracy, validation: { loss, accuracy } });
}

async function judge(part, pairSeed) {
  const pairs = engine.createPairs(part, pairSeed);
  const validation = new engine.Validation(
    runtime,
    network,
    engine.DISTANCES.euclidean,
    part.images,
    pairs,
    engine.CASE_STUDY_THRESHOLD,
  );
  const { accuracy, rocAuc, bestAccuracy, bestThreshold } = await validation.judge(result.parameters);
  const round = (x, digits = 4) => +x.toFixed(digits);
  return {
    pairs: pairs.a.length,
    accuracy: round(accuracy),
    rocAuc: round(rocAuc),
    bestAccuracy: round(bestAccuracy),
    bestThreshold: round(bestThreshold, 3),
  };
}
const report = {
  recipe: options.recipe,
  network: network.name,
  settings: options.set,
  seed,
  runtime: runtime.name,
  threads: runtime.threads,
  steps: result.steps,
  trainingSeconds: +(result.elapsedMs / 1000).toFixed(2),
  stepMs: +(result.elapsedMs / result.steps).toFixed(1),
  cpuMsPerStep: +((cpu.user + cpu.system) / 1000 / (result.steps - (paused?.checkpoint.step ?? 0))).toFixed(1),
  readDataMs: Math.round(started - readingAt),
  compileAndLoadMs: paused ? null : Math.round(firstStepAt ?? NaN),
  loss: +result.loss.toFixed(4),
  notes: result.notes,
  ...(options.validate
    ? { validation: await judge(data.validation, 4242) }
    : { test: await judge(data.test, 777), untouched: await judge(data.untouched, 777) }),
};
if (options.out) await writeFile(options.out, engine.exportOnnx(network, result.parameters));
if (options.plot) {
  await writeFile(options.plot, engine.lossPlot(thinned(curve), `Fashion-MNIST, ${options.recipe} recipe, seed ${seed}`));
}
console.log(JSON.stringify(report));
process.exit(0);

/** What was judged, and some 400 of the other points. */
function thinned(points) {
  const every = Math.ceil(points.length / 400);
  return points.filter((p, i) => p.validation || i % every === 0 || i === points.length - 1);
}
