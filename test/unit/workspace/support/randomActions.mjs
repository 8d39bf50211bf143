// Random actions on a small data set, and what the files are to be after each: a model in memory, written apart from the journal.
import { createHash } from 'node:crypto';

/** @param {number} seed */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const folders = ['train/cat', 'train/dog', 'val/cat', 'val/dog', 'new/deep/er', ''];
const below = (folder, name) => (folder === '' ? name : `${folder}/${name}`);

/** Path → content, of 60 images with 20 sidecars and two lists, and what lies in the trash. */
export function firstModel(seed) {
  const random = randomOf(seed);
  const files = new Map();
  const rows = [];
  for (let i = 0; i < 60; i++) {
    const folder = folders[Math.floor(random() * 4)];
    files.set(`${folder}/i${i}.png`, `image ${i} ${'x'.repeat(Math.floor(random() * 2000))}`);
    if (i % 3 === 0) files.set(`${folder}/i${i}.txt`, `caption ${i}\n`);
    rows.push(`i${i},${folder}`);
  }
  files.set('places.dat', `name,folder\n${rows.join('\n')}\n`);
  files.set('notes.txt', 'one\ntwo\nthree\n');
  return { files, trash: new Map() };
}

const pick = (random, list) => list[Math.floor(random() * list.length)];
const imagesOf = model => [...model.files.keys()].filter(file => file.endsWith('.png')).sort();

/** Replaces the line that begins so; a splice as the journal takes it. */
function lineSplice(text, begin, line) {
  const at = text.startsWith(begin) ? 0 : text.indexOf(`\n${begin}`) + 1;
  const end = text.indexOf('\n', at) + 1;
  return { at, before: text.slice(at, end), after: line };
}

/** The next action, by number; does not change the model. */
export function actionAt(model, seed, number) {
  const random = randomOf(seed * 7919 + number);
  const images = imagesOf(model);
  const kind = random();
  if (kind < 0.5 && images.length > 10) {
    const units = [];
    const taken = new Set();
    for (let i = 0, count = 1 + Math.floor(random() * 4); i < count; i++) {
      const image = pick(random, images);
      if (taken.has(image)) continue;
      taken.add(image);
      const stem = image.slice(image.lastIndexOf('/') + 1, -4).split('.')[0];
      const base = below(pick(random, folders), `${stem}.${number}`);
      const moves = [[image, `${base}.png`]];
      const sidecar = `${image.slice(0, -4)}.txt`;
      if (model.files.has(sidecar)) moves.push([sidecar, `${base}.txt`]);
      units.push(moves);
    }
    // With a row of the list, they all hang together.
    if (random() < 0.5) return { kind: 'move', units };
    const [[first]] = units;
    const stem = first[0].slice(first[0].lastIndexOf('/') + 1, -4).split('.')[0];
    const splice = lineSplice(model.files.get('places.dat'), `${stem},`, `${stem},${first[1]}\n`);
    return { kind: 'move', units: [units.flat()], edit: { path: 'places.dat', splice } };
  }
  if (kind < 0.7 && images.length > 10) {
    const chosen = [...new Set([pick(random, images), pick(random, images), pick(random, images)])];
    const keep = images.find(image => !chosen.includes(image));
    return { kind: 'trash', keep, files: chosen.slice(0, 1 + Math.floor(random() * 3)) };
  }
  if (kind < 0.85) {
    const text = model.files.get('notes.txt');
    const begin = pick(random, ['one', 'two', 'three']);
    return { kind: 'edit', edit: { path: 'notes.txt', splice: lineSplice(text, begin, `${begin} ${number}\n`) } };
  }
  return {
    kind: 'create',
    path: below(pick(random, folders), `made${number}.png`),
    text: `made ${number} ${'é'.repeat(number % 50)}`,
  };
}

export function applyAction(model, action, number) {
  const { files, trash } = model;
  for (const moves of action.units ?? []) {
    for (const [from, to] of moves) {
      files.set(to, files.get(from));
      files.delete(from);
    }
  }
  if (action.edit) {
    const { path, splice } = action.edit;
    const text = files.get(path);
    files.set(path, text.slice(0, splice.at) + splice.after + text.slice(splice.at + splice.before.length));
  }
  if (action.kind === 'create') files.set(action.path, action.text);
  // Captions go along.
  const gone = action.kind === 'trash' ? action.files.flatMap(file => [file, `${file.slice(0, -4)}.txt`]) : [];
  for (const file of gone) {
    if (!files.has(file)) continue;
    trash.set(`${number} ${file}`, files.get(file));
    files.delete(file);
  }
}

/** One hash of all paths and contents, and of the contents in the trash. */
export function hashModel(files, trashed) {
  const hash = createHash('sha256');
  for (const file of [...files.keys()].sort()) hash.update(`${JSON.stringify([file, files.get(file)])}\n`);
  for (const content of [...trashed].sort()) hash.update(`${JSON.stringify(content)}\n`);
  return hash.digest('hex');
}

export const idOf = number =>
  `${number.toString(36).padStart(9, '0')}-${createHash('md5').update(String(number)).digest('hex').slice(0, 12)}`;
