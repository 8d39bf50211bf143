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
  const colours = new Uint32Array(256);
  for (let i = 0; i < luma.length; i++) {
    // Rounded: neither is negative or above 255.
    histogram[(luma[i] + 0.5) | 0]++;
    colours[(Math.max(Math.abs(redGreen[i]), Math.abs(yellowBlue[i])) + 0.5) | 0]++;
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
  const places = (count: number): Int32Array =>
    Int32Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * side) / count));
  const across = places(columns);
  const down = places(rows).map(y => y * side);
  let sum = 0;
  let squares = 0;
  let edgeSum = 0;
  let edgeSquares = 0;
  for (let y = 1; y < rows - 1; y++) {
    const [above, row, below] = [down[y - 1], down[y], down[y + 1]];
    for (let x = 1; x < columns - 1; x++) {
      const column = across[x];
      const value = luma[row + column];
      const edge =
        luma[row + across[x - 1]] + luma[row + across[x + 1]] + luma[above + column] + luma[below + column] - 4 * value;
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
