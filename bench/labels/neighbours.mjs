/**
 * What neighbours alone say of wrong labels: votes of the k nearest by raw pixels, and by the starter encoder.
 *
 *   node bench/labels/neighbours.mjs --data FOLDER [--images 20000] [--noise uniform,confusable] [--seeds 1] [--threads 1]
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadLabels } from './loadLabels.mjs';
import { mislabel, rankQuality, readFashion } from './fashion.mjs';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    images: { type: 'string', default: '20000' },
    noise: { type: 'string', default: 'uniform,confusable' },
    rate: { type: 'string', default: '0.05' },
    seeds: { type: 'string', default: '1' },
    threads: { type: 'string', default: '1' },
  },
});
const list = text => text.split(',').filter(Boolean);
const MOST = 50;
const SIDE = 64;
const e = await loadLabels([
  'engine/modelScan/vectorSearch',
  'engine/model/modelFile',
  'engine/training/encoderProgram',
  'engine/runtime/nodeRuntime',
]);
const { pixels, truth } = await readFashion(options.data, Number(options.images));
const signal = new AbortController().signal;
const nearest = (vectors, size) => e.nearestLists(vectors, size, MOST, Number(options.threads), () => {}, signal);

const spaces = {
  pixels: await nearest(
    Float32Array.from(pixels, v => v / 255),
    784,
  ),
  starter: await nearest(await starterEmbeddings(), 128),
};
for (const noise of list(options.noise)) {
  for (const seed of list(options.seeds).map(Number)) {
    const random = new e.SeededRandom(e.mixSeed(0x1abe1, seed));
    const labels = mislabel(truth, noise, +options.rate, () => random.next());
    for (const [name, { k, neighbours }] of Object.entries(spaces)) {
      for (const voters of [20, 50]) {
        const score = Float64Array.from(labels, (label, i) => {
          let others = 0;
          for (let rank = 0; rank < voters; rank++) others += Number(labels[neighbours[i * k + rank]] !== label);
          return others / voters;
        });
        const { ap, top100, found1x, found2x } = rankQuality(score, labels, truth);
        console.log(JSON.stringify({ noise, seed, images: truth.length, space: name, voters, ap, top100, found1x, found2x }));
      }
    }
  }
}
process.exit(0);

async function starterEmbeddings() {
  const file = fileURLToPath(new URL('../../media/starter.twinmodel', import.meta.url));
  const { network, parameters } = e.decodeModel(await readFile(file), file);
  const runtime = await e.createNodeRuntime(Number(options.threads));
  const encoder = await runtime.load(e.frozenEncoderProgram(network, parameters));
  const result = new Float32Array(truth.length * network.embeddingSize);
  const block = 64;
  for (let from = 0; from < truth.length; from += block) {
    const count = Math.min(block, truth.length - from);
    const images = new Float32Array(count * SIDE * SIDE * 3);
    for (let n = 0; n < count; n++) enlarge((from + n) * 784, images, n * SIDE * SIDE * 3);
    result.set((await encoder.run({ images })).embedding, from * network.embeddingSize);
  }
  return result;
}

/** Bilinear, grey to three channels. */
function enlarge(offset, into, at) {
  const place = i => Math.min(27, Math.max(0, ((i + 0.5) * 28) / SIDE - 0.5));
  for (let y = 0; y < SIDE; y++) {
    const [fy, y0] = [place(y), Math.floor(place(y))];
    const y1 = Math.min(27, y0 + 1);
    for (let x = 0; x < SIDE; x++) {
      const [fx, x0] = [place(x), Math.floor(place(x))];
      const x1 = Math.min(27, x0 + 1);
      const row = y2 => pixels[offset + y2 * 28 + x0] * (1 - fx + x0) + pixels[offset + y2 * 28 + x1] * (fx - x0);
      const value = (row(y0) * (1 - fy + y0) + row(y1) * (fy - y0)) / 255;
      into.fill(value, at + (y * SIDE + x) * 3, at + (y * SIDE + x + 1) * 3);
    }
  }
}
