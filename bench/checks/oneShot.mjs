/**
 * Labels from a few references, on classes that no encoder was trained on: how often is the right class named, are the confidences right, and
 * does "unknown" hold off what belongs to no class?
 *
 *   node bench/checks/oneShot.mjs --garments IDXFOLDER --packages NODE_MODULES [--model SIX.twinlint] [--episodes 600] [--seeds 3]
 *     [--icons 240] [--perGarment 200] [--tasks 'garments;icons'] [--ablate] [--weights 1,0.75] [--fit] [--out FILE.json]
 *
 * IDXFOLDER: Fashion-MNIST (Debian's dataset-fashion-mnist). NODE_MODULES: `npm i fluentui-emoji --ignore-scripts` there. SIX: a model of the
 * six classes of the case study (0, 1, 2, 4, 5, 9): `--makeSix FOLDER`, then `twinlint train FOLDER --seconds 60 --seed 1 --out SIX.twinlint`.
 *
 * Garments: episodes of the four other classes (dress, shirt, sneaker, bag) from the test images, 15 queries a class; skewed: 36 queries of one
 * class and 3 of each other. Icons: the pictograms of fluentui-emoji in three styles are the classes; one style is the reference and the
 * others are asked, in episodes of five. Mixed: five classes, one to four of them garments. Open: 3 known garment classes and one unknown, or
 * 5 known icons and 3 unknown. Baselines: the nearest reference by 28 × 28 grey pixels (Euclidean), and by the Hamming distance of a 64-bit
 * perceptual hash (DCT).
 *
 * --ablate also measures the method on outlines alone, features alone and plain pixels alone. --fit (with --episodes 60 --perGarment 60) prints the weights of the confidence:
 * logistic regression on open episodes of the six other garment classes and the other half of the icons, none of which is measured.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { readIdx } from '../engine/garmentFiles.mjs';
import { loadEngine } from '../engine/loadEngine.mjs';
import { randomOf } from './ranking.mjs';

const { values } = parseArgs({
  options: {
    garments: { type: 'string' },
    packages: { type: 'string' },
    model: { type: 'string' },
    episodes: { type: 'string', default: '600' },
    seeds: { type: 'string', default: '3' },
    icons: { type: 'string', default: '240' },
    perGarment: { type: 'string', default: '200' },
    weights: { type: 'string' },
    fit: { type: 'boolean', default: false },
    ablate: { type: 'boolean', default: false },
    tasks: { type: 'string' },
    makeSix: { type: 'string' },
    out: { type: 'string' },
  },
});
if (!values.garments || (!values.packages && !values.makeSix)) {
  console.error(
    'usage: oneShot.mjs --garments IDXFOLDER --packages NODE_MODULES [--model SIX] [--episodes N] [--seeds N] [--fit]',
  );
  process.exit(2);
}
const SIX = [0, 1, 2, 4, 5, 9];
const FOUR = [3, 6, 7, 8];
const SIDE = 28;
const STYLES = ['modern', 'flat', 'high-contrast'];
const ICONS = Number(values.icons);
const QUERIES = 15;
const PER_GARMENT = Number(values.perGarment);

if (values.makeSix) {
  await makeSix(values.makeSix);
  process.exit(0);
}
const engine = await loadEngine(
  ['suggest/outlines', 'suggest/pictureEncoder'],
  ['core/suggest/confidence', 'core/suggest/judgeByReferences', 'core/suggest/prototypes', 'core/calibration/reliability'],
);
const weights = values.weights ? values.weights.split(',').map(Number) : engine.KIND_WEIGHTS;
const starter = fileURLToPath(new URL('../../media/starter.twinmodel', import.meta.url));
const episodes = Number(values.episodes);
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);

/** The images of the six classes among the first 6,000 of Fashion-MNIST as PNG files, to train an encoder on. */
async function makeSix(folder) {
  const { pixels, labels } = await readIdx(values.garments);
  for (const label of SIX) mkdirSync(path.join(folder, `class${label}`), { recursive: true });
  for (let i = 0; i < 6000; i++) {
    if (!SIX.includes(labels[i])) continue;
    const raw = { width: SIDE, height: SIDE, channels: 1 };
    const file = path.join(folder, `class${labels[i]}`, `${String(i).padStart(5, '0')}.png`);
    await sharp(pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE), { raw })
      .png()
      .toFile(file);
  }
}

