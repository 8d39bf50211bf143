import type { FoldData } from './foldTask';

/** Mirrored, a class is this much nearer to another class than to itself: measured 0.6 for ankle boots, which all point one way. */
const MOST_LIKE_ANOTHER = 0.4;
/** More images than that change a mean no more. */
const LOOKED_AT = 20_000;

/**
 * Whether pictures may be mirrored without becoming those of another class, as b becomes d: false where the mirrored mean picture of any
 * class lies much nearer to another class's mean than to its own.
 */
export function mayMirror({ values, shape, labels, classes }: FoldData): boolean {
  const [, width, channels] = shape;
  const size = shape[0] * width * channels;
  const means = Array.from({ length: classes }, () => new Float64Array(size));
  const counts = new Float64Array(classes);
  const step = Math.max(1, Math.ceil(labels.length / LOOKED_AT));
  for (let i = 0; i < labels.length; i += step) {
    if (labels[i] < 0) continue;
    const mean = means[labels[i]];
    const own = ++counts[labels[i]];
    for (let d = 0; d < size; d++) mean[d] += (values[i * size + d] - mean[d]) / own;
  }
  const mirrored = (mean: Float64Array): Float64Array =>
    mean.map((_, d) => {
      const channel = d % channels;
      const x = Math.floor(d / channels) % width;
      return mean[d - channel - x * channels + (width - 1 - x) * channels + channel];
    });
  return means.every((mean, c) => {
    if (counts[c] === 0) return true;
    const turned = mirrored(mean);
    const own = squaredDistance(turned, mean);
    return means.every(
      (other, k) => k === c || counts[k] === 0 || squaredDistance(turned, other) >= MOST_LIKE_ANOTHER ** 2 * own,
    );
  });
}

const squaredDistance = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, d) => sum + (v - b[d]) ** 2, 0);
