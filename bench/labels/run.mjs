/**
 * How well wrong labels are ranked: Fashion-MNIST with labels made wrong, through the engine's own modules.
 *
 *   node bench/labels/run.mjs --data FOLDER [--images 20000] [--noise uniform,confusable] [--rate 0.05] [--seeds 1] [--threads 2]
 *     [--epochs E | --seconds S] [--folds K] [--splits R] [--set key=value,…] [--keep FILE] [--out FILE.json]
 *
 * `--folds`, `--splits` and `--set` (a network's settings) override the product's choice: for tuning.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadLabels } from './loadLabels.mjs';
import { mislabel, rankQuality, readFashion } from './fashion.mjs';
import { weakLook } from './weakLook.mjs';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    images: { type: 'string', default: '20000' },
    noise: { type: 'string', default: 'uniform,confusable' },
    rate: { type: 'string', default: '0.05' },
    seeds: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
    epochs: { type: 'string' },
    seconds: { type: 'string' },
    folds: { type: 'string' },
    splits: { type: 'string' },
    set: { type: 'string', default: '' },
    keep: { type: 'string' },
    out: { type: 'string' },
  },
});
const list = text => text.split(',').filter(Boolean);
const e = await loadLabels();
const count = Number(options.images);
const { pixels, truth } = await readFashion(options.data, count);
const images = truth.length;
const groups = Int32Array.from({ length: images }, (_, i) => i);
const signal = new AbortController().signal;
const shape = [28, 28, 1];
const limit = options.seconds ? { seconds: +options.seconds } : options.epochs ? { epochs: +options.epochs } : undefined;
const threads = Number(options.threads);
const runner = threads > 1 ? new e.ThreadedFolds(e.workerPath, threads) : new e.LocalFolds();
const overrides = Object.fromEntries(
  list(options.set).map(pair => {
    const [key, value] = pair.split('=');
    return [key, value === 'true' ? true : value === 'false' ? false : Number.isNaN(+value) ? value : +value];
  }),
);
const settings = { ...e.settingsFor(shape, images), runtime: 'auto', ...overrides };
const planned = e.planOf(images, settings.batchSize, limit, runner.atOnce);
const plan = { ...planned, ...(options.folds && { folds: +options.folds }), ...(options.splits && { splits: +options.splits }) };
if (options.epochs) {
  plan.limit = { steps: Math.ceil((images * (plan.folds - 1) * +options.epochs) / plan.folds / settings.batchSize) };
}
if (options.seconds) {
  const networks = plan.folds * plan.splits;
  plan.limit = { seconds: (+options.seconds * Math.min(runner.atOnce, networks)) / networks };
}
const look = list(options.noise).includes('instance') ? await weakLook(options.data, pixels, images) : undefined;

const results = [];
for (const noise of list(options.noise)) {
  for (const seed of list(options.seeds).map(Number)) {
    const random = new e.SeededRandom(e.mixSeed(0x1abe1, seed));
    const labels = mislabel(truth, noise, +options.rate, () => random.next(), look);
    const data = { values: pixels, shape, labels, classes: 10 };
    const started = performance.now();
    const before = process.cpuUsage();
    const { probabilities: p, spaces } = await e.outOfFold(data, groups, plan, settings, 1, runner, () => {}, signal);
    const trainedMs = performance.now() - started;
    const votes = await e.neighbourLabels(spaces, groups, labels, threads, () => {}, signal);
    const judge = e.judgeLabels(p, labels, { seed: 1, votes });
    const seconds = (performance.now() - started) / 1000;
    const used = process.cpuUsage(before);
    const cpuSeconds = (used.user + used.system) / 1e6;
    const every = f => Float64Array.from({ length: images }, (_, i) => f(p, i, labels[i]));
    const score = Float64Array.from(labels, (label, i) => judge.scoreOf(i, label));
    const right = truth.reduce((sum, t, i) => sum + Number(e.likeliest(p, i) === t), 0) / images;
    const wrongs = Uint8Array.from(labels, (label, i) => Number(label !== truth[i]));
    const suggestions = labels.reduce((sum, label, i) => sum + Number(wrongs[i] && judge.suggestedFor(i, label) === truth[i]), 0);
    const result = {
      noise,
      rate: +options.rate,
      seed,
      images,
      plan,
      settings,
      seconds: +seconds.toFixed(1),
      cpuSeconds: +cpuSeconds.toFixed(1),
      trainSeconds: +(trainedMs / 1000).toFixed(1),
      accuracy: +right.toFixed(4),
      score: rankQuality(score, labels, truth),
      selfConfidence: rankQuality(every(e.selfConfidence), labels, truth).ap,
      normalizedMargin: rankQuality(every(e.normalizedMargin), labels, truth).ap,
      suggestedRight: +(suggestions / wrongs.reduce((a, b) => a + b, 0)).toFixed(3),
      wrongLabels: judge.wrongLabels,
      reliability: judge.isCalibrated && e.reliabilityTable({ predicted: score, similar: wrongs }),
      calibrationError: judge.isCalibrated && +e.expectedCalibrationError({ predicted: score, similar: wrongs }).toFixed(4),
    };
    results.push(result);
    const { score: q } = result;
    console.log(
      `${noise} seed ${seed}: AP ${q.ap} (1 − p ${result.selfConfidence}, margin ${result.normalizedMargin}); top 100 ${q.top100}, found 1× ${q.found1x}, 2× ${q.found2x}; ` +
        `accuracy ${result.accuracy}; estimates ${Math.round(judge.wrongLabels.calibrated ?? NaN)} / ${Math.round(judge.wrongLabels.confidentJoint)} of ${q.wrong}; ECE ${result.calibrationError}; ${result.seconds} s (${result.cpuSeconds} s of processor time)`,
    );
    if (options.keep) {
      const name = `${options.keep}-${noise}-${seed}`;
      await writeFile(
        `${name}.json`,
        JSON.stringify({ n: images, C: 10, truth: [...truth], labels: [...labels], votes: [...votes.labels] }),
      );
      await writeFile(`${name}.p`, Buffer.from(p.values.buffer));
    }
  }
}
if (options.out) await writeFile(options.out, `${JSON.stringify(results, null, 2)}\n`);
process.exit(0);
