// Garments, a simulated person who answers by a rule, and the product's own way from answers to a model.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { readIdx } from '../engine/garmentFiles.mjs';
import { loadEngine } from '../engine/loadEngine.mjs';

const SIDE = 64;
const starterPath = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../media/starter.twinmodel');

/** The relations, each a number of an image (or undefined: such images are left out). Equal numbers are similar. */
export const RULES = {
  /** Six classes of the case study. */
  class: (pixels, label) => ([0, 1, 2, 4, 5, 9].includes(label) ? label : undefined),
  /** Mean of the garment's own pixels (over 8 of 255): the darkest third of all garments against the brightest. */
  brightness: pixels => {
    const own = pixels.filter(v => v > 8);
    const mean = own.reduce((a, b) => a + b, 0) / Math.max(1, own.length);
    return mean <= 127 ? 0 : mean >= 175 ? 1 : undefined;
  },
  /** T-shirts, dresses and shirts: how much of columns 2–6 and 21–25 is filled in rows 14–24, where only long sleeves hang. */
  sleeves: (pixels, label) => {
    if (![0, 3, 6].includes(label)) return undefined;
    let filled = 0;
    for (let y = 14; y < 25; y++) for (const x of [2, 3, 4, 5, 6, 21, 22, 23, 24, 25]) filled += Number(pixels[y * 28 + x] > 24);
    return filled <= 11 ? 0 : filled >= 44 ? 1 : undefined;
  },
};

export async function openBench() {
  const engine = await loadEngine(
    [
      'model/modelFile',
      'training/images',
      'training/trainModel',
      'training/trainPairs',
      'training/embed',
      'training/pairMetrics',
      'model/pairHead',
    ],
    ['core/labeling/neighbourhoods', 'core/labeling/random'],
  );
  return { engine, starter: await engine.loadModel(starterPath), runtime: await engine.createNodeRuntime(1) };
}

/** `pool` images to ask about and `unseen` ones to judge by, from the two parts of the data set. */
export async function readTask({ engine }, folder, rule, pool, unseen, seed) {
  const random = engine.seededRandom(seed);
  const take = async (part, count) => {
    const { pixels, labels } = await readIdx(folder, part);
    const chosen = [];
    const attributes = [];
    while (chosen.length < count) {
      const i = Math.floor(random() * labels.length);
      const own = pixels.subarray(i * 784, (i + 1) * 784);
      const attribute = RULES[rule](own, labels[i]);
      if (attribute === undefined) continue;
      const raw = { width: 28, height: 28, channels: 1 };
      chosen.push(await sharp(own, { raw }).resize(SIDE, SIDE, { fit: 'fill' }).toColourspace('srgb').raw().toBuffer());
      attributes.push(attribute);
    }
    return { chosen, attributes };
  };
  const [first, second] = [await take('train', pool), await take('t10k', unseen)];
  const bytes = Buffer.concat([...first.chosen, ...second.chosen]);
  const channels = bytes.length / (pool + unseen) / SIDE ** 2;
  const colour =
    channels === 3 ? bytes : Buffer.alloc((bytes.length / channels) * 3, 0).map((_, i) => bytes[Math.floor(i / 3) * channels]);
  return {
    images: new engine.ByteImages(colour, [SIDE, SIDE, 3]),
    attribute: [...first.attributes, ...second.attributes],
    pool,
    judged: judgedPairs([...first.attributes, ...second.attributes], pool, 4000, random),
  };
}

/** As many similar as different pairs of unseen images. */
function judgedPairs(attribute, pool, count, random) {
  const [a, b, similar] = [new Int32Array(count), new Int32Array(count), new Uint8Array(count)];
  for (let k = 0; k < count;) {
    const [x, y] = [0, 1].map(() => pool + Math.floor(random() * (attribute.length - pool)));
    if (x === y || (attribute[x] === attribute[y]) !== (k % 2 === 1)) continue;
    [a[k], b[k], similar[k]] = [x, y, k % 2];
    k++;
  }
  return { a, b, similar };
}

/** Embeddings of all images, with their distance. */
export async function look({ engine, runtime }, model, images) {
  const encoder = await runtime.load(engine.encoderProgram(model.network));
  encoder.setState(model.parameters);
  const vectors = await engine.embedAll(encoder, model.network, images);
  await encoder.dispose();
  return seenBy(engine, vectors, model);
}

export function seenBy(engine, vectors, model) {
  const size = model.network.embeddingSize;
  const distance = engine.DISTANCES[model.description.distance];
  const of = i => vectors.subarray(i * size, (i + 1) * size);
  return {
    vectors,
    distance: (x, y) => distance.between(of(x), of(y)),
    judge: (judged, threshold) =>
      engine.pairMetrics(engine.pairDistances(judged, vectors, size, distance), judged.similar, threshold),
  };
}

/** The product's training from pairs. */
export async function train({ engine, starter, runtime }, task, answers, known, seed) {
  const { model, validation, before } = await engine.trainModel({
    images: task.images,
    nameOf: String,
    pairs: {
      a: Int32Array.from(answers, ({ a }) => a),
      b: Int32Array.from(answers, ({ b }) => b),
      similar: Uint8Array.from(answers, ({ similar }) => Number(similar)),
    },
    relation: 'as the person sees it',
    network: 'starter',
    startFrom: starter,
    known,
    limit: { seconds: 10 },
    seed,
    runtime,
    writtenBy: 'bench',
  });
  return { model, validation, before };
}

/** Embeddings through a model whose features are known: only its head is new. */
export function lookAgain({ engine }, model, known) {
  const to = model.network.embeddingSize;
  const size = engine.PAIR_SPACE;
  const count = known.points.length / size;
  const [kernel, bias] = [model.parameters['head/kernel'], model.parameters['head/bias']];
  const vectors = new Float32Array(count * to);
  for (let i = 0; i < count; i++) {
    const row = Float64Array.from(bias);
    for (let c = 0; c < size; c++) for (let k = 0; k < to; k++) row[k] += known.points[i * size + c] * kernel[c * to + k];
    const length = Math.hypot(...row);
    for (let k = 0; k < to; k++) vectors[i * to + k] = row[k] / length;
  }
  return seenBy(engine, vectors, model);
}

export const median = values => [...values].sort((x, y) => x - y)[values.length >> 1];

/**
 * Asks as the side bar does: one question in four an audit (never learned from), the others by groups; a dozen are chosen ahead.
 * @param seen what the present model sees
 */
export function askByGroups({ engine }, task, seen, answered, count, random) {
  const answers = [...answered];
  let asked = 0;
  let last = [];
  while (asked < count) {
    const ahead = Math.min(12, count - asked);
    const audits = Math.floor((asked + ahead) / 4) - Math.floor(asked / 4);
    const chosen = engine.chooseByGroups(
      { count: task.pool, distance: seen.distance, answered: answers, isExcluded: () => false, last },
      ahead - audits,
      random,
    );
    for (const { a, b } of chosen) answers.push({ a, b, similar: task.attribute[a] === task.attribute[b] });
    last = chosen.length > 0 ? [chosen.at(-1).a, chosen.at(-1).b] : [];
    asked += ahead;
  }
  return answers;
}

export function askAtRandom(task, answered, count, random) {
  const answers = [...answered];
  while (answers.length < answered.length + count) {
    const [a, b] = [0, 1].map(() => Math.floor(random() * task.pool));
    if (a !== b) answers.push({ a, b, similar: task.attribute[a] === task.attribute[b] });
  }
  return answers;
}
