/**
 * Folders of identities for bench/checks/identities.mjs:
 *
 *   node bench/checks/makeIdentities.mjs emoji --packages PACKAGES/node_modules --out FOLDER
 *   node bench/checks/makeIdentities.mjs characters --packages PACKAGES/node_modules --kanjivg FOLDER_OF_SVG --out FOLDER
 *   node bench/checks/makeIdentities.mjs writers --out FOLDER [--writers 200] [--samples 8] [--seed 1]
 *
 * emoji: real drawings. One identity is one emoji, its files the drawings by the hands of five houses: npm `emoji-datasource-apple`, `-google`,
 *   `-twitter`, `-facebook` (72 pixels or so) and `openmoji`. Flags, skin tones and joined sequences are left out (they differ in a detail).
 * characters: real pen ways. One identity is one character, its files the way as KanjiVG drew it (the `kanji` folder of pip's `kanjivg`, with its
 *   variants in other hands) and the middle lines of npm `hanzi-writer-data`, whose drawings come from other people and typefaces.
 * writers: made, since no real handwriting of many people can be had here. The kinematic theory's sigma-lognormal model (Plamondon et al.,
 *   "Recent developments in the study of rapid human movements with the kinematic theory", 2014): a way is a sum of overlapping strokes with lognormal
 *   speed. 25 names, each written by 8 writers, who change every stroke's turn, bow, length and pace in a way of their own (so that the others are
 *   forgers who know the name); each sample changes all a little again, with a slant, size and pace of the day.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { randomOf } from './ranking.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    packages: { type: 'string' },
    kanjivg: { type: 'string' },
    out: { type: 'string' },
    writers: { type: 'string', default: '200' },
    samples: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
  },
});
const makers = { emoji, characters, writers };
const make = makers[positionals[0]];
if (!make || !values.out) {
  console.error('usage: makeIdentities.mjs emoji|characters|writers --out FOLDER [--packages NODE_MODULES] [--kanjivg FOLDER]');
  process.exit(2);
}
console.log(`${await make()} identities in ${values.out}`);

function put(identity, file) {
  mkdirSync(path.join(values.out, identity), { recursive: true });
  return path.join(values.out, identity, file);
}

async function emoji() {
  const at = (...parts) => path.join(values.packages, ...parts);
  const list = JSON.parse(readFileSync(at('emoji-datasource-apple/emoji.json'), 'utf8'));
  let count = 0;
  for (const { image, short_name: name, category } of list) {
    const code = image.replace('.png', '');
    if (category === 'Flags' || code.includes('200d') || name.startsWith('skin-tone')) continue;
    const found = ['apple', 'google', 'twitter', 'facebook']
      .map(house => [house, at(`emoji-datasource-${house}/img/${house}/64`, image)])
      .concat([['openmoji', at('openmoji/color/svg', `${code.replaceAll('-fe0f', '').toUpperCase()}.svg`)]])
      .filter(([, file]) => existsSync(file));
    if (found.length < 4) continue;
    for (const [house, file] of found) {
      const to = put(name.replaceAll(/[^\w+-]/g, '_'), `${house}.png`);
      if (file.endsWith('.svg')) await sharp(file).resize(72, 72).png().toFile(to);
      else copyFileSync(file, to);
    }
    count++;
  }
  return count;
}

function characters() {
  let count = 0;
  for (const file of readdirSync(path.join(values.packages, 'hanzi-writer-data'))) {
    const character = file.replace('.json', '');
    if (!file.endsWith('.json') || [...character].length !== 1) continue;
    const code = character.codePointAt(0).toString(16).padStart(5, '0');
    const drawn = readdirSync(values.kanjivg).filter(name => name === `${code}.svg` || name.startsWith(`${code}-`));
    if (!drawn.includes(`${code}.svg`)) continue;
    const { medians } = JSON.parse(readFileSync(path.join(values.packages, 'hanzi-writer-data', file), 'utf8'));
    if (medians.length < 4) continue;
    // Its y grows upwards.
    writeFileSync(
      put(code, 'hanzi.csv'),
      csvOf(
        medians.map(line =>
          alongLine(
            line.map(([x, y]) => [x, 1000 - y]),
            8,
          ),
        ),
      ),
    );
    for (const name of drawn) {
      const svg = readFileSync(path.join(values.kanjivg, name), 'utf8');
      const ways = [...svg.matchAll(/<path id="kvg:[^"]*-s\d+"[^>]* d="([^"]+)"/g)].map(([, d]) => alongPath(d));
      writeFileSync(put(code, name.replace('.svg', '.csv')), csvOf(ways));
    }
    count++;
  }
  return count;
}

/** Points along a polyline, evenly. */
function alongLine(points, count) {
  const lengths = points.slice(1).map(([x, y], i) => Math.hypot(x - points[i][0], y - points[i][1]));
  const whole = lengths.reduce((a, b) => a + b, 0);
  return Array.from({ length: count }, (_, k) => {
    let [left, i] = [(k / (count - 1)) * whole, 0];
    while (i < lengths.length - 1 && left > lengths[i]) left -= lengths[i++];
    const part = lengths[i] > 0 ? left / lengths[i] : 0;
    return points[i].map((from, d) => from + part * (points[i + 1][d] - from));
  });
}

