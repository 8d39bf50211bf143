import { CHROMA_SIDE, GREY_SIDE } from '../descriptor/layout';
import { affine } from './planes';
import type { Affine } from './planes';
import type { Prepared } from './prepared';

const IDENTITY = affine(1, 0, 0, 0, 1, 0);
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
  readonly #colours = [0, 1].map(() => new Float32Array(PIXELS));
  readonly #predicted = [0, 1].map(() => new Float32Array(PIXELS));

  match(
    image: Prepared,
    template: Prepared,
    map: Affine,
    warped: Float32Array,
    target: Float32Array,
    inside: Uint8Array,
  ): Matched {
    const forth = this.#predict(image, map, warped, target, inside, this.#predicted[0]);
    const back = this.#predict(template, IDENTITY, target, warped, inside, this.#predicted[1]);
    if (Math.max(forth, back) < LEAST_GAIN) return { warped, target, recoloured: 0 };
    return forth >= back
      ? { warped: this.#predicted[0], target, recoloured: forth }
      : { warped, target: this.#predicted[1], recoloured: back };
  }

  /** Writes the prediction of `wanted`; returns the share of grey's remainder that the colours take away, 0 where there are none. */
  #predict(
    picture: Prepared,
    map: Affine,
    grey: Float32Array,
    wanted: Float32Array,
    inside: Uint8Array,
    predicted: Float32Array,
  ): number {
    if (picture.colourEnergy < LEAST_COLOUR) return 0;
    const [red, yellow] = this.#colours;
    enlarge(picture.chroma[0], map, red);
    enlarge(picture.chroma[1], map, yellow);
    // Sums of products of grey, red, yellow, wanted and 1.
    let n = 0;
    let [g, r, y, w] = [0, 0, 0, 0];
    let [gg, gr, gy, gw, rr, ry, rw, yy, yw, ww] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (let i = 0; i < PIXELS; i++) {
      if (inside[i] === 0) continue;
      const a = grey[i];
      const b = red[i];
      const c = yellow[i];
      const d = wanted[i];
      n++;
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
    const offset = (w - ofGrey * g - ofRed * r - ofYellow * y) / n;
    for (let i = 0; i < PIXELS; i++) {
      predicted[i] = inside[i] === 0 ? 0 : ofGrey * grey[i] + ofRed * red[i] + ofYellow * yellow[i] + offset;
    }
    return Math.max(0, Math.min(1, (explained - (Cww - left)) / (left + n)));
  }
}

/** Samples a colour plane at the mapped place of each pixel of the grey plane, bilinearly, edges repeated. */
function enlarge(plane: Float32Array, map: Affine, target: Float32Array): void {
  const last = CHROMA_SIDE - 1;
  for (let y = 0, i = 0; y < GREY_SIDE; y++) {
    const v = (2 * y + 1) / GREY_SIDE - 1;
    for (let x = 0; x < GREY_SIDE; x++, i++) {
      const u = (2 * x + 1) / GREY_SIDE - 1;
      const px = ((map[0] * u + map[1] * v + map[2] + 1) * CHROMA_SIDE) / 2 - 0.5;
      const py = ((map[3] * u + map[4] * v + map[5] + 1) * CHROMA_SIDE) / 2 - 0.5;
      const cx = px < 0 ? 0 : px > last ? last : px;
      const cy = py < 0 ? 0 : py > last ? last : py;
      const x0 = Math.min(cx | 0, last - 1);
      const y0 = Math.min(cy | 0, last - 1);
      const from = y0 * CHROMA_SIDE + x0;
      const top = plane[from] + (plane[from + 1] - plane[from]) * (cx - x0);
      const bottom = plane[from + CHROMA_SIDE] + (plane[from + CHROMA_SIDE + 1] - plane[from + CHROMA_SIDE]) * (cx - x0);
      target[i] = top + (bottom - top) * (cy - y0) - 128;
    }
  }
}
