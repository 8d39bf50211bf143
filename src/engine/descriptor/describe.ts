import type { Raster } from '../decode/raster';
import { measureRaster } from '../quality/measureRaster';
import { storeMeasures } from '../quality/storedMeasures';
import { IndexProjector } from './indexVector';
import * as layout from './layout';
import { resampleWindow } from './resample';
import { findContentBox } from './trim';

const { GREY_SIDE, CHROMA_SIDE, INDEX_DIMENSIONS, VIEWS, FULL_VIEW } = layout;
const SIDE = layout.RASTER_SPEC.side;
/** Index vectors hold under 10 half-cycles: half of the grey plane's side samples them well enough. */
const INDEX_SIDE = GREY_SIDE / 2;
/** A picture whose grey and colour vary less than this (standard deviation, grey levels) is blank: nothing to compare. */
const BLANK_DEVIATION = 2.5;

/** Pixels of the picture as it is stored on disk, orientation applied. */
export interface SourceSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Turns rasters into signatures. Holds scratch memory, so one thread uses one describer for all its pictures.
 */
export class Describer {
  readonly #planes = [0, 1, 2].map(() => new Float32Array(SIDE * SIDE));
  readonly #grey = new Float32Array(GREY_SIDE * GREY_SIDE);
  readonly #chroma = new Float32Array(CHROMA_SIDE * CHROMA_SIDE);
  readonly #small = new Float32Array(INDEX_SIDE * INDEX_SIDE);
  readonly #scratch = new Float32Array(SIDE * GREY_SIDE);
  readonly #projector = new IndexProjector(INDEX_SIDE, VIEWS);

  /**
   * The signature of a picture: `SIGNATURE_BYTES` bytes, the same for the same raster on every machine.
   * @throws RangeError when the raster is not `RASTER_SPEC.side` pixels wide and high.
   */
  describe(raster: Raster, source: SourceSize): Uint8Array {
    if (raster.width !== SIDE || raster.height !== SIDE || raster.data.length !== SIDE * SIDE * 3) {
      throw new RangeError(`describe needs ${SIDE}×${SIDE} RGB, got ${raster.width}×${raster.height}`);
    }
    const signature = new Uint8Array(layout.SIGNATURE_BYTES);
    const box = findContentBox(raster);
    const trimmed = box.left > 0 || box.top > 0 || box.right < SIDE || box.bottom < SIDE;
    this.#separate(raster.data);

    const [luma, redGreen, yellowBlue] = this.#planes;
    resampleWindow(luma, SIDE, box, GREY_SIDE, this.#grey, this.#scratch);
    const grey = signature.subarray(layout.OFFSET_GREY, layout.OFFSET_CHROMA);
    for (let i = 0; i < grey.length; i++) grey[i] = Math.min(255, Math.max(0, Math.round(this.#grey[i])));

    let colourful = false;
    for (const [c, plane] of [redGreen, yellowBlue].entries()) {
      resampleWindow(plane, SIDE, box, CHROMA_SIDE, this.#chroma, this.#scratch);
      colourful ||= deviation(this.#chroma) > BLANK_DEVIATION;
      const from = layout.OFFSET_CHROMA + c * CHROMA_SIDE * CHROMA_SIDE;
      for (let i = 0; i < this.#chroma.length; i++) {
        signature[from + i] = Math.min(255, Math.max(0, Math.round(128 + this.#chroma[i] / 2)));
      }
    }
    const blank = deviation(this.#grey) < BLANK_DEVIATION && !colourful;

    this.#halve();
    const vectors = new Int8Array(signature.buffer, layout.OFFSET_VECTORS, layout.VECTOR_COUNT * INDEX_DIMENSIONS);
    const vector = (view: number): Int8Array => vectors.subarray(view * INDEX_DIMENSIONS, (view + 1) * INDEX_DIMENSIONS);
    if (!blank) {
      for (let view = 0; view < VIEWS.length; view++) this.#projector.project(this.#small, view, vector(view));
      if (trimmed) {
        const whole = { left: 0, top: 0, right: SIDE, bottom: SIDE };
        resampleWindow(luma, SIDE, whole, INDEX_SIDE, this.#small, this.#scratch);
        this.#projector.project(this.#small, 0, vector(FULL_VIEW));
      } else {
        vector(FULL_VIEW).set(vector(0));
      }
    }

    signature[layout.OFFSET_VERSION] = layout.DESCRIPTOR_VERSION;
    signature[layout.OFFSET_FLAGS] = (blank ? layout.FLAG_BLANK : 0) | (trimmed ? layout.FLAG_TRIMMED : 0);
    signature.set([box.left, box.top, box.right, box.bottom], layout.OFFSET_BOX);
    const header = new DataView(signature.buffer);
    header.setUint16(layout.OFFSET_SOURCE, Math.min(65535, source.width), true);
    header.setUint16(layout.OFFSET_SOURCE + 2, Math.min(65535, source.height), true);
    const aspect = ((box.right - box.left) * source.width) / ((box.bottom - box.top) * source.height);
    signature[layout.OFFSET_ASPECT] = Math.min(255, Math.max(0, Math.round(128 + 16 * Math.log2(aspect))));
    storeMeasures(signature, {
      ...measureRaster(luma, redGreen, yellowBlue, SIDE, source),
      isTransparent: raster.isTransparent === true,
    });
    return signature;
  }

  /** Luma (Rec. 601) and two opponent colours, so that grey is 0 in both. */
  #separate(data: Uint8Array): void {
    const [luma, redGreen, yellowBlue] = this.#planes;
    for (let i = 0, at = 0; i < luma.length; i++, at += 3) {
      const r = data[at];
      const g = data[at + 1];
      const b = data[at + 2];
      luma[i] = 0.299 * r + 0.587 * g + 0.114 * b;
      redGreen[i] = r - g;
      yellowBlue[i] = (r + g) / 2 - b;
    }
  }

  #halve(): void {
    for (let y = 0; y < INDEX_SIDE; y++) {
      for (let x = 0; x < INDEX_SIDE; x++) {
        const at = 2 * y * GREY_SIDE + 2 * x;
        const grey = this.#grey;
        this.#small[y * INDEX_SIDE + x] = (grey[at] + grey[at + 1] + grey[at + GREY_SIDE] + grey[at + GREY_SIDE + 1]) / 4;
      }
    }
  }
}

function deviation(values: Float32Array): number {
  let sum = 0;
  for (const v of values) sum += v;
  const mean = sum / values.length;
  let square = 0;
  for (const v of values) square += (v - mean) ** 2;
  return Math.sqrt(square / values.length);
}

/** One signature with a describer of its own; a thread that makes many keeps a {@link Describer}. */
export function describe(raster: Raster, source: SourceSize): Uint8Array {
  return new Describer().describe(raster, source);
}
