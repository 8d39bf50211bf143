import { CHROMA_SIDE, GREY_SIDE } from '../descriptor/layout';
import { warp } from './planes';
import type { Affine, Rows } from './planes';
import type { Prepared } from './prepared';

const PIXELS = GREY_SIDE * GREY_SIDE;
/** Mean square of a colour plane (units of 2 grey levels) under which a picture has no colours to speak of. */
const LEAST_COLOUR = 4;
/** Keeps the colours' share small where they explain little; times the number of pixels. */
const RIDGE = 4;
/** Colours count when they take away at least this share of what grey leaves. */
const LEAST_GAIN = 0.1;

/** Grey of both pictures after the match; either may be the original array. */
export interface Matched {
  readonly warped: Float32Array;
  readonly target: Float32Array;
  /** Share of the remainder that the colours took away, 0 … 1. */
  readonly recoloured: number;
}

/**
 * Undoes a change of hue or a conversion to grey before two pictures are compared: those turn colours into other brightnesses.
 * The grey of one is predicted from the grey and the colours of the other (least squares, with a ridge on the colours), in the direction
 * that works better. Holds scratch memory for one thread.
 */
export class ColourMatcher {
  readonly #warpedColours = [0, 1].map(() => new Float32Array(PIXELS));
  readonly #predicted = [0, 1].map(() => new Float32Array(PIXELS));

  /** `warped`: the image's grey under `map`, where `rows` says that both overlap. */
  match(image: Prepared, template: Prepared, map: Affine, warped: Float32Array, rows: Rows): Matched {
    const target = template.grey;
    let [forth, back] = [0, 0];
    if (image.colours.energy >= LEAST_COLOUR) {
      const colours = this.#warpedColours;
      image.colours.padded.forEach((plane, c) => warp(plane, CHROMA_SIDE, map, colours[c], GREY_SIDE, rows));
      forth = predict(warped, colours[0], colours[1], target, rows, this.#predicted[0]);
    }
    if (template.colours.energy >= LEAST_COLOUR) {
      const [red, yellow] = template.enlargedColours;
      back = predict(target, red, yellow, warped, rows, this.#predicted[1]);
    }
    if (Math.max(forth, back) < LEAST_GAIN) return { warped, target, recoloured: 0 };
    return forth >= back
      ? { warped: this.#predicted[0], target, recoloured: forth }
      : { warped, target: this.#predicted[1], recoloured: back };
  }
}

/**
 * Writes the prediction of `wanted` from grey and colours, where it is worth at least {@link LEAST_GAIN}; returns the share of grey's
 * remainder that the colours take away.
 */
function predict(
  grey: Float32Array,
  red: Float32Array,
  yellow: Float32Array,
  wanted: Float32Array,
  { from, to }: Rows,
  predicted: Float32Array,
): number {
  // Sums of products of grey, red, yellow, wanted and 1.
  let n = 0;
  let [g, r, y, w] = [0, 0, 0, 0];
  let [gg, gr, gy, gw, rr, ry, rw, yy, yw, ww] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let row = 0; row < GREY_SIDE; row++) {
    const start = row * GREY_SIDE + from[row];
    const end = row * GREY_SIDE + to[row];
    n += end - start;
    for (let i = start; i < end; i++) {
      const a = grey[i];
      const b = red[i];
      const c = yellow[i];
      const d = wanted[i];
      g += a;
      r += b;
      y += c;
      w += d;
      gg += a * a;
      gr += a * b;
      gy += a * c;
      gw += a * d;
      rr += b * b;
      ry += b * c;
      rw += b * d;
      yy += c * c;
      yw += c * d;
      ww += d * d;
    }
  }
  if (n === 0) return 0;
  const centre = (product: number, one: number, other: number): number => product - (one * other) / n;
  const floor = RIDGE * n;
  const [Cgg, Cgr, Cgy, Cgw] = [centre(gg, g, g) + 1, centre(gr, g, r), centre(gy, g, y), centre(gw, g, w)];
  const [Crr, Cry, Crw] = [centre(rr, r, r) + floor, centre(ry, r, y), centre(rw, r, w)];
  const [Cyy, Cyw] = [centre(yy, y, y) + floor, centre(yw, y, w)];
  // 3×3, symmetric and positive definite: by elimination.
  const l1 = Cgr / Cgg;
  const l2 = Cgy / Cgg;
  const rr1 = Crr - l1 * Cgr;
  const ry1 = Cry - l1 * Cgy;
  const yy1 = Cyy - l2 * Cgy;
  const rw1 = Crw - l1 * Cgw;
  const yw1 = Cyw - l2 * Cgw;
  const l3 = ry1 / rr1;
  const ofYellow = (yw1 - l3 * rw1) / (yy1 - l3 * ry1);
  const ofRed = (rw1 - ry1 * ofYellow) / rr1;
  const ofGrey = (Cgw - Cgr * ofRed - Cgy * ofYellow) / Cgg;
  if (ofGrey <= 0.1) return 0;
  const Cww = centre(ww, w, w);
  const left = Cww - (Cgw * Cgw) / Cgg;
  const explained = ofGrey * Cgw + ofRed * Crw + ofYellow * Cyw;
  const share = Math.max(0, Math.min(1, (explained - (Cww - left)) / (left + n)));
  if (share < LEAST_GAIN) return share;
  const offset = (w - ofGrey * g - ofRed * r - ofYellow * y) / n;
  for (let row = 0; row < GREY_SIDE; row++) {
    const end = row * GREY_SIDE + to[row];
    for (let i = row * GREY_SIDE + from[row]; i < end; i++) {
      predicted[i] = ofGrey * grey[i] + ofRed * red[i] + ofYellow * yellow[i] + offset;
    }
  }
  return share;
}
