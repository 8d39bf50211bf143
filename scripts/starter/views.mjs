/**
 * Altered views of a picture, as a data set's copies are altered: cut, turned, mirrored, recoloured, framed, written over, recompressed.
 * Works on the small raster that the decoder hands over, since that is all that the encoder will see of a copy.
 */
import sharp from 'sharp';
import { PICTURE_SIDE } from './pictures.mjs';

/** Side of a view: the decoder's raster. */
export const VIEW_SIDE = 96;
const PIXELS = VIEW_SIDE * VIEW_SIDE;

/** @typedef {import('./random.mjs').Random} Random */

/** Transparency of writing and marks, drawn once: VIEW_SIDE² bytes each. @param {Random} random */
export async function drawMarks(random, count) {
  const marks = [];
  const words = ['SAMPLE', 'copy', 'Draft', 'PREVIEW', 'photo', '2024', 'No. 7', 'www', 'DO NOT USE', 'abc', 'Proof', '(c)'];
  const S = VIEW_SIDE;
  for (let i = 0; i < count; i++) {
    const text = `${random.pick(words)} ${random.chance(0.6) ? random.integer(1, 999) : ''}`;
    const size = random.integer(7, 18);
    const font = `font-family="${random.pick(['serif', 'sans-serif', 'monospace'])}" font-weight="${random.pick([400, 700])}"`;
    const shape = random.weighted({ line: 5, tiled: 1.5, disc: 1, bar: 1 });
    let inner;
    if (shape === 'tiled') {
      inner = `<g opacity="0.5" transform="rotate(${random.integer(-50, 50)} 48 48)">`;
      for (let y = -20; y < 130; y += 26) {
        inner += `<text x="${(y % 52) - 30}" y="${y}" font-size="${size * 0.8}" ${font}>${text} ${text} ${text}</text>`;
      }
      inner += '</g>';
    } else if (shape === 'disc') {
      inner = `<circle cx="${random.integer(8, 88)}" cy="${random.integer(8, 88)}" r="${random.integer(4, 11)}"/>`;
    } else if (shape === 'bar') {
      const height = random.integer(6, 14);
      inner = `<rect y="${random.chance(0.7) ? S - height : 0}" width="${S}" height="${height}"/>`;
    } else {
      inner = `<text x="${random.integer(0, 40)}" y="${random.integer(14, 94)}" font-size="${size}" ${font}>${text}</text>`;
    }
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${S}" height="${S}">${inner}</svg>`;
    marks.push(await sharp(Buffer.from(svg)).extractChannel('alpha').raw().toBuffer());
  }
  return marks;
}