/** Points along an SVG path of M, C, c, S and s, as KanjiVG writes them. */
function alongPath(d) {
  const points = [];
  let [x, y, lastX, lastY] = [0, 0, 0, 0];
  for (const [, command, rest] of d.matchAll(/([MmCcSs])([^MmCcSs]*)/g)) {
    const numbers = [...rest.matchAll(/-?(?:\d+\.?\d*|\.\d+)/g)].map(Number);
    const isRelative = command === command.toLowerCase();
    const kind = command.toUpperCase();
    const step = { M: 2, C: 6, S: 4 }[kind];
    for (let at = 0; at + step <= numbers.length; at += step) {
      const own = numbers.slice(at, at + step).map((n, i) => (isRelative ? n + (i % 2 ? y : x) : n));
      if (kind === 'M') [x, y, lastX, lastY] = [own[0], own[1], own[0], own[1]];
      else {
        const [x1, y1, x2, y2, x3, y3] = kind === 'C' ? own : [2 * x - lastX, 2 * y - lastY, ...own];
        for (let k = points.length ? 1 : 0; k <= 8; k++) {
          const t = k / 8;
          const mix = (a, b, c, e) => (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * e;
          points.push([mix(x, x1, x2, x3), mix(y, y1, y2, y3)]);
        }
        [x, y, lastX, lastY] = [x3, y3, x2, y2];
      }
    }
  }
  return alongLine(points, 8);
}

/** Strokes one after the other; the pen is off the paper on its way to a stroke's first point. */
function csvOf(strokes) {
  const rows = strokes.flatMap(points => points.map(([x, y], i) => `${x.toFixed(2)},${y.toFixed(2)},${Number(i > 0)}`));
  return `x,y,pen\n${rows.join('\n')}\n`;
}

function writers() {
  const random = randomOf(Number(values.seed));
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const WRITERS_OF_A_NAME = 8;
  const names = Array.from({ length: Math.ceil(Number(values.writers) / WRITERS_OF_A_NAME) }, () => {
    let turn = 0;
    return Array.from({ length: 10 + Math.floor(random() * 8) }, (_, i) => ({
      length: 0.6 + 0.8 * random(),
      turn: (turn += Math.PI * (0.35 + 0.6 * random()) * (random() < 0.3 ? -1 : 1)),
      bow: normal(),
      gap: 0.09 + 0.05 * random(),
      speed: -1.6 + 0.15 * normal(),
      shape: 0.25 + 0.08 * random(),
      lift: i > 2 && random() < 0.15,
    }));
  });
  const changed = (plan, by) =>
    plan.map(stroke => ({
      ...stroke,
      length: stroke.length * Math.exp(by * 0.9 * normal()),
      turn: stroke.turn + by * normal(),
      bow: stroke.bow + 1.5 * by * normal(),
      gap: stroke.gap * Math.exp(by * normal()),
      speed: stroke.speed + 0.5 * by * normal(),
    }));
  for (let writer = 0; writer < Number(values.writers); writer++) {
    const own = changed(names[Math.floor(writer / WRITERS_OF_A_NAME)], 0.3);
    for (let k = 0; k < Number(values.samples); k++) {
      const file = put(`writer-${String(writer).padStart(3, '0')}`, `${k}.csv`);
      writeFileSync(
        file,
        written(changed(own, 0.14), {
          normal,
          slant: 0.12 * normal(),
          turn: 0.07 * normal(),
          size: Math.exp(0.15 * normal()),
          pace: Math.exp(0.12 * normal()),
        }),
      );
    }
  }
  return Number(values.writers);
}

/** The pen's way at 100 points a second: the sum of the strokes' velocities. */
function written(plan, { normal, slant, turn, size, pace }) {
  let start = 0;
  const strokes = plan.map(stroke => ({ ...stroke, start: (start += stroke.gap * pace) }));
  const rows = [];
  let [x, y] = [0, 0];
  for (let t = 0; t < start + 0.6; t += 0.01) {
    let [vx, vy, isLifted] = [0, 0, false];
    for (const { start: t0, speed, shape, length, turn: angle, bow, lift } of strokes) {
      const since = t - t0;
      if (since <= 0) continue;
      const z = (Math.log(since) - speed) / shape;
      const v = (length * Math.exp((-z * z) / 2)) / (shape * Math.sqrt(2 * Math.PI) * since);
      // The share of the stroke that is done, by a logistic curve near the normal one.
      const done = 1 / (1 + Math.exp(-1.702 * z));
      const way = angle + turn + bow * (done - 0.5);
      vx += v * Math.cos(way);
      vy += v * Math.sin(way);
      if (lift && done > 0.1 && done < 0.9) isLifted = true;
    }
    // A hand moves on as it writes.
    x += (vx + 0.9) * 0.01;
    y += vy * 0.01;
    const pressure = isLifted ? 0 : Math.max(0.05, 0.7 - 0.04 * Math.hypot(vx, vy) + 0.02 * normal());
    rows.push(
      [t * 1000, 100 * size * (x + slant * y), 100 * size * y, pressure, Number(!isLifted)].map(n => n.toFixed(2)).join(','),
    );
  }
  return `time,x,y,pressure,pen\n${rows.join('\n')}\n`;
}
