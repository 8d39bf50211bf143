/** Zero crossings of the sinc on each side: more are slower and sharper. */
const CROSSINGS = 16;

/**
 * Sound at another rate. Each new sample is the old ones weighted by a sinc with a Hann window, whose cut-off is half of the lower rate, so
 * that nothing above folds back. Smith, "Digital Audio Resampling Home Page" (ccrma.stanford.edu/~jos/resample), equation for
 * band-limited interpolation.
 * @param from samples a second, whole, as `to`
 */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const result = new Float32Array(Math.max(1, Math.floor((samples.length * to) / from)));
  const reach = Math.ceil(CROSSINGS * Math.max(1, from / to));
  // New samples lie between old ones at few different places, the same again and again.
  const tables = new Map<number, Float64Array>();
  for (let i = 0; i < result.length; i++) {
    const place = (i * from) % to;
    let weights = tables.get(place);
    if (!weights) tables.set(place, (weights = weightsAt(place / to, reach, Math.min(1, to / from))));
    const first = Math.floor((i * from) / to) - reach;
    let [sum, total] = [0, 0];
    const end = Math.min(weights.length, samples.length - first);
    for (let k = Math.max(0, -first); k < end; k++) {
      sum += weights[k] * samples[first + k];
      total += weights[k];
    }
    // Near the ends a part of the window hangs over; a constant stays a constant.
    result[i] = sum / total;
  }
  return result;
}

/** Of the old samples from `reach` before the one at or before the new sample to `reach` after it; the new one lies `fraction` behind it. */
function weightsAt(fraction: number, reach: number, scale: number): Float64Array {
  return Float64Array.from({ length: 2 * reach + 1 }, (_, k) => {
    const x = (k - reach - fraction) * scale;
    if (Math.abs(x) >= CROSSINGS) return 0;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    return sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / CROSSINGS));
  });
}
