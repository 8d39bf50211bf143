import * as layout from '../descriptor/layout';
import { sourceMap, swapsAxes, transformPlane } from '../descriptor/transforms';
import { AlignLevel } from './alignLevel';
import { averageDown, findOverlap, padded, rowsOf, smooth, warp } from './planes';
import type { Affine } from './planes';

const { GREY_SIDE, CHROMA_SIDE } = layout;

/** Sides of the coarse and the fine level of the alignment. */
export const COARSE_SIDE = GREY_SIDE / 4;
export const FINE_SIDE = GREY_SIDE / 2;

/** More pixels than the grey plane holds can't be told apart here. */
export const MOST_DETAIL = GREY_SIDE;

const IDENTITY: Affine = [1, 0, 0, 0, 1, 0];

/** The two colour planes, around 0. */
export interface Colours {
  readonly planes: readonly [Float32Array, Float32Array];
  /** To sample from, see `planes.padded`. */
  readonly padded: readonly [Float32Array, Float32Array];
  /** Mean square of the planes; the larger of both. */
  readonly energy: number;
}

/**
 * A signature unpacked for the comparison with others, transformed if asked. Most pairs are settled on the coarse level, so each part is
 * worked out when it is first asked for.
 */
export class Prepared {
  readonly isTrimmed: boolean;
  readonly isBlank: boolean;
  /** Width by height of the trimmed picture, logarithm to base e. */
  readonly logAspect: number;
  /** Side, in pixels of the file, of the trimmed picture (geometric mean of both), at most {@link MOST_DETAIL}. */
  readonly detail: number;
  /** The trimmed window in the untrimmed picture, in normalised coordinates: middle and half size. */
  readonly box: { readonly x: number; readonly y: number; readonly halfWidth: number; readonly halfHeight: number };
  readonly grey: Float32Array;
  readonly coarse: AlignLevel;
  #fine: AlignLevel | undefined;
  #full: AlignLevel | undefined;
  #padded: Float32Array | undefined;
  #colours: Colours | undefined;
  #enlarged: readonly [Float32Array, Float32Array] | undefined;

  constructor(
    private readonly signature: Uint8Array,
    private readonly transform: number,
  ) {
    const flags = signature[layout.OFFSET_FLAGS];
    this.isTrimmed = (flags & layout.FLAG_TRIMMED) !== 0;
    this.isBlank = (flags & layout.FLAG_BLANK) !== 0;
    const unit = layout.RASTER_SPEC.side / 2;
    const box = layout.OFFSET_BOX;
    const [left, top, right, bottom] = [signature[box], signature[box + 1], signature[box + 2], signature[box + 3]];
    const x = (left + right) / 2 / unit - 1;
    const y = (top + bottom) / 2 / unit - 1;
    const halfWidth = (right - left) / 2 / unit;
    const halfHeight = (bottom - top) / 2 / unit;
    const source = new DataView(signature.buffer, signature.byteOffset + layout.OFFSET_SOURCE, 4);
    const pixels = halfWidth * source.getUint16(0, true) * halfHeight * source.getUint16(2, true);
    this.detail = Math.min(MOST_DETAIL, Math.sqrt(pixels));
    // Positions go with the picture: the inverse (transpose) of the map from target to source.
    const [a, b, c, d] = sourceMap(transform);
    const swap = swapsAxes(transform);
    this.box = {
      x: a * x + c * y,
      y: b * x + d * y,
      halfWidth: swap ? halfHeight : halfWidth,
      halfHeight: swap ? halfWidth : halfHeight,
    };
    const logAspect = ((signature[layout.OFFSET_ASPECT] - 128) / 16) * Math.LN2;
    this.logAspect = swap ? -logAspect : logAspect;
    this.grey = this.#plane(layout.OFFSET_GREY, GREY_SIDE);
    this.coarse = new AlignLevel(averageDown(this.grey, GREY_SIDE, COARSE_SIDE), COARSE_SIDE, 0);
  }

  get fine(): AlignLevel {
    return (this.#fine ??= new AlignLevel(smooth(averageDown(this.grey, GREY_SIDE, FINE_SIDE), FINE_SIDE), FINE_SIDE, 1));
  }

  /** All of the grey plane. */
  get full(): AlignLevel {
    return (this.#full ??= new AlignLevel(smooth(this.grey, GREY_SIDE), GREY_SIDE, 2));
  }

  /** The grey plane, not smoothed, to sample from. */
  get paddedGrey(): Float32Array {
    return (this.#padded ??= padded(this.grey, GREY_SIDE));
  }

  get colours(): Colours {
    if (this.#colours) return this.#colours;
    const planes = [0, 1].map(c => this.#plane(layout.OFFSET_CHROMA + c * CHROMA_SIDE * CHROMA_SIDE, CHROMA_SIDE));
    let energy = 0;
    for (const plane of planes) {
      let sum = 0;
      for (let i = 0; i < plane.length; i++) {
        plane[i] -= 128;
        sum += plane[i] * plane[i];
      }
      energy = Math.max(energy, sum / plane.length);
    }
    const [red, yellow] = planes;
    this.#colours = { planes: [red, yellow], padded: [padded(red, CHROMA_SIDE), padded(yellow, CHROMA_SIDE)], energy };
    return this.#colours;
  }

  /** The colour planes in the size of the grey one. */
  get enlargedColours(): readonly [Float32Array, Float32Array] {
    if (this.#enlarged) return this.#enlarged;
    const rows = rowsOf(GREY_SIDE);
    findOverlap(IDENTITY, GREY_SIDE, 0, rows);
    const enlarge = (plane: Float32Array): Float32Array => {
      const target = new Float32Array(GREY_SIDE * GREY_SIDE);
      warp(plane, CHROMA_SIDE, IDENTITY, target, GREY_SIDE, rows);
      return target;
    };
    const [red, yellow] = this.colours.padded;
    return (this.#enlarged = [enlarge(red), enlarge(yellow)]);
  }

  #plane(offset: number, side: number): Float32Array {
    const target = new Float32Array(side * side);
    const source = this.signature.subarray(offset, offset + side * side);
    if (this.transform === 0) target.set(source);
    else transformPlane(source, side, this.transform, target);
    return target;
  }
}
