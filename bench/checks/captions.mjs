/**
 * Measures the captions check: how well wrong captions are ranked first, beside the strongest simple baselines.
 *
 *   node bench/checks/captions.mjs scenes|FOLDER [--seeds 3] [--out FILE.json]
 *
 * scenes: made by makeScenes.mjs (1,000 pictures). FOLDER: pictures with caption files of the same base name, such as Debian's package
 * tuxpaint-stamps-default, unpacked (usr/share/tuxpaint/stamps). A tenth of the pictures exchange their captions among each other, so
 * that each of these has another text; the measure is the average precision of the ranking by doubt. A random order has 0.1.
 *
 * Baselines: the mean overlap (Jaccard index of the words, each weighted by its inverse document frequency) of a picture's caption with
 * those of its k nearest pictures, by 8 × 8 pixels and by the starter encoder's embeddings; the best k on these very data is taken.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { loadEngine } from '../engine/loadEngine.mjs';
import { makeScenes } from './makeScenes.mjs';

const [source, ...rest] = process.argv.slice(2);
if (!source || source.startsWith('--')) {
  throw new Error('usage: node bench/checks/captions.mjs scenes|FOLDER [--seeds N] [--out FILE]');
}
const option = (name, usual) => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : usual);
const seeds = Number(option('--seeds', 3));
const engine = await loadEngine(
  [
    'checks/captions/bytePairs',
    'checks/captions/learnFit',
    'runtime/keptRuntime',
    'samplers/epochs',
    'starter/loadStarter',
    'training/embed',
    'training/images',
  ],
  ['core/checks/captionText'],
);
const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
const SIDE = 64;
const BYTES = SIDE * SIDE * 3;
const KS = [5, 10, 20, 40];
const SWAPPED = 0.1;

/** @returns pictures that have a caption, in path order */
async function samplesOf(folder) {
  const files = (await readdir(folder, { recursive: true })).filter(file => /\.(png|jpe?g|webp)$/i.test(file)).sort();
  const samples = [];
  for (const file of files) {
    const text = await readFile(path.join(folder, file.replace(/\.\w+$/, '.txt')), 'utf8').catch(() => '');
    const caption = engine.captionOf(text);
    if (caption.kind === 'caption') samples.push({ file: path.join(folder, file), caption: caption.text });
  }
  return samples;
}

async function pixelsOf(samples) {
  const bytes = new Uint8Array(samples.length * BYTES);
  for (const [i, { file }] of samples.entries()) {
    const picture = sharp(file).flatten({ background: '#fff' }).resize(SIDE, SIDE, { fit: 'fill' });
    bytes.set(await picture.toColourspace('srgb').raw().toBuffer(), i * BYTES);
  }
  return bytes;
}

/** A tenth of the captions exchanged, none for an equal one. */
function swapped(captions, seed) {
  const random = new engine.SeededRandom(engine.mixSeed(seed, 0x5a9));
  const chosen = random.shuffle(captions.map((_, i) => i)).slice(0, Math.round(captions.length * SWAPPED));
  for (;;) {
    const order = random.shuffle([...chosen]);
    if (chosen.some((i, k) => captions[i] === captions[order[k]])) continue;
    const given = [...captions];
    chosen.forEach((i, k) => (given[i] = captions[order[k]]));
    return { given, isWrong: captions.map((caption, i) => caption !== given[i]) };
  }
}

/** @param doubts higher = likelier wrong */
function averagePrecision(doubts, isWrong) {
  const order = [...doubts.keys()].sort((a, b) => doubts[b] - doubts[a]);
  let [found, sum] = [0, 0];
  order.forEach((i, k) => {
    if (isWrong[i]) sum += ++found / (k + 1);
  });
  return sum / found;
}

/** For each row the others, nearest first, by the cosine of rows without their mean. */
function neighbours(rows, size) {
  const count = rows.length / size;
  const centred = rows.slice();
  for (let c = 0; c < size; c++) {
    let mean = 0;
    for (let i = 0; i < count; i++) mean += rows[i * size + c] / count;
    for (let i = 0; i < count; i++) centred[i * size + c] -= mean;
  }
  const norm = i => Math.hypot(...centred.subarray(i * size, (i + 1) * size)) || 1;
  const norms = Array.from({ length: count }, (_, i) => norm(i));
  return Array.from({ length: count }, (_, i) => {
    const cosine = Float64Array.from({ length: count }, (_, j) => {
      let sum = 0;
      for (let c = 0; c < size; c++) sum += centred[i * size + c] * centred[j * size + c];
      return sum / norms[i] / norms[j];
    });
    const others = Array.from({ length: count }, (_, j) => j).filter(j => j !== i);
    return others.sort((a, b) => cosine[b] - cosine[a]).slice(0, Math.max(...KS));
  });
}

