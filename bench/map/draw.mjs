/**
 * How long the map takes, and how much of the neighbourhoods it keeps, on Fashion-MNIST: beside umap-js on the very same neighbours, and
 * beside the plane through the vectors that both could start from.
 *
 *   node bench/map/draw.mjs --idx FOLDER [--count 10000] [--umap-js FOLDER/node_modules/umap-js]
 *
 * FOLDER holds train-images-idx3-ubyte.gz and its labels (Debian's dataset-fashion-mnist). Vectors: the pixels, of length 1; the time
 * depends on their number and width alone. Trustworthiness (Venna & Kaski 2001) for 15 neighbours, of 500 points among all; `sameClass`:
 * the share of the 15 nearest on the map that carry the point's own label, over the same points.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readIdx } from '../engine/garmentFiles.mjs';
import { loadEngine } from '../engine/loadEngine.mjs';

const { values } = parseArgs({
  options: { idx: { type: 'string' }, count: { type: 'string', default: '10000' }, 'umap-js': { type: 'string' } },
});
const count = Number(values.count);
const size = 784;
const k = 15;
const signal = new AbortController().signal;
const { drawMap, nearestLists, principalPlane, seededRandom } = await loadEngine(
  ['map/drawMap', 'map/principalPlane', 'modelScan/vectorSearch'],
  ['core/labeling/random'],
);

const { pixels, labels } = await readIdx(values.idx);
const vectors = Float32Array.from(pixels.subarray(0, count * size), value => value / 255);
for (let i = 0; i < count; i++) {
  const row = vectors.subarray(i * size, (i + 1) * size);
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  row.forEach((value, d) => (row[d] = value / length));
}

const timed = async (name, work) => {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const xy = await work();
  const seconds = (performance.now() - started) / 1000;
  const { user } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ name, count, seconds: round(seconds), cpuSeconds: round(user / 1e6), ...quality(xy) }));
};
const round = value => Number(value.toFixed(3));

/** Of 500 points evenly among all. */
function quality(xy) {
  const asked = Array.from({ length: 500 }, (_, i) => Math.floor((i * count) / 500));
  let [penalty, alike] = [0, 0];
  for (const point of asked) {
    const ranks = new Uint32Array(count);
    order(vectors, size, point).forEach((other, at) => (ranks[other] = at + 1));
    for (const near of order(xy, 2, point).subarray(0, k)) {
      penalty += Math.max(0, ranks[near] - k);
      if (labels[near] === labels[point]) alike++;
    }
  }
  const trustworthiness = 1 - (2 * penalty) / (asked.length * k * (2 * count - 3 * k - 1));
  return { trustworthiness: round(trustworthiness), sameClass: round(alike / (asked.length * k)) };
}

/** All other points, nearest first. */
function order(table, width, from) {
  const squares = new Float32Array(count);
  for (let j = 0; j < count; j++) {
    for (let d = 0; d < width; d++) squares[j] += (table[from * width + d] - table[j * width + d]) ** 2;
  }
  squares[from] = Infinity;
  return Uint32Array.from(squares.keys())
    .sort((a, b) => squares[a] - squares[b])
    .subarray(0, count - 1);
}

await timed('ours', async () => (await drawMap(vectors, size, 2, () => undefined, signal)).xy);
await timed('plane', async () => Float32Array.from(await principalPlane(vectors, size, signal)));
if (values['umap-js']) {
  const { UMAP } = createRequire(import.meta.url)(path.resolve(values['umap-js']));
  const { neighbours } = await nearestLists(vectors, size, k, 2, () => undefined, signal);
  const distance = (i, j) => {
    let square = 0;
    for (let d = 0; d < size; d++) square += (vectors[i * size + d] - vectors[j * size + d]) ** 2;
    return Math.sqrt(square);
  };
  // Its lists begin with the point itself.
  const lists = Array.from({ length: count }, (_, i) => [i, ...neighbours.subarray(i * k, (i + 1) * k)]);
  const rows = Array.from({ length: count }, (_, i) => Array.from(vectors.subarray(i * size, (i + 1) * size)));
  await timed('umap-js', () => {
    const umap = new UMAP({ nNeighbors: k + 1, random: seededRandom(1) });
    umap.setPrecomputedKNN(
      lists,
      lists.map((list, i) => list.map(j => distance(i, j))),
    );
    const started = performance.now();
    const rounds = umap.initializeFit(rows);
    console.log(JSON.stringify({ name: 'umap-js', longestWaitSeconds: round((performance.now() - started) / 1000) }));
    for (let step = 0; step < rounds; step++) umap.step();
    return Float32Array.from(umap.getEmbedding().flat());
  });
}
