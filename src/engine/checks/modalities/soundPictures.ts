import type { Shape3 } from '../../model/layers/layer';
import { FRAME_RATE, MEL_BANDS } from './logMel';
import type { Spectrogram } from './logMel';

/** Moments that a sound is brought to. */
const MOMENTS = 64;
/** Time, bands, one channel. */
export const SOUND_SHAPE: Shape3 = [MOMENTS, MEL_BANDS, 1];
/** The longest tenth of sounds is squeezed to the length of the others. */
const USUAL = 0.9;
/** Standard deviations beyond which nothing more is told apart. */
const MOST = 3;

/**
 * Spectrograms on one scale of time and level: as many seconds as nine of ten sounds last at most, silence behind shorter ones; each band with
 * mean 0 and deviation 1 over all sounds.
 * @returns sounds × {@link SOUND_SHAPE}
 */
export function soundPictures(spectrograms: readonly Spectrogram[]): Float32Array {
  const lengths = spectrograms.map(({ frames }) => frames).sort((a, b) => a - b);
  const usual = Math.max(lengths[Math.min(lengths.length - 1, Math.floor(lengths.length * USUAL))], FRAME_RATE / 10);
  const levels = Array.from({ length: MEL_BANDS }, (_, band) => levelOf(spectrograms, band));
  const size = MOMENTS * MEL_BANDS;
  const result = new Float32Array(spectrograms.length * size).fill(-MOST);
  spectrograms.forEach(({ frames, values }, sound) => {
    const span = Math.max(usual, frames) / MOMENTS;
    for (let moment = 0; moment < MOMENTS; moment++) {
      const from = Math.floor(moment * span);
      const to = Math.max(from + 1, Math.floor((moment + 1) * span));
      if (from >= frames) break;
      const here = Math.min(to, frames) - from;
      for (let band = 0; band < MEL_BANDS; band++) {
        let sum = 0;
        for (let frame = from; frame < from + here; frame++) sum += values[frame * MEL_BANDS + band];
        const { mean, deviation } = levels[band];
        const value = (sum / here - mean) / deviation;
        result[sound * size + moment * MEL_BANDS + band] = Math.min(MOST, Math.max(-MOST, value));
      }
    }
  });
  return result;
}

function levelOf(spectrograms: readonly Spectrogram[], band: number): { readonly mean: number; readonly deviation: number } {
  let [count, sum, squares] = [0, 0, 0];
  for (const { values } of spectrograms) {
    for (let at = band; at < values.length; at += MEL_BANDS) {
      count++;
      sum += values[at];
      squares += values[at] ** 2;
    }
  }
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(Math.max(squares / count - mean * mean, 1e-4)) };
}
