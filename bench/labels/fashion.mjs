// Fashion-MNIST with some labels made wrong.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

export const CLASSES = ['T-shirt', 'trouser', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle boot'];
/** The class that each is most easily taken for. */
const CONFUSABLE = [6, 3, 4, 1, 2, 7, 0, 9, 3, 7];
const SIDE = 28;

async function idx(folder, start, header) {
  const name = (await readdir(folder)).find(each => each.startsWith(start));
  if (!name) throw new Error(`${folder} holds no ${start}…: give the folder of Fashion-MNIST's four idx files.`);
  const bytes = await readFile(path.join(folder, name));
  return (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).subarray(header);
}

/** The first `count` training images: bytes, and their own labels. */
export const readFashion = (folder, count) => readPart(folder, 'train', count);
/** The 10,000 test images. */
export const readFashionTest = folder => readPart(folder, 't10k', 10_000);

async function readPart(folder, part, count) {
  const [pixels, labels] = await Promise.all([idx(folder, `${part}-images`, 16), idx(folder, `${part}-labels`, 8)]);
  return { pixels: new Uint8Array(pixels.subarray(0, count * SIDE * SIDE)), truth: Int32Array.from(labels.subarray(0, count)) };
}

/**
 * Labels of which some are wrong. `uniform`: any other class. `confusable`: the class that theirs is easily taken for. `instance`: as people
 * err, `look(image)` being the probabilities of a weak model that was trained on other images: the images it is least sure of are
 * mislabeled as what it takes them for.
 */
export function mislabel(truth, kind, rate, random, look) {
  const labels = Int32Array.from(truth);
  if (kind === 'instance') {
    const weight = Float64Array.from(truth, (label, i) => 1 - look(i)[label]);
    const wanted = Math.round(rate * truth.length);
    // Weighted sampling without replacement: the largest of u^(1/w) (Efraimidis and Spirakis, 2006).
    const keys = weight.map(w => Math.log(random()) / Math.max(1e-9, w));
    const order = [...keys.keys()].sort((a, b) => keys[b] - keys[a]);
    for (const i of order.slice(0, wanted)) {
      const p = look(i);
      let left = random() * (1 - p[truth[i]]);
      let label = truth[i] === 0 ? 1 : 0;
      for (let c = 0; c < p.length; c++) {
        if (c === truth[i]) continue;
        label = c;
        left -= p[c];
        if (left <= 0) break;
      }
      labels[i] = label;
    }
    return labels;
  }
  for (let i = 0; i < truth.length; i++) {
    if (random() >= rate) continue;
    labels[i] = kind === 'uniform' ? (truth[i] + 1 + Math.floor(random() * 9)) % 10 : CONFUSABLE[truth[i]];
  }
  return labels;
}

/** Average precision of a ranking, and what reviewing from the top finds. */
export function rankQuality(scores, labels, truth) {
  const order = [...scores.keys()].sort((a, b) => scores[b] - scores[a]);
  const wrong = order.reduce((sum, i) => sum + Number(labels[i] !== truth[i]), 0);
  let [hits, sum] = [0, 0];
  const found = [];
  order.forEach((i, at) => {
    if (labels[i] !== truth[i]) sum += ++hits / (at + 1);
    found.push(hits);
  });
  const perClass = CLASSES.map((_, c) => {
    let [own, total] = [0, 0];
    let at = 0;
    for (const i of order) {
      if (labels[i] !== c) continue;
      at++;
      if (labels[i] !== truth[i]) total += ++own / at;
    }
    return own > 0 ? +(total / own).toFixed(3) : null;
  });
  return {
    ap: +(sum / wrong).toFixed(4),
    top100: +(found[99] / 100).toFixed(2),
    found1x: +(found[wrong - 1] / wrong).toFixed(3),
    found2x: +(found[Math.min(found.length, 2 * wrong) - 1] / wrong).toFixed(3),
    wrong,
    perClass,
  };
}
