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

/**
 * The photograph as seen through a homography, bilinear: the patch's point (u, v), pixels from its middle, lies at (x, y) + shift +
 * scale · turn · (u, v) ÷ (1 + tilt · (u, v) ÷ SIDE).
 */
function cut({ width, height, data }, { x, y }, { scale, turn, tilt, shift }, columns, rows) {
  const patch = new Float32Array(columns * rows);
  const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  const [middleX, middleY, tiltX, tiltY] = [x + shift[0], y + shift[1], tilt[0] / SIDE, tilt[1] / SIDE];
  for (let row = 0, i = 0; row < rows; row++) {
    const v = row + 0.5 - rows / 2;
    for (let column = 0; column < columns; column++, i++) {
      const u = column + 0.5 - columns / 2;
      const w = 1 + tiltX * u + tiltY * v;
      const sx = Math.min(width - 1.001, Math.max(0, middleX + (cos * u - sin * v) / w));
      const sy = Math.min(height - 1.001, Math.max(0, middleY + (sin * u + cos * v) / w));
      const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
      const [fx, fy] = [sx - x0, sy - y0];
      const at = y0 * width + x0;
      const top = data[at] + (data[at + 1] - data[at]) * fx;
      const bottom = data[at + width] + (data[at + width + 1] - data[at + width]) * fx;
      patch[i] = top + (bottom - top) * fy;
    }
  }
  return patch;
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
  const patch = cut(photo, { x, y }, geometry, width, height);
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
 * What is learned from: some looks at each place, of which any two are a pair.
 * @returns by photograph, by place, looks of SIDE × SIDE; only photographs with two places or more
 */
export function looksOf(photos, seed, { placesEach = 120, looks = 6 } = {}) {
  const random = randomOf(seed);
  return photos
    .map(photo =>
      placesOf(photo, placesEach, random).map(place => Array.from({ length: looks }, () => lookAt(photo, place, random))),
    )
    .filter(places => places.length > 1);
}

/**
 * Fills batches with pairs of looks: the even ones of one place, of the odd ones every other of two places in one photograph, the rest of
 * any two. Both looks of a pair are mirrored and turned by quarters alike, as in the paper.
 * @returns a function that makes the next batch: `first` and `second` [batch, SIDE, SIDE, 1], `similar` [batch]
 */
export function batchesOf(looks, batch, seed) {
  const random = randomOf(seed);
  const below = count => Math.floor(random() * count);
  const places = looks.flatMap((own, photo) => own.map((_, place) => [photo, place]));
  return () => {
    const [first, second] = [0, 1].map(() => new Float32Array(batch * SIDE * SIDE));
    const similar = Float32Array.from({ length: batch }, (_, k) => (k + 1) % 2);
    for (let k = 0; k < batch; k++) {
      const [photo, place] = places[below(places.length)];
      let [otherPhoto, otherPlace] = [photo, place];
      while (!similar[k] && otherPhoto === photo && otherPlace === place) {
        if (k % 4 === 1) otherPlace = below(looks[photo].length);
        else [otherPhoto, otherPlace] = places[below(places.length)];
      }
      const [a, b] = [looks[photo][place], looks[otherPhoto][otherPlace]];
      const one = below(a.length);
      const other = similar[k] ? (one + 1 + below(a.length - 1)) % a.length : below(b.length);
      const [quarters, isMirrored] = [below(4), random() < 0.5];
      turnInto(a[one], quarters, isMirrored, first, k * SIDE * SIDE);
      turnInto(b[other], quarters, isMirrored, second, k * SIDE * SIDE);
    }
    return { first, second, similar };
  };
}

/** A square patch, mirrored or not, then turned by quarters. */
function turnInto(patch, quarters, isMirrored, into, offset) {
  const last = SIDE - 1;
  for (let y = 0, i = offset; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++, i++) {
      const [u, v] = [
        [x, y],
        [y, last - x],
        [last - x, last - y],
        [last - y, x],
      ][quarters];
      into[i] = patch[v * SIDE + (isMirrored ? last - u : u)];
    }
  }
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
