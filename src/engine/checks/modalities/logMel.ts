/** The rate that spectra are made at: speech and machines have little above 8 kHz. */
export const SOUND_RATE = 16_000;
/** Of 25 ms, every 10 ms, as is usual for speech. */
const [FRAME, HOP, TRANSFORM] = [400, 160, 512];
/** Frames a second. */
export const FRAME_RATE = SOUND_RATE / HOP;
export const MEL_BANDS = 40;
const LOWEST_HZ = 20;
/** Added before the logarithm: about the noise of 16 bits. */
const FLOOR = 1e-6;

/** O'Shaughnessy, "Speech Communication", 1987, page 150, in the form of the HTK Book (Young et al.), equation 5.13. */
export const melOf = (hz: number): number => 2595 * Math.log10(1 + hz / 700);
export const hzOf = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);

/** Sound as the ear takes it: for each frame, the logarithm of the energy in bands of equal width in mel. */
export interface Spectrogram {
  readonly frames: number;
  /** frames × {@link MEL_BANDS} */
  readonly values: Float32Array;
}

/**
 * ln(Σ_k w_bk |X_k|² + ε) of each frame, X the Fourier transform of the frame under a Hann window, w_b triangles that reach from one band's
 * centre to the next one's (Davis and Mermelstein, "Comparison of parametric representations for monosyllabic word recognition", 1980).
 * @param samples at {@link SOUND_RATE}; less than a frame is filled with silence
 */
export function logMel(samples: Float32Array): Spectrogram {
  const frames = 1 + Math.floor(Math.max(0, samples.length - FRAME) / HOP);
  const values = new Float32Array(frames * MEL_BANDS);
  const [real, imaginary] = [new Float64Array(TRANSFORM), new Float64Array(TRANSFORM)];
  for (let frame = 0; frame < frames; frame++) {
    real.fill(0);
    imaginary.fill(0);
    for (let i = 0, at = frame * HOP; i < FRAME && at < samples.length; i++, at++) real[i] = samples[at] * window[i];
    transform(real, imaginary);
    bands.forEach(({ first, weights }, band) => {
      let energy = FLOOR;
      weights.forEach((weight, k) => (energy += weight * (real[first + k] ** 2 + imaginary[first + k] ** 2)));
      values[frame * MEL_BANDS + band] = Math.log(energy);
    });
  }
  return { frames, values };
}

/** So that a sine of height 1 has an energy of about ¼. */
const window = Float64Array.from({ length: FRAME }, (_, i) => (1 - Math.cos((2 * Math.PI * i) / FRAME)) / FRAME);

/** The triangle of each band: weights of the transform's numbers from `first` on. */
const bands: readonly { readonly first: number; readonly weights: Float64Array }[] = (() => {
  const [from, to] = [melOf(LOWEST_HZ), melOf(SOUND_RATE / 2)];
  const edge = (band: number): number => hzOf(from + ((to - from) * band) / (MEL_BANDS + 1));
  const width = SOUND_RATE / TRANSFORM;
  return Array.from({ length: MEL_BANDS }, (_, band) => {
    const [low, centre, high] = [edge(band), edge(band + 1), edge(band + 2)];
    // At least the number nearest to the centre: the lowest bands are narrower than a number of the transform.
    const first = Math.min(Math.ceil(low / width), Math.round(centre / width));
    const last = Math.max(Math.floor(high / width), Math.round(centre / width));
    const weights = Float64Array.from({ length: last - first + 1 }, (_, k) => {
      const hz = (first + k) * width;
      const weight = hz <= centre ? (hz - low) / (centre - low) : (high - hz) / (high - centre);
      return Math.max(weight, first === last ? 1 : 0);
    });
    return { first, weights };
  });
})();

/** The discrete Fourier transform in place, for a power of two. Cooley and Tukey, 1965. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [real[i], real[j]] = [real[j], real[i]];
      [imaginary[i], imaginary[j]] = [imaginary[j], imaginary[i]];
    }
  }
  for (let length = 2; length <= size; length <<= 1) {
    const half = length >> 1;
    for (let k = 0; k < half; k++) {
      const angle = (-2 * Math.PI * k) / length;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      for (let a = k; a < size; a += length) {
        const b = a + half;
        const [x, y] = [real[b] * c - imaginary[b] * s, real[b] * s + imaginary[b] * c];
        [real[b], imaginary[b]] = [real[a] - x, imaginary[a] - y];
        [real[a], imaginary[a]] = [real[a] + x, imaginary[a] + y];
      }
    }
  }
}
