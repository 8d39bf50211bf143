// Train, cancel, train to the end, again and again in one engine process: does memory stay where it is?
//   node bench/engine/cycles.mjs --fashion DIR --cache DIR [--cycles 200] [--images 100] [--threads 2] [--out FILE.json]
// DIR of --fashion holds the idx files of Fashion-MNIST (gzipped). The cycles take turns at learning from class folders, from altered
// views and from pairs. Told every ten cycles: resident memory of the engine and, after garbage was collected, its heap and buffers; and the
// heap of this process, which talks to the engine through the client that the extension uses.
import { readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import v8 from 'node:v8';
import vm from 'node:vm';
import { makeGarments } from './garmentFiles.mjs';
import { buildProduct } from './product.mjs';

const { values } = parseArgs({
  options: {
    fashion: { type: 'string' },
    cache: { type: 'string' },
    cycles: { type: 'string', default: '200' },
    images: { type: 'string', default: '100' },
    threads: { type: 'string', default: '2' },
    out: { type: 'string' },
  },
});
if (!values.fashion || !values.cache) {
  console.error('usage: cycles.mjs --fashion DIR --cache DIR (see the head of this file)');
  process.exit(2);
}
const EVERY = 10;
const cycles = Number(values.cycles);
const images = Number(values.images);
const folder = path.join(values.cache, `garments-${images}`);
await makeGarments(values.fashion, folder, images);
const product = await buildProduct();
const { client, training } = product;
const work = path.join(values.cache, `cycles-${process.pid}`);
await mkdir(work, { recursive: true });

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc');
const memoryFile = path.join(work, 'memory.json');
process.env.BENCH_MEMORY_FILE = memoryFile;
process.env.NODE_OPTIONS = `--import ${new URL('reportMemory.mjs', import.meta.url).href}`;

/** Pairs of pictures with the truth of their folders, as a person would have given them. */
function verdicts() {
  const files = readdirSync(folder, { recursive: true })
    .filter(name => name.endsWith('.png'))
    .sort();
  const imageOf = name => ({
    path: name.split(path.sep).join('/'),
    content: createHash('sha256')
      .update(readFileSync(path.join(folder, name)))
      .digest('hex'),
  });
  const of = files.map(imageOf);
  const classOf = image => image.path.split('/')[0];
  return Array.from({ length: 80 }, (_, k) => {
    const a = of[k % (of.length >> 1)];
    const b =
      of
        .slice((k % (of.length >> 1)) + 1 + Math.floor(k / (of.length >> 1)) * 3)
        .find(other => (classOf(other) === classOf(a)) === (k % 2 === 0)) ?? of[of.length - 1];
    const verdict = classOf(a) === classOf(b) ? 'similar' : 'different';
    return { id: `v${k}`, relation: 'same-class', verdict, images: [a, b] };
  });
}

const scan = product.scanOf(folder);
const kinds = [
  { learnFrom: ['labels'] },
  { learnFrom: ['views'] },
  { learnFrom: ['pairs'], relation: 'same-class', scan: { ...scan, verdicts: verdicts() } },
];
const engine = new client.EngineClient({
  enginePath: product.enginePath,
  initialize: { cacheDir: path.join(work, 'cache'), threads: Number(values.threads) },
});

/** One training; cancelled at its first steps, if wanted. */
async function train(kind, seconds, isCancelled) {
  const listeners = new Set();
  const token = {
    isCancellationRequested: false,
    onCancellationRequested: listener => {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
  const following = engine.onDidTrainProgress(({ phase }) => {
    if (!isCancelled || phase !== 'train' || token.isCancellationRequested) return;
    token.isCancellationRequested = true;
    for (const listener of listeners) listener();
  });
  const params = { scan, limit: { seconds }, outPath: path.join(work, 'model.twinlint'), ...kind };
  try {
    const { ended } = await engine.request(training.TrainRequest, params, token);
    if ((ended === 'cancelled') !== isCancelled) throw new Error(`The training ended otherwise than wanted: ${ended}`);
  } finally {
    following.dispose();
  }
}

/** Megabytes. */
async function memory() {
  await rm(memoryFile, { force: true });
  process.kill(engine.pid, 'SIGUSR2');
  let text;
  while (!text) {
    await new Promise(resolve => setTimeout(resolve, 50));
    text = await readFile(memoryFile, 'utf8').catch(() => undefined);
  }
  const of = JSON.parse(text);
  collect();
  const mb = bytes => Number((bytes / 1e6).toFixed(1));
  return {
    engineResident: mb(of.rss),
    engineHeap: mb(of.heapUsed),
    engineBuffers: mb(of.external),
    clientHeap: mb(process.memoryUsage().heapUsed),
  };
}

await engine.restart();
const samples = [];
const started = performance.now();
for (let cycle = 0; cycle <= cycles; cycle++) {
  if (cycle % EVERY === 0) {
    samples.push({ cycle, seconds: Math.round((performance.now() - started) / 1000), ...(await memory()) });
    console.log(JSON.stringify(samples.at(-1)));
  }
  if (cycle === cycles) break;
  const kind = kinds[cycle % kinds.length];
  await train(kind, 30, true);
  await train(kind, 0.3, false);
}
await engine.dispose();
await rm(work, { recursive: true, force: true });
await product.remove();

/** Medians of three samples: a single one swings by a tenth with what has just run. The start is past the first cycles, in which caches fill. */
const around = index => {
  const three = samples.slice(index - 1, index + 2);
  const median = key => three.map(sample => sample[key]).sort((a, b) => a - b)[1];
  return Object.fromEntries(Object.keys(samples[0]).map(key => [key, median(key)]));
};
const [first, middle, last] = [around(3), around(samples.length >> 1), around(samples.length - 2)];
const change = key => Number((last[key] / first[key] - 1).toFixed(4));
const report = {
  what: 'train, cancel, train in one engine process; megabytes, heap and buffers after garbage was collected',
  date: new Date().toISOString(),
  node: process.version,
  cpu: os.cpus()[0]?.model,
  threads: Number(values.threads),
  images,
  cycles,
  first,
  middle,
  last,
  changeFromFirstToLast: Object.fromEntries(
    Object.keys(first)
      .slice(2)
      .map(key => [key, change(key)]),
  ),
  samples,
};
console.log(JSON.stringify(report.changeFromFirstToLast));
if (values.out) await writeFile(values.out, `${JSON.stringify(report, null, 2)}\n`);
