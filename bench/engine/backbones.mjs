// Pretrained networks as frozen encoders, on a set of altered pictures, beside the starter encoder alone:
//   node bench/engine/backbones.mjs --near DIR --truth FILE.json --work DIR [--only KEY,…] [--seconds S]
//     [--extra KEY=NAME=FILE.onnx …] [--out bench/results/backbones.json]
// DIR: pictures and altered copies, FILE.json: { FILE: [picture, alteration] } (bench/near/README.md says where they come from).
// Pairs are ranked by the cosine of what each network gives, nothing learned and nothing aligned; and once more with each number less its
// mean, by its deviation. What is in --out of other networks stays. The networks come from npm (scripts/lib/backboneSources.mjs). What was embedded is kept in --work: with
// --seconds the program ends after so long, and goes on from there when it is started again.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { fetchBackbones } from '../../scripts/lib/backboneSources.mjs';
import { machine } from '../near/bundle.mjs';
import { loadEngine } from './loadEngine.mjs';
import { readTruth, scoreVectors, standardized } from './nearScore.mjs';

const option = { type: 'string' };
const { values } = parseArgs({
  options: {
    ...Object.fromEntries(['near', 'truth', 'work', 'only', 'seconds', 'out'].map(name => [name, option])),
    extra: { type: 'string', multiple: true, default: [] },
  },
});
if (!values.near || !values.truth || !values.work) {
  console.error(
    'usage: backbones.mjs --near DIR --truth FILE.json --work DIR [--only KEY,…] [--extra KEY=NAME=FILE …] [--seconds S]',
  );
  process.exit(2);
}
const endsAt = performance.now() + Number(values.seconds ?? Infinity) * 1000;
sharp.cache(false);
sharp.concurrency(1);

/** Names for people, the key of the source, and the input range that the network was trained on where rules guess another one. */
const ENCODERS = [
  { name: 'starter', file: 'media/starter.twinmodel' },
  { name: 'MobileNetV2 (nsfwjs)', key: 'mobilenet', range: 'unit' },
  { name: 'MobileNetV2, wider (nsfwjs)', key: 'mobilenetGraph', range: 'unit' },
  { name: 'InceptionV3 (nsfwjs)', key: 'inception', range: 'unit' },
  { name: 'face expressions (face-api)', key: 'faceExpression', range: 'unit' },
  { name: 'age and gender (face-api)', key: 'faceGender', range: 'unit' },
  { name: 'face recognition (face-api)', key: 'faceRecognition', range: 'unit' },
  ...values.extra.map(given => {
    const [key, name, network] = given.split('=');
    return { key, name, network };
  }),
];
const truth = readTruth(values.truth);
const names = Object.keys(truth).sort();
const only = values.only?.split(',');
const engine = await loadEngine(['backbone/openBackbone', 'modelScan/scanModel']);
const networks = await fetchBackbones(console.error);
fs.mkdirSync(values.work, { recursive: true });

async function open({ file, key, range, network = networks[key] }) {
  if (file) {
    const model = await engine.loadScanModel(file);
    return {
      input: [model.height, model.width, 3],
      size: model.embeddingSize,
      embed: pixels => model.embed(pixels),
      made: model,
    };
  }
  const runtime = await engine.createNodeRuntime(1);
  const backbone = await engine.openBackbone(network, runtime, range && { preprocessing: range });
  return { input: backbone.input, size: backbone.featureSize, embed: (pixels, n) => backbone.embed(pixels, n), made: backbone };
}

async function picture(name, [height, width]) {
  const image = sharp(path.join(values.near, name)).rotate().flatten({ background: '#fff' });
  const sized = image.resize(width, height, { fit: 'fill' }).toColourspace('srgb').removeAlpha();
  return Float32Array.from(await sized.raw().toBuffer(), byte => byte / 255);
}

/** All vectors; undefined where the time is up. */
async function vectorsOf(encoder) {
  const { input, size, embed, made } = await open(encoder);
  const file = path.join(values.work, `${encoder.key ?? 'starter'}.f32`);
  const known = fs.existsSync(file) ? fs.readFileSync(file) : Buffer.alloc(0);
  let done = Math.floor(known.length / (size * 4));
  fs.writeFileSync(file, known.subarray(0, done * size * 4));
  let embedMs = 0;
  const before = done;
  while (done < names.length && performance.now() < endsAt) {
    const batch = names.slice(done, done + 8);
    const images = await Promise.all(batch.map(name => picture(name, input)));
    const pixels = new Float32Array(images.length * images[0].length);
    images.forEach((image, i) => pixels.set(image, i * image.length));
    const started = performance.now();
    const vectors = await embed(pixels, batch.length);
    embedMs += performance.now() - started;
    fs.appendFileSync(file, Buffer.from(vectors.buffer, vectors.byteOffset, batch.length * size * 4));
    done += batch.length;
  }
  await made.dispose();
  if (done < names.length) return undefined;
  const bytes = fs.readFileSync(file);
  const vectors = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return { vectors, size, input, ...(done > before && { msPerImage: Math.round((embedMs / (done - before)) * 10) / 10 }) };
}

const out = values.out ?? 'bench/results/backbones.json';
const old = fs.existsSync(out) ? JSON.parse(fs.readFileSync(out, 'utf8')).encoders : {};
const encoders = { ...old };
for (const encoder of ENCODERS) {
  const { name } = encoder;
  if (only && !only.includes(encoder.key ?? 'starter')) continue;
  const made = await vectorsOf(encoder);
  if (!made) {
    console.log(`${name}: not done yet; start again`);
    break;
  }
  const { vectors, size, input, msPerImage } = made;
  encoders[name] = {
    input: input.join('×'),
    numbers: size,
    msPerImageOneThread: msPerImage ?? old[name]?.msPerImageOneThread,
    cosine: scoreVectors(names, vectors, truth),
    cosineStandardized: scoreVectors(names, standardized(vectors, size), truth),
  };
  console.log(`${name}: ${encoders[name].cosine.recall}, standardized ${encoders[name].cosineStandardized.recall}`);
}
const set = { files: names.length, pictures: new Set(names.map(name => truth[name][0])).size };
const result = { date: new Date().toISOString().slice(0, 10), machine: machine(), set, encoders };
fs.writeFileSync(out, JSON.stringify(result, null, 2) + '\n');
process.exit(0);
