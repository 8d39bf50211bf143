// The chapter's case study on Fashion-MNIST.
//   node bench/engine/caseStudy.mjs DATA_FOLDER [--recipe book|fast] [--seconds 30 | --steps N] [--seed 1] [--threads 2] [--runtime node|web]
//        [--set '{"mirror":true,"average":0.99}'] [--validate] [--out model.onnx] [--plot loss.svg]
//        [--checkpoint FILE [--pause SECONDS]]: goes on from FILE; stops after so long (exit 3) and keeps there what it has
// DATA_FOLDER holds Fashion-MNIST's four .gz files. With --validate the last 800 training images of each class are held back and judged
// instead of the test images: settings are chosen that way.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { parseArgs } from 'node:util';
import { loadEngine } from './loadEngine.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    recipe: { type: 'string', default: 'fast' },
    seconds: { type: 'string', default: '30' },
    steps: { type: 'string' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
    runtime: { type: 'string', default: 'node' },
    set: { type: 'string', default: '{}' },
    network: { type: 'string', default: 'chapter' },
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
const engine = await loadEngine([
  'training/caseStudy',
  'training/exportOnnx',
  'training/fashionMnist',
  'training/trainingRun',
  'training/validation',
  'runtime/webRuntime',
]);
const seed = Number(options.seed);
const data = await engine.readCaseStudy(folder, options.validate ? 800 : 0);
const started = performance.now();
const runtime = await (options.runtime === 'web' ? engine.createWebRuntime : engine.createNodeRuntime)(Number(options.threads));
const network = engine.createNetwork(options.network, [28, 28, 1]);
const study = { train: data.train, runtime, seed, network };
const plan =
  options.recipe === 'book'
    ? engine.bookPlan(study)
    : engine.fastPlan(study, { seconds: Number(options.seconds), ...JSON.parse(options.set) });
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
  onProgress: p => {
    firstStepAt ??= performance.now() - started - p.elapsedMs;
    curve.push([p.step, p.loss]);
    if (!options.quiet && curve.length % 20 === 0) {
      console.error(
        `${(p.share * 100).toFixed(0)} %  step ${p.step}  loss ${p.loss.toFixed(4)}  batch ${(p.batchAccuracy * 100).toFixed(1)} %  ${(p.remainingMs / 1000).toFixed(0)} s left`,
      );
    }
  },
});
const result = await run.run();
const cpu = process.cpuUsage(cpuBefore);
if (options.checkpoint) await writeFile(options.checkpoint, serialize({ checkpoint: result.checkpoint, curve }));
if (result.ended === 'cancelled') {
  console.log(JSON.stringify({ paused: result.steps, elapsedSeconds: +(result.elapsedMs / 1000).toFixed(1) }));
  process.exit(3);
}

async function judge(part, pairSeed) {
  const pairs = engine.createPairs(part, pairSeed);
  const validation = new engine.Validation(
    runtime,
    network,
    plan.objective.distance,
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
  settings: options.set,
  seed,
  runtime: runtime.name,
  threads: runtime.threads,
  steps: result.steps,
  trainingSeconds: +(result.elapsedMs / 1000).toFixed(2),
  stepMs: +(result.elapsedMs / result.steps).toFixed(1),
  cpuMsPerStep: +((cpu.user + cpu.system) / 1000 / (result.steps - (paused?.checkpoint.step ?? 0))).toFixed(1),
  compileAndLoadMs: paused ? null : Math.round(firstStepAt ?? NaN),
  loss: +result.loss.toFixed(4),
  notes: result.notes,
  ...(options.validate
    ? { validation: await judge(data.validation, 4242) }
    : { test: await judge(data.test, 777), untouched: await judge(data.untouched, 777) }),
};
if (options.out) await writeFile(options.out, engine.exportOnnx(network, result.parameters));
if (options.plot) await writeFile(options.plot, plot(curve));
console.log(JSON.stringify(report));
process.exit(0);

/** The smoothed loss over the steps, as SVG. */
function plot(points) {
  const [width, height, margin] = [640, 360, 48];
  const last = points.at(-1)[0];
  const values = points.map(p => Math.log10(Math.max(p[1], 1e-6)));
  const [low, high] = [Math.floor(Math.min(...values) * 5) / 5, Math.ceil(Math.max(...values) * 5) / 5];
  const x = step => margin + ((width - 2 * margin) * step) / last;
  const y = value => height - margin - ((height - 2 * margin) * (value - low)) / (high - low || 1);
  const line = points.map(([step], i) => `${x(step).toFixed(1)},${y(values[i]).toFixed(1)}`).join(' ');
  const ticks = [low, (low + high) / 2, high].map(
    v => `<text x="${margin - 6}" y="${y(v) + 4}" text-anchor="end">${(10 ** v).toPrecision(2)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
<path d="M${margin},${margin}V${height - margin}H${width - margin}" fill="none" stroke="#888"/>
${ticks.join('\n')}
<text x="${width / 2}" y="${height - 12}" text-anchor="middle">step (of ${last})</text>
<text x="${margin}" y="${margin - 12}">loss (logarithmic)</text>
<polyline points="${line}" fill="none" stroke="#0b62c4" stroke-width="1.5"/>
</svg>
`;
}
