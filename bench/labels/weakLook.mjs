// A weak model's look at images: nearest class means of coarse pixels, learned from images that are not judged.
import { readFashionTest } from './fashion.mjs';

const COARSE = 7;

/** @returns image → probabilities of its classes */
export async function weakLook(folder, pixels, count) {
  const { pixels: others, truth } = await readFashionTest(folder);
  const [own, learned] = [coarse(pixels, count), coarse(others, truth.length)];
  const size = COARSE * COARSE;
  const means = Array.from({ length: 10 }, () => new Float64Array(size));
  const counts = new Float64Array(10);
  truth.forEach((label, i) => {
    counts[label]++;
    for (let d = 0; d < size; d++) means[label][d] += learned[i * size + d];
  });
  means.forEach((mean, c) => mean.forEach((sum, d) => (mean[d] = sum / counts[c])));
  return image => {
    const distances = means.map(mean => mean.reduce((sum, m, d) => sum + (own[image * size + d] - m) ** 2, 0));
    const least = Math.min(...distances);
    const weights = distances.map(distance => Math.exp(-4 * (distance - least)));
    const total = weights.reduce((sum, w) => sum + w, 0);
    return weights.map(w => w / total);
  };
}

function coarse(pixels, count) {
  const size = COARSE * COARSE;
  const result = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    for (let y = 0; y < 28; y++) {
      for (let x = 0; x < 28; x++) result[i * size + (y >> 2) * COARSE + (x >> 2)] += pixels[i * 784 + y * 28 + x] / (255 * 16);
    }
  }
  return result;
}