/** What happens to one view; a milder one is nearly the picture itself. @param {Random} random */
function draw(random, strong) {
  const change = { keepX: 1, keepY: 1, x: 0.5, y: 0.5, turn: 0, symmetry: 0 };
  const colour = { gain: 1, gamma: 1, contrast: 1, lift: 0, saturation: 1, hue: 0, noise: 0, blur: 0, jpeg: 0 };
  const over = { frame: undefined, mark: false };
  const geometry = () => {
    const kind = random.weighted({ cut: 5, turn: 2.5, frame: 2, slight: 1.5 });
    if (kind === 'cut') {
      const area = random.between(0.62, 1);
      const shape = random.chance(0.5) ? 1 : random.between(0.85, 1.15);
      change.keepX = Math.min(1, Math.sqrt(area) * shape);
      change.keepY = Math.min(1, area / change.keepX);
      const spot = kept => random.pick([kept / 2, 0.5, 1 - kept / 2, random.between(kept / 2, 1 - kept / 2)]);
      change.x = spot(change.keepX);
      change.y = spot(change.keepY);
    } else if (kind === 'turn') {
      change.turn = (random.between(-7, 7) * Math.PI) / 180;
      change.ground = random.chance(0.8)
        ? random.pick([
            [255, 255, 255],
            [255, 255, 255],
            [0, 0, 0],
          ])
        : undefined;
    } else if (kind === 'frame') {
      const [wide, high] = [random.between(0, 0.12), random.between(0, 0.14)];
      const plain = random.pick([[0, 0, 0], [255, 255, 255], [0, 0, 0].map(() => random.integer(0, 255))]);
      over.frame = random.chance(0.6)
        ? [wide, wide, wide, wide, plain]
        : [wide, high, random.between(0, 0.12), random.between(0, 0.12), plain];
    } else {
      change.keepX = random.between(0.95, 1);
      change.keepY = random.between(0.95, 1);
      change.turn = random.between(-0.03, 0.03);
    }
  };
  const light = () => {
    switch (
      random.weighted({ gain: 3, gamma: 1, grey: 4, saturation: 1, hue: 3, contrast: 1.5, blur: 1.5, noise: 1, jpeg: 1.5 })
    ) {
      case 'gain':
        return (colour.gain = random.between(0.6, 1.4));
      case 'gamma':
        return (colour.gamma = random.between(0.6, 1.7));
      case 'grey':
        return (colour.saturation = 0);
      case 'saturation':
        return (colour.saturation = random.between(0.3, 2));
      case 'hue':
        return (colour.hue = random.between(-0.8, 0.8));
      case 'contrast':
        colour.contrast = random.between(0.55, 1.5);
        return (colour.lift = random.between(-30, 50));
      case 'blur':
        return (colour.blur = random.integer(1, 2));
      case 'noise':
        return (colour.noise = random.between(4, 18));
      default:
        return (colour.jpeg = random.integer(15, 60));
    }
  };
  if (random.chance(strong ? 0.6 : 0.15)) geometry();
  if (random.chance(strong ? 0.65 : 0.25)) light();
  if (strong && random.chance(0.25)) light();
  over.mark = random.chance(strong ? 0.2 : 0);
  if (random.chance(0.5)) change.symmetry = random.integer(0, 7);
  return { change, colour, over };
}

/** Hue turned and saturation changed, as a matrix on RGB that keeps the brightness (the SVG filter `hueRotate`'s coefficients). */
function colourMatrix(hue, saturation) {
  const [cos, sin] = [Math.cos(hue), Math.sin(hue)];
  const turned = [
    [0.213 + cos * 0.787 - sin * 0.213, 0.715 - cos * 0.715 - sin * 0.715, 0.072 - cos * 0.072 + sin * 0.928],
    [0.213 - cos * 0.213 + sin * 0.143, 0.715 + cos * 0.285 + sin * 0.14, 0.072 - cos * 0.072 - sin * 0.283],
    [0.213 - cos * 0.213 - sin * 0.787, 0.715 - cos * 0.715 + sin * 0.715, 0.072 + cos * 0.928 + sin * 0.072],
  ];
  const luma = [0, 1, 2].map(j => 0.299 * turned[0][j] + 0.587 * turned[1][j] + 0.114 * turned[2][j]);
  return turned.map(row => row.map((v, j) => luma[j] + (v - luma[j]) * saturation));
}

/**
 * One view of a picture (PICTURE_SIDE² RGB bytes): VIEW_SIDE² RGB bytes.
 * @param {Uint8Array} picture @param {Random} random @param {readonly Uint8Array[]} marks
 * @param {boolean} strong false: a view that is nearly the picture itself
 */
export async function makeView(picture, random, marks, strong) {
  const { change, colour, over } = draw(random, strong);
  const view = new Float32Array(PIXELS * 3);
  sample(picture, change, over.frame, view);
  if (over.mark) stamp(view, random.pick(marks), random);
  recolour(view, colour, random);
  for (let i = 0; i < colour.blur; i++) blur(view);
  let bytes = Uint8Array.from(view, v => Math.min(255, Math.max(0, Math.round(v))));
  if (colour.jpeg > 0) {
    const raw = { width: VIEW_SIDE, height: VIEW_SIDE, channels: /** @type {const} */ (3) };
    const file = await sharp(bytes, { raw }).jpeg({ quality: colour.jpeg }).toBuffer();
    bytes = new Uint8Array(await sharp(file).raw().toBuffer());
  }
  return bytes;
}

