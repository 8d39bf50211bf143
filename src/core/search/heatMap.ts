/** The best score over all sizes for a region with its middle in each field of a grid over a picture. */
export interface HeatMap {
  readonly columns: number;
  readonly rows: number;
  /** Row by row: 0 = a score of 0 or less, 255 = 1. Where the region does not fit, 0. */
  readonly values: Uint8Array;
}
