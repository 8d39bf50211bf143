// Trains the starter encoder on the views that makeViews.mjs drew, with the product's own engine:
//   node scripts/starter/train.mjs --views FILE --out MODEL [--steps 6000] [--seed 1] [--threads 1] [--state FILE]
// --views may be given more than once: the parts in order. --state: where the run's state is kept every 200 steps, and taken up
// again. The same seed, views, steps and one thread give the same weights.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import v8 from 'node:v8';
import { loadSources } from './bundle.mjs';
import { FamilySampler } from './familySampler.mjs';

const option = fallback => ({ type: /** @type {const} */ ('string'), default: fallback });
const { values } = parseArgs({
  options: {
    views: { type: 'string', multiple: true },
    out: { type: 'string' },
    state: { type: 'string' },
    steps: option('6000'),
    'views-per-picture': option('8'),
    pictures: option('80'),
    families: option('8'),
    rate: option('0.002'),
    seed: option('1'),
    threads: option('1'),
  },
});
if (!values.views || !values.out) {
  console.error('usage: train.mjs --views FILE … --out MODEL [--steps N] [--seed N] [--threads N] [--state FILE]');
  process.exit(2);
}
const engine = await loadSources([
  'engine/distances/cosine',
  'engine/losses/ntXent',
  'engine/miners/miners',
  'engine/model/modelFile',
  'engine/model/networks',
  'engine/optimizers/adam',
  'engine/optimizers/schedule',
  'engine/runtime/nodeRuntime',
  'engine/starter/starterInput',
  'engine/training/trainingRun',
]);

/** Reads single views, so that the bank may be larger than memory. In the form of `ImageSource`. */
class ViewBank {
  constructor(files) {
    const size = engine.STARTER_INPUT_BYTES;
    this.shape = [engine.STARTER_SIDE, engine.STARTER_SIDE, 3];
    this.parts = files.map(file => ({ handle: fs.openSync(file), count: Math.floor(fs.statSync(file).size / size) }));
    this.count = this.parts.reduce((sum, part) => sum + part.count, 0);
    this.bytes = new Uint8Array(size);
  }

  read(index, into, offset) {
    let at = index;
    for (const part of this.parts) {
      if (at < part.count) {
        fs.readSync(part.handle, this.bytes, 0, this.bytes.length, at * this.bytes.length);
        break;
      }
      at -= part.count;
    }
    for (let i = 0; i < this.bytes.length; i++) into[offset + i] = this.bytes[i] / 255;
  }
}

const [steps, views, picturesPerBatch, familiesPerBatch, seed] = [
  values.steps,
  values['views-per-picture'],
  values.pictures,
  values.families,
  values.seed,
].map(Number);
const images = new ViewBank(values.views);
const network = engine.createNetwork('starter');
const sampler = new FamilySampler({
  pictures: Math.floor(images.count / views),
  views,
  picturesPerBatch,
  familiesPerBatch,
  seed,
});
const modelOf = (parameters, log) => ({
  network,
  parameters,
  description: {
    name: 'starter',
    network: network.name,
    input: [...network.input],
    embeddingSize: network.embeddingSize,
    relation: 'same-picture',
    distance: 'cosine',
    threshold: 0.5,
    calibration: [],
    preprocessing: 'plain borders cut away, resized to 64x64, RGB, channels last, divided by 255',
    labels: [],
    trainedAt: new Date().toISOString(),
    trainedOn: { images: Math.floor(images.count / views), pairs: 0, learnFrom: ['views'] },
    trainingLog: [log],
    writtenBy: 'scripts/starter/train.mjs',
  },
});
let reported = 0;
const run = new engine.TrainingRun({
  objective: {
    network,
    distance: engine.cosine,
    loss: engine.ntXent(0.1),
    miner: engine.allPairs,
    optimizer: engine.adam({ beta2: 0.99 }),
  },
  runtime: await engine.createNodeRuntime(Number(values.threads)),
  images,
  sampler,
  schedule: engine.cosineSchedule({ peak: Number(values.rate), warmupSteps: 100 }),
  seed,
  limit: { steps },
  threshold: 0.5,
  average: { decay: 0.998, from: 0.6 },
  resume: values.state && fs.existsSync(values.state) ? v8.deserialize(fs.readFileSync(values.state)) : undefined,
  checkpoints: {
    everySteps: 200,
    save: async checkpoint => {
      if (values.state) {
        fs.writeFileSync(`${values.state}.tmp`, v8.serialize(checkpoint));
        fs.renameSync(`${values.state}.tmp`, values.state);
      }
      const parameters =
        checkpoint.average ?? Object.fromEntries(Object.keys(network.parameters).map(k => [k, checkpoint.state[k]]));
      await engine.saveModel(values.out, modelOf(parameters, `${checkpoint.step} of ${steps} steps`));
    },
  },
  onProgress: ({ step, elapsedMs, loss, batchAccuracy }) => {
    if (step < reported) return;
    reported = step + 50;
    const line = [
      `step ${step}`,
      `${Math.round(elapsedMs / 1000)} s`,
      `loss ${loss.toFixed(4)}`,
      `pairs ${batchAccuracy.toFixed(4)}`,
    ];
    console.log(line.join('  '));
  },
});
const result = await run.run();
const log = `${Math.floor(images.count / views)} generated pictures, ${result.steps} steps, loss ${result.loss.toFixed(4)}, seed ${seed}`;
await engine.saveModel(values.out, modelOf(result.parameters, log));
console.log(`done: ${log}, ${Math.round(result.elapsedMs / 1000)} s`);
process.exit(0);
