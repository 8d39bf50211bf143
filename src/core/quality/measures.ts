/** What is measured of every picture while it is decoded, on a raster of 96 × 96 pixels. */
export interface PictureMeasures {
  /** Luma (0 … 255) that the darkest 5 % of the picture do not exceed. */
  readonly darkest: number;
  /** Luma (0 … 255) that 99 % of the picture do not exceed. */
  readonly brightest: number;
  /** How far from grey 99 % of the picture stay: the larger of |R − G| and |(R + G) / 2 − B|, 0 … 255. */
  readonly colour: number;
  /** Shannon's entropy of the histogram of luma, 0 … 8 bits. */
  readonly entropyBits: number;
  /** Variance of the Laplacian over the picture's own variance; 0 = without any detail. */
  readonly sharpness: number;
  readonly isTransparent: boolean;
}

/** JPEG leaves a trace of colour in grey pictures. */
const GREY_LIMIT = 6;
export const isGrey = ({ colour }: PictureMeasures): boolean => colour <= GREY_LIMIT;
