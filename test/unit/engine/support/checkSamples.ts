/** Samples for the checks: small pictures, sounds, sensor values and strokes that networks learn in seconds, each different from all others. */
import sharp from 'sharp';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import { sine, wavOf } from '../checks/modalities/wavFiles';

const png = (svg: string): Promise<Buffer> => sharp(Buffer.from(svg)).png().toBuffer();

/** Of captioned pictures. */
export const COLOURS = { red: '#e22', green: '#2b3', blue: '#23e', yellow: '#ee2' };
const THINGS = ['circle', 'square'] as const;
export type Thing = (typeof THINGS)[number];

/** One shape somewhere on grey, a little different each time. */
export function colouredShape(colour: string, thing: Thing, i: number): Promise<Buffer> {
  const [x, y, r] = [90 + ((i * 37) % 76), 90 + ((i * 53) % 76), 45 + ((i * 29) % 30)];
  const drawn =
    thing === 'circle'
      ? `<circle cx="${x}" cy="${y}" r="${r}" fill="${colour}"/>`
      : `<rect x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}" fill="${colour}"/>`;
  const ground = `rgb(${100 + ((i * 31) % 100)},${100 + ((i * 17) % 100)},${100 + ((i * 23) % 100)})`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><rect width="256" height="256" fill="${ground}"/>${drawn}</svg>`;
  return png(svg);
}

/** The i-th captioned picture, and its caption, which ends in something of its own. */
export function captionedShape(i: number): { readonly picture: Promise<Buffer>; readonly caption: string } {
  const names = Object.keys(COLOURS) as (keyof typeof COLOURS)[];
  const [colour, thing] = [names[i % names.length], THINGS[Math.floor(i / names.length) % THINGS.length]];
  return { picture: colouredShape(COLOURS[colour], thing, i), caption: `a ${colour} ${thing}, view ${i}\n` };
}

/** Three spots of colour on a ground, and where they are. */
const spots = (seed: number): { x: number; y: number; r: number; colour: string }[] => {
  const random = new SeededRandom(seed);
  return Array.from({ length: 3 }, () => ({
    x: 8 + random.integer(48),
    y: 8 + random.integer(48),
    r: 5 + random.integer(10),
    colour: `hsl(${random.integer(360)},80%,45%)`,
  }));
};
/** The spots of a seed, in their colours or all in one. */
export const drawnSpots = (seed: number, ground: string, colour?: string): Promise<Buffer> => {
  const circles = spots(seed).map(({ x, y, r, colour: own }) => `<circle cx="${x}" cy="${y}" r="${r}" fill="${colour ?? own}"/>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="${ground}"/>${circles.join('')}</svg>`;
  return png(svg);
};

const CLASSES = 6;
/** The class of a sample of three modalities: what image, sound and sensors tell of. */
export const classOf = (sample: number): number => sample % CLASSES;

/** A disc of the colour of its class among grey blocks that no other picture has: plain discs would be near-duplicates. */
export function discOf(sample: number): Promise<Buffer> {
  const random = new SeededRandom(sample);
  const blocks = Array.from({ length: 9 }, () => {
    const [x, y, width, height] = [48, 48, 24, 24].map(most => 4 + random.integer(most));
    return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="hsl(0,0%,${random.integer(100)}%)"/>`;
  });
  const [x, y, r] = [20 + random.integer(24), 20 + random.integer(24), 15 + random.integer(7)];
  const disc = `<circle cx="${x}" cy="${y}" r="${r}" fill="hsl(${classOf(sample) * 60},85%,45%)"/>`;
  const ground = `<rect width="64" height="64" fill="hsl(0,0%,${60 + random.integer(40)}%)"/>`;
  return png(`<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">${ground}${blocks.join('')}${disc}</svg>`);
}

/** A noisy tone of the pitch of its class. */
export function toneOf(sample: number): Uint8Array {
  const random = new SeededRandom(sample + 1000);
  const tone = sine(250 * 1.6 ** classOf(sample) * (0.95 + 0.1 * random.next()), 0.3 + 0.2 * random.next());
  return wavOf(tone.map(value => value + 0.03 * (random.next() - 0.5)));
}

/** Swings, as many as its class says, of a height and phase of its own. */
export function swingsOf(sample: number): string {
  const random = new SeededRandom(sample + 2000);
  const [rows, height, phase] = [50 + random.integer(60), 3 + random.next(), random.next()];
  const turn = (row: number): number => 2 * Math.PI * (((1 + classOf(sample)) * row) / rows + phase);
  const lines = Array.from({ length: rows }, (_, row) => {
    const current = 100 + height * Math.sin(turn(row)) + random.next() - 0.5;
    return `${row / 100},${current.toFixed(3)},${(30 - current / 10 + random.next() / 10).toFixed(3)}`;
  });
  return ['time,current,voltage', ...lines].join('\n');
}

/** A looped way of a writer's own, each time a little different. */
export function strokesOf(writer: number, sample: number): string {
  const hand = new SeededRandom(1000 + writer);
  const waves = Array.from({ length: 4 }, (_, k) => ({ x: hand.normal(), y: hand.normal(), rate: k + 1 + hand.next() }));
  const day = new SeededRandom(7 * writer + 31 * sample + 5);
  const [slant, size] = [0.05 * day.normal(), Math.exp(0.2 * day.normal())];
  const daily = waves.map(({ x, y, rate }) => ({ x: x + 0.04 * day.normal(), y: y + 0.04 * day.normal(), rate }));
  const rows = Array.from({ length: 70 }, (_, i) => {
    const t = (i / 69) * 2 * Math.PI;
    const x = t + daily.reduce((sum, wave) => sum + wave.x * Math.sin(wave.rate * t), 0);
    const y = daily.reduce((sum, wave) => sum + wave.y * Math.cos(wave.rate * t), 0);
    return `${(size * 50 * (x + slant * y)).toFixed(2)},${(size * 50 * y).toFixed(2)},${10 * i}`;
  });
  return `x,y,t\n${rows.join('\n')}\n`;
}
