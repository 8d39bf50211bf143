// How often the crop search finds a region of a photograph in another file of it, beside correlating pixels:
//   node bench/search/crops.mjs --photos FOLDER [--weights media/search.weights …] [--queries 60] [--seeds 3] [--hard] [--ncc 2] [--out FILE]
// --ncc: also the baseline, on pictures so many times smaller than the network's (0: not). One query: a region with some detail, 12 to
// 35 % of the photograph's shorter side, is looked for in an altered file of the photograph and in --strangers other photographs (2).
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { loadSources } from '../../scripts/starter/bundle.mjs';
import { createRandom } from '../../scripts/starter/random.mjs';
import { alterPhoto } from './alterPhoto.mjs';
import { NccSearcher } from './ncc.mjs';
import { readPhotos } from './photos.mjs';

const option = fallback => ({ type: /** @type {const} */ ('string'), default: fallback });
const { values } = parseArgs({
  options: {
    photos: { type: 'string' },
    weights: { type: 'string', multiple: true, default: ['media/search.weights'] },
    queries: option('60'),
    seeds: option('3'),
    hard: { type: 'boolean', default: false },
    strangers: option('2'),
    ncc: option('2'),
    out: { type: 'string' },
  },
});
if (!values.photos) {
  console.error(
    'usage: crops.mjs --photos FOLDER [--weights FILE …] [--queries N] [--seeds N] [--hard] [--ncc SHRINK] [--out FILE]',
  );
  process.exit(2);
}
const engine = await loadSources([
  'core/search/box',
  'engine/runtime/nodeRuntime',
  'engine/search/cropModel',
  'engine/search/cropSearcher',
  'engine/search/peaks',
  'engine/search/resizeRaster',
  'engine/search/searchPlan',
]);
const photos = await readPhotos(values.photos);
console.log(`${photos.length} photographs`);

function cut(photo, { x, y, width, height }) {
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * photo.width + x) * 3;
    data.set(photo.data.subarray(from, from + width * 3), row * width * 3);
  }
  return { width, height, data };
}

/** Standard deviation of the brightness. */
function detail({ data }) {
  let [sum, squares] = [0, 0];
  for (let i = 1; i < data.length; i += 3) {
    sum += data[i];
    squares += data[i] ** 2;
  }
  const count = data.length / 3;
  return Math.sqrt(squares / count - (sum / count) ** 2);
}
const LEAST_DETAIL = 15;

function drawQuery(random) {
  for (;;) {
    const photo = photos[random.integer(0, photos.length - 1)];
    const short = Math.min(photo.width, photo.height);
    const area = (short * random.between(0.12, 0.35)) ** 2;
    const aspect = 2 ** random.between(-0.8, 0.8);
    const [width, height] = [Math.round(Math.sqrt(area * aspect)), Math.round(Math.sqrt(area / aspect))];
    const box = { x: random.integer(0, photo.width - width), y: random.integer(0, photo.height - height), width, height };
    const crop = cut(photo, box);
    if (detail(crop) >= LEAST_DETAIL) return { photo, box, crop };
  }
}

const methods = {};
for (const file of values.weights) {
  const searcher = new engine.CropSearcher(await engine.loadCropModel(file), await engine.createNodeRuntime(1));
  methods[file] = {
    template: (region, crop) => searcher.template(region, crop),
    best: async (template, raster) => (await searcher.search(template, raster, raster, 1)).peaks[0],
  };
}
if (values.ncc !== '0') {
  const searcher = new NccSearcher(engine, await engine.createNodeRuntime(1), Number(values.ncc));
  methods[`pixels 1/${values.ncc}`] = {
    template: (region, crop) => searcher.template(region, crop),
    best: async (template, raster) => (await searcher.search(template, raster, raster, 1)).peaks[0],
  };
}

const results = Object.fromEntries(Object.keys(methods).map(name => [name, []]));
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const random = createRandom(seed * 7_654_321);
  for (let index = 0; index < Number(values.queries); index++) {
    const { photo, box, crop } = drawQuery(random);
    const { raster, place } = await alterPhoto(photo, box, random, values.hard);
    const strangers = [];
    while (strangers.length < Number(values.strangers)) {
      const other = photos[random.integer(0, photos.length - 1)];
      if (other !== photo && engine.levelsFor(box, other).length > 0) strangers.push(other);
    }
    for (const [name, { template: make, best }] of Object.entries(methods)) {
      const startedMs = performance.now();
      const template = await make(box, crop);
      const found = await best(template, raster);
      const elapsedMs = performance.now() - startedMs;
      const others = [];
      for (const other of strangers) others.push((await best(template, other)).score);
      results[name].push({ seed, iou: engine.overlap(found.box, place), score: found.score, others, elapsedMs });
    }
  }
  console.log(`seed ${seed} done`);
}

const mean = list => list.reduce((sum, each) => sum + each, 0) / list.length;
/** The chance that the right picture's score is above a stranger's. */
const auc = rows =>
  mean(rows.flatMap(({ score, others }) => others.map(other => (score > other ? 1 : score === other ? 0.5 : 0))));
const quantile = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(share * list.length))];
const figures = {};
for (const [name, rows] of Object.entries(results)) {
  const seeds = [...new Set(rows.map(({ seed }) => seed))];
  const success = of => mean(of.map(({ iou }) => Number(iou >= 0.5)));
  // A threshold that one stranger in a hundred passes.
  const limit = quantile(
    rows.flatMap(({ others }) => others),
    0.99,
  );
  figures[name] = {
    success: success(rows),
    bySeed: seeds.map(seed => success(rows.filter(row => row.seed === seed))),
    meanIou: mean(rows.map(({ iou }) => iou)),
    rightAboveStranger: auc(rows),
    strangerLimit: limit,
    foundAboveLimit: mean(rows.map(({ iou, score }) => Number(iou >= 0.5 && score > limit))),
    scores: [0.05, 0.25, 0.5].map(share =>
      quantile(
        rows.map(({ score }) => score),
        share,
      ),
    ),
    strangers: [0.5, 0.9, 0.95, 0.99].map(share =>
      quantile(
        rows.flatMap(({ others }) => others),
        share,
      ),
    ),
    medianMs: quantile(
      rows.map(({ elapsedMs }) => elapsedMs),
      0.5,
    ),
  };
}
const report = {
  photos: photos.length,
  queries: Number(values.queries),
  seeds: Number(values.seeds),
  hard: values.hard,
  figures,
};
console.log(JSON.stringify(report, (_, value) => (typeof value === 'number' ? Number(value.toFixed(4)) : value), 1));
if (values.out) {
  fs.writeFileSync(values.out, `${JSON.stringify(report, (_, v) => (typeof v === 'number' ? Number(v.toFixed(4)) : v), 2)}\n`);
}
process.exit(0);