function sample(picture, change, frame, view) {
  const [cos, sin] = [Math.cos(change.turn), Math.sin(change.turn)];
  const [left, top, right, bottom, plain] = frame ?? [0, 0, 0, 0, [0, 0, 0]];
  const last = PICTURE_SIDE - 1;
  for (let y = 0, at = 0; y < VIEW_SIDE; y++) {
    for (let x = 0; x < VIEW_SIDE; x++, at += 3) {
      let u = ((x + 0.5) / VIEW_SIDE - left) / (1 - left - right) - 0.5;
      let v = ((y + 0.5) / VIEW_SIDE - top) / (1 - top - bottom) - 0.5;
      if (Math.abs(u) > 0.5 || Math.abs(v) > 0.5) {
        for (let c = 0; c < 3; c++) view[at + c] = plain[c];
        continue;
      }
      if (change.symmetry & 1) u = -u;
      if (change.symmetry & 2) v = -v;
      if (change.symmetry & 4) [u, v] = [v, u];
      const [s, t] = [u * cos - v * sin, u * sin + v * cos];
      const column = (s * change.keepX + change.x) * PICTURE_SIDE - 0.5;
      const row = (t * change.keepY + change.y) * PICTURE_SIDE - 0.5;
      const isOutside = column < -0.5 || row < -0.5 || column > last + 0.5 || row > last + 0.5;
      if (isOutside && change.ground) {
        for (let c = 0; c < 3; c++) view[at + c] = change.ground[c];
        continue;
      }
      const [cx, cy] = [Math.min(Math.max(column, 0), last - 0.001), Math.min(Math.max(row, 0), last - 0.001)];
      const [x0, y0] = [Math.floor(cx), Math.floor(cy)];
      const [fx, fy] = [cx - x0, cy - y0];
      const from = (y0 * PICTURE_SIDE + x0) * 3;
      const below = from + PICTURE_SIDE * 3;
      for (let c = 0; c < 3; c++) {
        const upper = picture[from + c] * (1 - fx) + picture[from + 3 + c] * fx;
        const lower = picture[below + c] * (1 - fx) + picture[below + 3 + c] * fx;
        view[at + c] = upper * (1 - fy) + lower * fy;
      }
    }
  }
}

/** @param {Random} random */
function stamp(view, mark, random) {
  const ink = random.pick([[220, 20, 20], [255, 255, 255], [0, 0, 0], [0, 0, 0].map(() => random.integer(0, 255))]);
  const strength = random.chance(0.6) ? 1 : random.between(0.3, 0.8);
  for (let i = 0; i < PIXELS; i++) {
    const alpha = (mark[i] / 255) * strength;
    for (let c = 0; c < 3; c++) view[i * 3 + c] += (ink[c] - view[i * 3 + c]) * alpha;
  }
}

/** @param {Random} random */
function recolour(view, { gain, gamma, contrast, lift, saturation, hue, noise }, random) {
  const matrix = hue === 0 && saturation === 1 ? undefined : colourMatrix(hue, saturation);
  const clamp = v => Math.min(255, Math.max(0, v));
  const curve = Float32Array.from({ length: 256 }, (_, i) =>
    clamp((255 * (i / 255) ** gamma * gain - 128) * contrast + 128 + lift),
  );
  for (let at = 0; at < view.length; at += 3) {
    const pixel = [view[at], view[at + 1], view[at + 2]];
    for (let c = 0; c < 3; c++) {
      const value = matrix ? matrix[c][0] * pixel[0] + matrix[c][1] * pixel[1] + matrix[c][2] * pixel[2] : pixel[c];
      view[at + c] = curve[Math.round(clamp(value))] + (noise > 0 ? (random.next() + random.next() - 1) * noise : 0);
    }
  }
}

/** 3×3 binomial. */
function blur(view) {
  const copy = view.slice();
  const row = VIEW_SIDE * 3;
  for (let y = 1; y < VIEW_SIDE - 1; y++) {
    for (let at = y * row + 3; at < (y + 1) * row - 3; at++) {
      const line = k => copy[k - 3] + 2 * copy[k] + copy[k + 3];
      view[at] = (line(at - row) + 2 * line(at) + line(at + row)) / 16;
    }
  }
}
