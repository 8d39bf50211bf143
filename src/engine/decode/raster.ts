/**
 * A decoded picture, small: 8-bit sRGB, rows from the top, three bytes a pixel (R, G, B), orientation applied,
 * transparency flattened. `data.length === width * height * 3`.
 */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** The picture had an alpha channel. */
  readonly isTransparent?: boolean;
}
