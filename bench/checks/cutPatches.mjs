/** Patches of photographs with known geometry: what one place looks like from elsewhere, in another light. */
import { randomOf } from './ranking.mjs';

/** Side of a patch in pixels, and how far a point must be from the picture's edge to be cut at any scale and turn. */
export const SIDE = 64;
const BORDER = 80;
/** Points of one photograph are at least so far apart. */
const APART = 40;
/** Least standard deviation of grey levels (0…1) around a point: sky and walls are no places. */
const LEAST_DEVIATION = 0.06;

export const greyOf = ({ width, height, data }) => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, i) => {
    const at = i * (data.length / (width * height));
    return (0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]) / 255;
  }),
});

/** Places with structure, at random. */
export function placesOf(photo, most, random) {
  const places = [];
  for (let tries = 0; tries < most * 8 && places.length < most; tries++) {
    const x = BORDER + random() * (photo.width - 2 * BORDER);
    const y = BORDER + random() * (photo.height - 2 * BORDER);
    if (places.some(p => Math.hypot(p.x - x, p.y - y) < APART)) continue;
    if (deviation(coarsely(photo, x, y)) >= LEAST_DEVIATION) places.push({ x, y });
  }
  return places;
}

/** Every fourth pixel each way of the patch around a point. */
function coarsely({ width, data }, x, y) {
  const [left, top] = [Math.round(x - SIDE / 2), Math.round(y - SIDE / 2)];
  const steps = SIDE / 4;
  return Float32Array.from(
    { length: steps * steps },
    (_, i) => data[(top + 4 * Math.floor(i / steps)) * width + left + 4 * (i % steps)],
  );
}

const deviation = values => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};

/** Where a patch's point (u, v), pixels from its middle, lies in the photograph. */
const homography = (x, y, { scale = 1, turn = 0, tilt = [0, 0], shift = [0, 0] }) => {
  const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  return (u, v) => {
    const w = 1 + (tilt[0] * u + tilt[1] * v) / SIDE;
    return [x + shift[0] + (cos * u - sin * v) / w, y + shift[1] + (sin * u + cos * v) / w];
  };
};

/** Bilinear. */
function cut(photo, map, width, height) {
  const patch = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [x, y] = map(column + 0.5 - width / 2, row + 0.5 - height / 2);
      patch[row * width + column] = sample(photo, x, y);
    }
  }
  return patch;
}

function sample({ width, height, data }, x, y) {
  const cx = Math.min(width - 1.001, Math.max(0, x));
  const cy = Math.min(height - 1.001, Math.max(0, y));
  const [x0, y0] = [Math.floor(cx), Math.floor(cy)];
  const [fx, fy] = [cx - x0, cy - y0];
  const at = y0 * width + x0;
  const top = data[at] * (1 - fx) + data[at + 1] * fx;
  return top * (1 - fy) + (data[at + width] * (1 - fx) + data[at + width + 1] * fx) * fy;
}

/** A look at a place: scaled by up to 1.5 either way, turned by up to 25°, tilted, moved by up to 4 pixels, and lit differently. */
export function lookAt(photo, { x, y }, random, width = SIDE, height = SIDE) {
  const within = reach => (2 * random() - 1) * reach;
  const geometry = {
    scale: 1.5 ** within(1),
    turn: (within(25) * Math.PI) / 180,
    tilt: [within(0.25), within(0.25)],
    shift: [within(4), within(4)],
  };
  const patch = cut(photo, homography(x, y, geometry), width, height);
  const [gamma, gain, bias, noise] = [1.6 ** within(1), 1 + within(0.3), within(0.1), 0.03 * random()];
  const seen = random() < 0.3 ? blurred(patch, width, height) : patch;
  return seen.map(value => Math.min(1, Math.max(0, value ** gamma * gain + bias + noise * gaussian(random))));
}

const gaussian = random => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function blurred(patch, width, height) {
  const at = (x, y) => patch[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))];
  return patch.map((value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return (4 * value + at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1)) / 8;
  });
}

/**
 * Pairs of looks: the even ones of one place, the odd ones of two places, every other of these two in one photograph.
 * @returns pixels of both sides, one after the other, and 1 or 0 a pair
 */
export function pairsOf(photos, count, seed, { placesEach = 60, width = SIDE, height = SIDE } = {}) {
  const random = randomOf(seed);
  const usable = photos
    .map(photo => ({ photo, places: placesOf(photo, placesEach, random) }))
    .filter(({ places }) => places.length > 1);
  const pick = list => list[Math.floor(random() * list.length)];
  const size = width * height;
  const [first, second] = [new Float32Array(count * size), new Float32Array(count * size)];
  const similar = Uint8Array.from({ length: count }, (_, k) => (k + 1) % 2);
  for (let k = 0; k < count; k++) {
    const one = pick(usable);
    const place = pick(one.places);
    let [other, otherPlace] = [one, place];
    while (!similar[k] && otherPlace === place) {
      if (k % 4 === 1) other = pick(usable);
      otherPlace = pick(other.places);
    }
    first.set(lookAt(one.photo, place, random, width, height), k * size);
    second.set(lookAt(other.photo, otherPlace, random, width, height), k * size);
  }
  return { first, second, similar, count, size, width, height };
}