function overlapDoubts(near, captions, k) {
  const words = captions.map(caption => new Set(engine.wordsOf(caption).filter(word => /[\p{L}\p{N}]/u.test(word))));
  const frequency = new Map();
  for (const set of words) for (const word of set) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const weight = word => Math.log(captions.length / frequency.get(word));
  const overlap = (a, b) => {
    let [both, either] = [0, 0];
    for (const word of new Set([...a, ...b])) {
      either += weight(word);
      if (a.has(word) && b.has(word)) both += weight(word);
    }
    return either > 0 ? both / either : 0;
  };
  return captions.map((_, i) => -near[i].slice(0, k).reduce((sum, j) => sum + overlap(words[i], words[j]), 0));
}

const folder = source === 'scenes' ? await mkdtemp(path.join(os.tmpdir(), 'twinlint-scenes-')) : source;
if (source === 'scenes') await makeScenes(folder, 1000, 1);
const samples = await samplesOf(folder);
const bytes = await pixelsOf(samples);
if (source === 'scenes') await rm(folder, { recursive: true });
const runtime = new engine.KeptRuntime(await engine.createNodeRuntime(2));
const starter = await engine.loadStarter(path.join(root, 'media/starter.twinmodel'));
const images = new engine.ByteImages(bytes, [SIDE, SIDE, 3]);
const encoder = await runtime.load(engine.frozenEncoderProgram(starter.network, starter.parameters));
const embeddings = await engine.embedAll(encoder, starter.network, images);
const tiny = new Float32Array(samples.length * 192);
for (let i = 0; i < bytes.length; i++) {
  const [sample, at] = [Math.floor(i / BYTES), i % BYTES];
  const [y, x, c] = [Math.floor(at / (SIDE * 3)) >> 3, Math.floor((at % (SIDE * 3)) / 3) >> 3, at % 3];
  tiny[sample * 192 + (y * 8 + x) * 3 + c] += bytes[i] / 64 / 255;
}
const spaces = { pixels: neighbours(tiny, 192), starter: neighbours(embeddings, starter.network.embeddingSize) };
const results = [];
for (let seed = 1; seed <= seeds; seed++) {
  const { given, isWrong } = swapped(
    samples.map(({ caption }) => caption),
    seed,
  );
  const captions = [...new Set(given)];
  const numberOf = new Map(captions.map((caption, i) => [caption, i]));
  const each = Int32Array.from(samples, (_, i) => i);
  const material = {
    bytes,
    readable: each,
    groups: each,
    captions,
    captionOf: Int32Array.from(given, caption => numberOf.get(caption)),
  };
  const pieces = engine.learnBytePairs(captions);
  const context = { signal: new AbortController().signal, report: () => undefined, onNote: () => undefined };
  const options = { pieces, length: engine.suitableLength(captions, pieces), runtime, starter: starter.parameters, seed };
  const { judged, steps, elapsedMs } = await engine.learnFit(material, options, context);
  const found = judged.judgements.filter(({ chance }) => chance >= 0.5).length;
  const right = judged.judgements.filter(({ chance }, i) => chance >= 0.5 && isWrong[i]).length;
  const own = samples.map(({ caption }) => caption);
  const wrong = [...isWrong.keys()].filter(i => isWrong[i]);
  const suggested = wrong.filter(i => captions[judged.judgements[i].better] === own[i]).length;
  const baselines = Object.entries(spaces).flatMap(([name, near]) =>
    KS.map(k => [`${name}, ${k} neighbours`, averagePrecision(overlapDoubts(near, given, k), isWrong)]),
  );
  const result = {
    seed,
    averagePrecision: averagePrecision(
      judged.judgements.map(({ rank }) => 1 - rank),
      isWrong,
    ),
    ownBeatsRandom: judged.groups.auc,
    estimatedWrongShare: judged.groups.share,
    findings: found,
    findingsThatAreWrong: right,
    wrong: wrong.length,
    rightCaptionSuggested: suggested,
    steps,
    trainingSeconds: elapsedMs / 1000,
    baselines: Object.fromEntries(baselines),
  };
  results.push(result);
  console.log(JSON.stringify(result));
}
await runtime.dispose();
const mean = pick => results.reduce((sum, result) => sum + pick(result), 0) / results.length;
const names = Object.keys(results[0].baselines);
const best = names.map(name => ({ name, value: mean(({ baselines }) => baselines[name]) })).sort((a, b) => b.value - a.value)[0];
console.log(
  `${source === 'scenes' ? 'scenes' : path.basename(source)}: ${samples.length} pictures, average precision ${mean(r => r.averagePrecision).toFixed(3)}; strongest baseline (${best.name}) ${best.value.toFixed(3)}; chance ${SWAPPED}`,
);
const out = option('--out');
if (out) await writeFile(out, `${JSON.stringify({ pictures: samples.length, results }, null, 2)}\n`);
