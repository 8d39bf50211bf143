/**
 * Makes pictures of shapes with captions that say what is in them: a data set for the captions check on which right and wrong are known.
 *
 *   node bench/checks/makeScenes.mjs FOLDER [--count 1000] [--seed 1]
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const colours = {
  red: '#d33',
  orange: '#f93',
  yellow: '#ed3',
  green: '#3a4',
  blue: '#36d',
  purple: '#83c',
  pink: '#f9b',
  brown: '#852',
  black: '#222',
  white: '#f4f4f4',
};
const grounds = { grey: '#999', beige: '#dcb', teal: '#288', navy: '#225', lime: '#bd5' };
const sizes = { small: 26, big: 50 };
const shapes = {
  circle: (x, y, r) => `<circle cx="${x}" cy="${y}" r="${r}"/>`,
  square: (x, y, r) => `<rect x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}"/>`,
  triangle: (x, y, r) => `<polygon points="${x},${y - r} ${x + r},${y + r} ${x - r},${y + r}"/>`,
  cross: (x, y, r) =>
    `<path d="M${x - r / 3} ${y - r}h${(2 * r) / 3}v${(2 * r) / 3}h${(2 * r) / 3}v${(2 * r) / 3}h${(-2 * r) / 3}v${(2 * r) / 3}h${(-2 * r) / 3}v${(-2 * r) / 3}h${(-2 * r) / 3}v${(-2 * r) / 3}h${(2 * r) / 3}z"/>`,
  ring: (x, y, r) => `<path fill-rule="evenodd" d="${arc(x, y, r)}${arc(x, y, r * 0.55)}"/>`,
  star: (x, y, r) => {
    const points = Array.from({ length: 10 }, (_, i) => {
      const [angle, length] = [(Math.PI * (i - 2.5)) / 5, i % 2 ? r * 0.42 : r];
      return `${(x + length * Math.cos(angle)).toFixed(1)},${(y + length * Math.sin(angle)).toFixed(1)}`;
    });
    return `<polygon points="${points.join(' ')}"/>`;
  },
};
const arc = (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;

/** Mulberry32. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

/** One scene: its SVG and its caption. */
function sceneOf(random) {
  const pick = table => {
    const names = Object.keys(table);
    return names[Math.floor(random() * names.length)];
  };
  const thing = () => ({ size: pick(sizes), colour: pick(colours), shape: pick(shapes) });
  const named = ({ size, colour, shape }) => `${size} ${colour} ${shape}`;
  const [first, second, ground] = [thing(), thing(), pick(grounds)];
  const jitter = () => (random() - 0.5) * 20;
  const drawn = ({ size, colour, shape }, x, y) =>
    `<g fill="${colours[colour]}">${shapes[shape](Math.round(x + jitter()), Math.round(y + jitter()), Math.round(sizes[size] * (0.85 + 0.3 * random())))}</g>`;
  const layout = Math.floor(random() * 3);
  const places = [
    [[128, 128]],
    [
      [66, 128],
      [190, 128],
    ],
    [
      [128, 66],
      [128, 190],
    ],
  ][layout];
  const captions = [
    [`a ${named(first)} on a ${ground} background`, `${ground} background with one ${named(first)}`],
    [
      `a ${named(first)} left of a ${named(second)} on a ${ground} background`,
      `on ${ground}: a ${named(first)}, and a ${named(second)} to its right`,
    ],
    [
      `a ${named(first)} above a ${named(second)} on a ${ground} background`,
      `on ${ground}: a ${named(second)} below a ${named(first)}`,
    ],
  ][layout];
  const things = [first, second].slice(0, places.length).map((each, i) => drawn(each, ...places[i]));
  return {
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><rect width="256" height="256" fill="${grounds[ground]}"/>${things.join('')}</svg>`,
    caption: captions[Math.floor(random() * captions.length)],
  };
}

/** Writes the pictures and their captions. @returns paths and captions, in order */
export async function makeScenes(folder, count, seed) {
  await mkdir(folder, { recursive: true });
  const random = randomFrom(seed);
  const made = [];
  for (let i = 0; i < count; i++) {
    const { svg, caption } = sceneOf(random);
    const name = String(i).padStart(4, '0');
    await sharp(Buffer.from(svg))
      .png()
      .toFile(join(folder, `${name}.png`));
    await writeFile(join(folder, `${name}.txt`), `${caption}\n`);
    made.push({ path: `${name}.png`, caption });
  }
  return made;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, ...rest] = process.argv.slice(2);
  if (!folder || folder.startsWith('--')) {
    throw new Error('usage: node bench/checks/makeScenes.mjs FOLDER [--count N] [--seed N]');
  }
  const option = (name, usual) => (rest.includes(name) ? Number(rest[rest.indexOf(name) + 1]) : usual);
  const made = await makeScenes(folder, option('--count', 1000), option('--seed', 1));
  console.log(`${made.length} pictures with captions in ${folder}`);
}
