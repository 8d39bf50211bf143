import type { PictureMeasures } from '../../core/quality/measures';

/** What a measure of sharpness must leave alone: how much contrast a picture has. Added to its variance, so that flat ones give no noise. */
const VARIANCE_FLOOR = 4;

/**
 * Measures a picture on the raster that its signature is made from.
 *
 * @param luma side × side, 0 … 255
 * @param redGreen R − G, and `yellowBlue` (R + G) / 2 − B, side × side each
 * @param source pixels of the picture itself: one smaller than the raster was enlarged, and is measured at its own size
 */
export function measureRaster(
  luma: Float32Array,
  redGreen: Float32Array,
  yellowBlue: Float32Array,
  side: number,
  source: { readonly width: number; readonly height: number },
): Omit<PictureMeasures, 'isTransparent'> {
  const histogram = new Uint32Array(256);
  for (const value of luma) histogram[Math.min(255, Math.max(0, Math.round(value)))]++;
  const colours = new Uint32Array(256);
  for (let i = 0; i < luma.length; i++) {
    colours[Math.min(255, Math.round(Math.max(Math.abs(redGreen[i]), Math.abs(yellowBlue[i]))))]++;
  }
  return {
    darkest: percentile(histogram, luma.length, 0.05),
    brightest: percentile(histogram, luma.length, 0.99),
    colour: percentile(colours, luma.length, 0.99),
    entropyBits: entropy(histogram, luma.length),
    sharpness: sharpness(luma, side, Math.min(side, source.width), Math.min(side, source.height)),
  };
}

/** The value that a share of all are not above. */
function percentile(histogram: Uint32Array, count: number, share: number): number {
  let seen = 0;
  for (let value = 0; value < histogram.length; value++) {
    seen += histogram[value];
    if (seen >= share * count) return value;
  }
  return histogram.length - 1;
}

/** Shannon's entropy of a histogram, bits. */
function entropy(histogram: Uint32Array, count: number): number {
  let bits = 0;
  for (const n of histogram) if (n > 0) bits -= (n / count) * Math.log2(n / count);
  return bits;
}

/**
 * Variance of the Laplacian (Pech-Pacheco et al. 2000, "Diatom autofocusing in brightfield microscopy") over the variance of the picture, so
 * that low contrast is not taken for blur: 20 for white noise, under 0.01 for what has no detail at `columns` × `rows`.
 */
function sharpness(luma: Float32Array, side: number, columns: number, rows: number): number {
  if (columns < 3 || rows < 3) return 0;
  const at = (column: number, row: number): number => {
    const x = Math.floor(((column + 0.5) * side) / columns);
    const y = Math.floor(((row + 0.5) * side) / rows);
    return luma[y * side + x];
  };
  let sum = 0;
  let squares = 0;
  let edgeSum = 0;
  let edgeSquares = 0;
  for (let y = 1; y < rows - 1; y++) {
    for (let x = 1; x < columns - 1; x++) {
      const value = at(x, y);
      const edge = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4 * value;
      sum += value;
      squares += value * value;
      edgeSum += edge;
      edgeSquares += edge * edge;
    }
  }
  const count = (columns - 2) * (rows - 2);
  const variance = squares / count - (sum / count) ** 2;
  const edgeVariance = edgeSquares / count - (edgeSum / count) ** 2;
  return Math.max(0, edgeVariance) / (Math.max(0, variance) + VARIANCE_FLOOR);
}