/** Everything that is known of one picture. */
async function itemOf(picture, encoders) {
  const png = await picture.png().toBuffer();
  const sized = (width, height) => sharp(png).resize(width, height, { fit: 'fill' });
  const rgb = await sized(engine.OUTLINE_SIDE, engine.OUTLINE_SIDE).toColourspace('srgb').removeAlpha().raw().toBuffer();
  const outlines = new Float32Array(engine.OUTLINE_SIZE);
  engine.writeOutlines(rgb.length === engine.OUTLINE_SIDE ** 2 ? grown(rgb) : rgb, 0, outlines, 0);
  const features = [];
  for (const encoder of encoders) {
    const [height, width, channels] = encoder.input;
    const seen = sized(width, height);
    const raw = await (channels === 1 ? seen.greyscale() : seen.toColourspace('srgb').removeAlpha()).raw().toBuffer();
    const full = channels === 3 && raw.length === width * height ? grown(raw) : raw;
    features.push((await encoder.encode(Float32Array.from(full, byte => byte / 255))).values);
  }
  const grey = await sized(32, 32).greyscale().raw().toBuffer();
  const small = await sized(SIDE, SIDE).greyscale().raw().toBuffer();
  return { outlines, features, pixels: Float32Array.from(small), hash: perceptualHash(grey) };
}
const grown = grey => Uint8Array.from({ length: grey.length * 3 }, (_, i) => grey[Math.floor(i / 3)]);

/** 64 bits: which of the 8 × 8 lowest frequencies (of 32 × 32 pixels, DCT-II) are above their median. */
function perceptualHash(grey) {
  const size = 32;
  const cosines = Array.from({ length: 8 }, (_, k) =>
    Array.from({ length: size }, (_, i) => Math.cos(((2 * i + 1) * k * Math.PI) / (2 * size))),
  );
  const numbers = [];
  for (let v = 0; v < 8; v++) {
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) sum += grey[y * size + x] * cosines[v][y] * cosines[u][x];
      numbers.push(sum);
    }
  }
  const median = [...numbers].sort((a, b) => a - b)[32];
  return numbers.map(each => Number(each > median));
}

/** class → items */
async function readGarments(classes, part, encoders) {
  const { pixels, labels } = await readIdx(values.garments, part);
  const found = new Map(classes.map(label => [`garment ${label}`, []]));
  for (let i = 0; i < labels.length; i++) {
    const items = found.get(`garment ${labels[i]}`);
    if (!items || items.length === PER_GARMENT) continue;
    const raw = { width: SIDE, height: SIDE, channels: 1 };
    items.push(await itemOf(sharp(pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE), { raw }), encoders));
  }
  return found;
}

/** Two halves of the icons. */
async function readIcons(encoders) {
  const folder = path.join(values.packages, 'fluentui-emoji/icons');
  const sets = STYLES.map(style => new Set(readdirSync(path.join(folder, style))));
  const names = [...sets[0]].filter(
    name => sets.every(set => set.has(name)) && !/-(dark|light|medium|medium-dark|medium-light)\.svg$/.test(name),
  );
  const step = names.length / ICONS;
  const halves = [new Map(), new Map()];
  for (let i = 0; i < ICONS; i++) {
    const name = names.sort()[Math.floor(i * step)];
    const draw = style =>
      sharp(path.join(folder, style, name), { density: 72 })
        .resize(96, 96, { fit: 'contain', background: '#fff' })
        .flatten({ background: '#fff' });
    const items = [];
    for (const style of STYLES) items.push(await itemOf(draw(style), encoders));
    halves[i % 2].set(name, items);
  }
  return halves;
}

