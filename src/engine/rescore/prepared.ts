import * as layout from '../descriptor/layout';
import { sourceMap, swapsAxes, transformPlane } from '../descriptor/transforms';
import { alignLevel } from './align';
import type { AlignLevel } from './align';
import { averageDown, smooth } from './planes';

const { GREY_SIDE, CHROMA_SIDE } = layout;

/** Sides of the coarse and the fine level of the alignment. */
export const COARSE_SIDE = GREY_SIDE / 4;
export const FINE_SIDE = GREY_SIDE / 2;

/** A signature unpacked for the comparison with others, transformed if asked. */
export interface Prepared {
  readonly grey: Float32Array;
  readonly chroma: readonly [Float32Array, Float32Array];
  /** Mean square of the colour planes about neutral; the larger of both. */
  readonly colourEnergy: number;
  readonly coarse: AlignLevel;
  readonly fine: AlignLevel;
  /** All of the grey plane; made when first asked for, since few pairs come that far. */
  readonly full: AlignLevel;
  /** The trimmed window in the untrimmed picture, in normalised coordinates: middle and half size. */
  readonly box: { readonly x: number; readonly y: number; readonly halfWidth: number; readonly halfHeight: number };
  readonly isTrimmed: boolean;
  readonly isBlank: boolean;
  /** Width by height of the trimmed picture, logarithm to base e. */
  readonly logAspect: number;
  /** Side, in pixels of the file, of the trimmed picture (geometric mean of both), at most {@link MOST_DETAIL}. */
  readonly detail: number;
}

/** More pixels than the grey plane holds can't be told apart here. */
export const MOST_DETAIL = GREY_SIDE;

export function prepare(signature: Uint8Array, transform: number): Prepared {
  const plane = (offset: number, side: number): Float32Array => {
    const target = new Float32Array(side * side);
    transformPlane(signature.subarray(offset, offset + side * side), side, transform, target);
    return target;
  };
  const grey = plane(layout.OFFSET_GREY, GREY_SIDE);
  const fine = averageDown(grey, GREY_SIDE, FINE_SIDE);
  const flags = signature[layout.OFFSET_FLAGS];
  const unit = layout.RASTER_SPEC.side / 2;
  const [left, top, right, bottom] = signature.subarray(layout.OFFSET_BOX, layout.OFFSET_BOX + 4);
  const middle = [(left + right) / 2 / unit - 1, (top + bottom) / 2 / unit - 1];
  const half = [(right - left) / 2 / unit, (bottom - top) / 2 / unit];
  // Positions go with the picture: the inverse (transpose) of the map from target to source.
  const [a, b, c, d] = sourceMap(transform);
  const logAspect = ((signature[layout.OFFSET_ASPECT] - 128) / 16) * Math.LN2;
  const swap = swapsAxes(transform);
  const source = new DataView(signature.buffer, signature.byteOffset + layout.OFFSET_SOURCE, 4);
  const pixels = half[0] * source.getUint16(0, true) * half[1] * source.getUint16(2, true);
  const chroma = [0, 1].map(c => plane(layout.OFFSET_CHROMA + c * CHROMA_SIDE * CHROMA_SIDE, CHROMA_SIDE));
  const energy = (values: Float32Array): number => values.reduce((sum, v) => sum + (v - 128) ** 2, 0) / values.length;
  let full: AlignLevel | undefined;
  return {
    grey,
    chroma: [chroma[0], chroma[1]],
    colourEnergy: Math.max(...chroma.map(energy)),
    coarse: alignLevel(averageDown(grey, GREY_SIDE, COARSE_SIDE), COARSE_SIDE, 0),
    fine: alignLevel(smooth(fine, FINE_SIDE), FINE_SIDE, 1),
    get full() {
      return (full ??= alignLevel(smooth(grey, GREY_SIDE), GREY_SIDE, 2));
    },
    box: {
      x: a * middle[0] + c * middle[1],
      y: b * middle[0] + d * middle[1],
      halfWidth: swap ? half[1] : half[0],
      halfHeight: swap ? half[0] : half[1],
    },
    isTrimmed: (flags & layout.FLAG_TRIMMED) !== 0,
    isBlank: (flags & layout.FLAG_BLANK) !== 0,
    logAspect: swap ? -logAspect : logAspect,
    detail: Math.min(MOST_DETAIL, Math.sqrt(pixels)),
  };
}
