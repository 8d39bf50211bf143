// How well a box is followed through sequences of known motion (sequences.mjs), beside the same tracker on correlated pixels and the first
// frame's box that stays where it is:
//   node bench/search/tracks.mjs --photos FOLDER [--weights media/search.weights …] [--sequences 6] [--seeds 3] [--out FILE] [--plot FILE.svg]
// Success: share of visible frames whose box overlaps the true one (IoU) by more than a threshold; precision: whose middle is nearer than
// so many pixels. As in Wu, Lim and Yang, "Online object tracking: a benchmark", CVPR 2013. A lost frame that is visible counts as a miss.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { loadSources } from '../../scripts/starter/bundle.mjs';
import { createRandom } from '../../scripts/starter/random.mjs';
import { NccSearcher } from './ncc.mjs';
import { readPhotos } from './photos.mjs';
import { makeSequence } from './sequences.mjs';
import { successPlot } from './successPlot.mjs';

const option = fallback => ({ type: /** @type {const} */ ('string'), default: fallback });
const { values } = parseArgs({
  options: {
    photos: { type: 'string' },
    weights: { type: 'string', multiple: true, default: ['media/search.weights'] },
    sequences: option('6'),
    seeds: option('3'),
    out: { type: 'string' },
    plot: { type: 'string' },
  },
});
if (!values.photos) {
  console.error(
    'usage: tracks.mjs --photos FOLDER [--weights FILE …] [--sequences N] [--seeds N] [--out FILE] [--plot FILE.svg]',
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
  'engine/search/threshold',
  'engine/search/tracker',
]);
const photos = await readPhotos(values.photos);
const methods = { 'pixels 1/2': new NccSearcher(engine, await engine.createNodeRuntime(1), 2) };
for (const file of values.weights) {
  methods[file] = new engine.CropSearcher(await engine.loadCropModel(file), await engine.createNodeRuntime(1));
}

const middle = ({ x, y, width, height }) => [x + width / 2, y + height / 2];
const distance = (a, b) => Math.hypot(middle(a)[0] - middle(b)[0], middle(a)[1] - middle(b)[1]);
/** The baseline that does nothing. */
const STILL = 'box that stays';
const rows = Object.fromEntries([STILL, ...Object.keys(methods)].map(name => [name, []]));
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const random = createRandom(seed * 1_234_577);
  for (let index = 0; index < Number(values.sequences); index++) {
    const frames = await makeSequence(photos, random);
    const still = frames[0].box;
    for (const { box, isHidden } of frames.slice(1)) {
      rows[STILL].push({
        seed,
        isHidden,
        isLost: false,
        iou: engine.overlap(still, box),
        away: distance(still, box),
        elapsedMs: 0,
      });
    }
    for (const [name, searcher] of Object.entries(methods)) {
      const limits = { hold: engine.HOLD, find: engine.FIND };
      const tracker = await engine.Tracker.start(searcher, frames[0].raster, frames[0].box, limits);
      for (const { raster, box, isHidden } of frames.slice(1)) {
        const startedMs = performance.now();
        const sight = await tracker.next(raster);
        rows[name].push({
          seed,
          isHidden,
          isLost: sight.status === 'lost',
          iou: sight.box ? engine.overlap(sight.box, box) : 0,
          away: sight.box ? distance(sight.box, box) : Infinity,
          elapsedMs: performance.now() - startedMs,
        });
      }
    }
  }
  console.log(`seed ${seed} done`);
}

const share = (list, test) => list.filter(test).length / Math.max(1, list.length);
const steps = Array.from({ length: 51 }, (_, i) => i / 50);
const figures = Object.fromEntries(
  Object.entries(rows).map(([name, all]) => {
    const visible = all.filter(({ isHidden }) => !isHidden);
    const success = steps.map(step => share(visible, ({ iou }) => iou > step));
    const precision = steps.map(step => share(visible, ({ away }) => away <= step * 50));
    const seeds = [...new Set(all.map(({ seed }) => seed))];
    const times = all.map(({ elapsedMs }) => elapsedMs).sort((a, b) => a - b);
    return [
      name,
      {
        frames: visible.length,
        successAuc: success.reduce((sum, each) => sum + each, 0) / success.length,
        success50: share(visible, ({ iou }) => iou >= 0.5),
        bySeed: seeds.map(seed =>
          share(
            visible.filter(row => row.seed === seed),
            ({ iou }) => iou >= 0.5,
          ),
        ),
        precision20: share(visible, ({ away }) => away <= 20),
        hiddenCalledLost: share(
          all.filter(({ isHidden }) => isHidden),
          ({ isLost }) => isLost,
        ),
        visibleCalledLost: share(visible, ({ isLost }) => isLost),
        medianMs: times[Math.floor(times.length / 2)],
        success,
        precision,
      },
    ];
  }),
);
const rounded = (_, value) => (typeof value === 'number' ? Number(value.toFixed(4)) : value);
const curves = ['success', 'precision'];
const withoutCurves = figure => Object.fromEntries(Object.entries(figure).filter(([key]) => !curves.includes(key)));
const brief = Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, withoutCurves(figure)]));
console.log(JSON.stringify(brief, rounded, 1));
if (values.out) fs.writeFileSync(values.out, `${JSON.stringify({ photos: photos.length, figures }, rounded, 2)}\n`);
if (values.plot) fs.writeFileSync(values.plot, successPlot(figures));
process.exit(0);