function drawer(seed) {
  const random = randomOf(seed);
  const below = count => Math.floor(random() * count);
  return {
    below,
    some: (list, count) => {
      const order = [...list];
      for (let i = 0; i < Math.min(count, order.length); i++) {
        const j = i + below(order.length - i);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order.slice(0, count);
    },
  };
}

/** References and queries of an episode; label −1: of no known class. */
function episodeOf(known, unknown, shots, draw, perClass = []) {
  const [references, queries] = [[], []];
  known.forEach((items, label) => {
    const chosen = draw.some(items, Math.min(items.length, shots + (perClass[label] ?? QUERIES)));
    references.push(...chosen.slice(0, shots).map(item => ({ item, label })));
    queries.push(...chosen.slice(shots).map(item => ({ item, label })));
  });
  for (const items of unknown) {
    queries.push(...draw.some(items, Math.min(items.length, QUERIES)).map(item => ({ item, label: -1 })));
  }
  return { references, queries, count: known.length };
}

function rowsOf(all, kindOf) {
  const size = kindOf(all[0].item).length;
  const numbers = new Float32Array(all.length * size);
  all.forEach(({ item }, i) => numbers.set(kindOf(item), i * size));
  return { values: numbers, size };
}

function judge({ references, queries, count }, encoder, own = weights) {
  const all = [...queries, ...references];
  const kinds = [rowsOf(all, item => item.outlines), rowsOf(all, item => item.features[encoder])];
  // The method without what is Twinlint's in it.
  if (own.length > 2) kinds.push(rowsOf(all, item => item.pixels));
  return engine.judgeByReferences({
    kinds,
    weights: own,
    queries: queries.length,
    classes: Int32Array.from(references, ({ label }) => label),
    count,
  }).judged;
}

function nearestReference({ references, queries }, distance) {
  return queries.map(({ item }) => {
    let [label, least] = [-1, Infinity];
    for (const each of references) {
      const own = distance(item, each.item);
      if (own < least) [label, least] = [each.label, own];
    }
    return label;
  });
}
function pixelDistance({ pixels }, other) {
  let sum = 0;
  for (let i = 0; i < pixels.length; i++) sum += (pixels[i] - other.pixels[i]) ** 2;
  return sum;
}
const hashDistance = (a, b) => a.hash.reduce((sum, bit, i) => sum + Number(bit !== b.hash[i]), 0);

/** What an episode of each task is made of. */
function tasksOf(garments, icons) {
  const [clothes, pictograms] = [[...garments.values()], [...icons.values()]];
  const mixed = draw => {
    const some = 1 + draw.below(Math.min(4, clothes.length));
    return [...draw.some(clothes, some), ...draw.some(pictograms, 5 - some)];
  };
  const openOf = (list, known, unknown) => draw => {
    const chosen = draw.some(list, known + unknown);
    return [chosen.slice(0, known), chosen.slice(known)];
  };
  return {
    garments: { shots: [1, 5], of: draw => [draw.some(clothes, 4), []] },
    icons: { shots: [1], of: draw => [draw.some(pictograms, 5), []] },
    mixed: { shots: [1], of: draw => [mixed(draw), []] },
    // Four of five queries are of one class.
    'garments, skewed': { shots: [1], of: draw => [draw.some(clothes, 4), []], queries: [36, 3, 3, 3] },
    'garments, open': { shots: [1, 5], of: openOf(clothes, 3, 1) },
    'icons, open': { shots: [1], of: openOf(pictograms, 5, 3) },
  };
}

const mean = list => list.reduce((sum, each) => sum + each, 0) / list.length;
const rounded = value => Number(value.toFixed(3));
const overSeeds = list => ({ mean: rounded(mean(list)), seeds: list.map(rounded) });

function measure(task, shots, encoder) {
  const rows = {
    accuracy: [],
    pixels: [],
    hash: [],
    calibration: [],
    falseAccept: [],
    falseReject: [],
    outlinesOnly: [],
    featuresOnly: [],
    pixelsOnly: [],
  };
  const all = { predicted: [], similar: [] };
  for (const seed of seeds) {
    const draw = drawer(1000 * seed + shots);
    const told = { predicted: [], similar: [] };
    const counts = {
      known: 0,
      right: 0,
      pixels: 0,
      hash: 0,
      unknown: 0,
      accepted: 0,
      rejected: 0,
      outlines: 0,
      features: 0,
      samePixels: 0,
    };
    for (let e = 0; e < episodes; e++) {
      const [known, unknown] = task.of(draw);
      const episode = episodeOf(known, unknown, shots, draw, task.queries);
      const judged = judge(episode, encoder);
      const [byPixels, byHash] = [nearestReference(episode, pixelDistance), nearestReference(episode, hashDistance)];
      const single =
        values.ablate && unknown.length === 0
          ? [
              [1, 0],
              [0, 1],
              [0, 0, 1],
            ].map(own => judge(episode, encoder, own))
          : undefined;
      episode.queries.forEach(({ label }, i) => {
        const isRight = judged[i].first === label;
        told.predicted.push(judged[i].confidence);
        told.similar.push(Number(isRight));
        if (label < 0) {
          counts.unknown++;
          counts.accepted += Number(judged[i].confidence >= 0.5);
          return;
        }
        counts.known++;
        counts.right += Number(isRight);
        counts.rejected += Number(judged[i].confidence < 0.5);
        counts.pixels += Number(byPixels[i] === label);
        counts.hash += Number(byHash[i] === label);
        if (single) counts.outlines += Number(single[0][i].first === label);
        if (single) counts.features += Number(single[1][i].first === label);
        if (single) counts.samePixels += Number(single[2][i].first === label);
      });
    }
    rows.accuracy.push(counts.right / counts.known);
    rows.pixels.push(counts.pixels / counts.known);
    rows.hash.push(counts.hash / counts.known);
    if (values.ablate) rows.outlinesOnly.push(counts.outlines / counts.known);
    if (values.ablate) rows.pixelsOnly.push(counts.samePixels / counts.known);
    if (values.ablate) rows.featuresOnly.push(counts.features / counts.known);
    rows.calibration.push(engine.expectedCalibrationError(told));
    if (counts.unknown > 0) rows.falseAccept.push(counts.accepted / counts.unknown);
    rows.falseReject.push(counts.rejected / counts.known);
    all.predicted.push(...told.predicted);
    all.similar.push(...told.similar);
  }
  const figures = Object.fromEntries(
    Object.entries(rows)
      .filter(([, list]) => list.length > 0)
      .map(([name, list]) => [name, overSeeds(list)]),
  );
  const reliability = engine.reliabilityTable(all).map(({ predicted, observed, pairs }) => ({
    predicted: rounded(predicted),
    observed: rounded(observed.value),
    images: pairs,
  }));
  return { ...figures, reliability };
}

/** Logistic regression by Newton's method, with a little ridge. */
function fitted(rows, truths) {
  const size = rows[0].length;
  let beta = new Array(size).fill(0);
  for (let step = 0; step < 30; step++) {
    const gradient = beta.map(value => -1e-3 * value);
    const hessian = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? 1e-3 : 0)));
    rows.forEach((row, n) => {
      const p = 1 / (1 + Math.exp(-row.reduce((sum, value, i) => sum + value * beta[i], 0)));
      for (let i = 0; i < size; i++) {
        gradient[i] += (truths[n] - p) * row[i];
        for (let j = 0; j < size; j++) hessian[i][j] += p * (1 - p) * row[i] * row[j];
      }
    });
    const change = solved(hessian, gradient);
    beta = beta.map((value, i) => value + change[i]);
  }
  return beta;
}
function solved(matrix, right) {
  const a = matrix.map((row, i) => [...row, right[i]]);
  for (let i = 0; i < a.length; i++) {
    const pivot = a.reduce((best, _, k) => (k >= i && Math.abs(a[k][i]) > Math.abs(a[best][i]) ? k : best), i);
    [a[i], a[pivot]] = [a[pivot], a[i]];
    for (let k = 0; k < a.length; k++) {
      if (k === i) continue;
      const factor = a[k][i] / a[i][i];
      for (let j = i; j <= a.length; j++) a[k][j] -= factor * a[i][j];
    }
  }
  return a.map((row, i) => row[a.length] / row[i]);
}

function fit(garments, icons) {
  const [rows, truths] = [[], []];
  let names;
  const clothes = [...garments.values()];
  const pictograms = [...icons.values()];
  const draw = drawer(77);
  const add = (known, unknown, shots) => {
    const episode = episodeOf(known, unknown, shots, draw);
    judge(episode, 0).forEach((each, i) => {
      const evidence = engine.evidenceOf(each, known.length);
      names = Object.keys(evidence);
      rows.push(Object.values(evidence));
      truths.push(Number(each.first === episode.queries[i].label));
    });
  };
  for (let e = 0; e < episodes; e++) {
    const chosen = draw.some(clothes, 2 + draw.below(5));
    const known = Math.max(2, Math.ceil(chosen.length * (0.5 + draw.below(6) / 10)));
    add(chosen.slice(0, known), chosen.slice(known), [1, 1, 2, 5][draw.below(4)]);
    // Icons are few in an episode: more of them, with as many unknown ones.
    const count = 2 + draw.below(9);
    const some = draw.some(pictograms, count + draw.below(count));
    for (let k = 0; k < 3; k++) add(some.slice(0, count), some.slice(count), 1);
  }
  const beta = fitted(rows, truths);
  return { queries: rows.length, weights: Object.fromEntries(names.map((name, i) => [name, rounded(beta[i])])) };
}

const encoders = [await engine.loadPictureEncoder(starter)];
if (values.model) encoders.push(await engine.loadPictureEncoder(path.resolve(values.model)));
const [fitIcons, icons] = await readIcons(encoders);
const result = {
  command: `node bench/checks/oneShot.mjs --episodes ${episodes} --seeds ${seeds.length}${values.fit ? ' --fit' : ''}`,
  weights,
};
if (values.fit) {
  result.fit = fit(await readGarments(SIX, 'train', encoders), fitIcons);
} else {
  const garments = await readGarments(FOUR, 't10k', encoders);
  result.tasks = {};
  for (const [name, task] of Object.entries(tasksOf(garments, icons))) {
    if (values.tasks && !values.tasks.split(';').includes(name)) continue;
    for (const shots of task.shots) {
      // The second encoder learned from garments.
      for (const encoder of name.startsWith('garments') ? encoders.keys() : [0]) {
        const key = `${name}, ${shots}-shot, ${encoder === 0 ? 'starter' : 'trained on six garment classes'}`;
        result.tasks[key] = measure(task, shots, encoder);
        const means = Object.entries(result.tasks[key]).flatMap(([name, figure]) =>
          'mean' in figure ? [[name, figure.mean]] : [],
        );
        console.log(key, JSON.stringify(Object.fromEntries(means)));
      }
    }
  }
}
for (const encoder of encoders) await encoder.dispose();
if (values.fit) console.log(JSON.stringify(result, null, 2));
if (values.out) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
