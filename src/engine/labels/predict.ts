import type { Runtime } from '../runtime/runtime';
import { Breather } from '../../workspace/breathe';
import type { ImageSource } from '../training/images';
import type { Classifier } from './classifier';
import { CLASSIFIER, predictProgram } from './classifier';

export interface Predictions {
  /** chosen × classes */
  readonly probabilities: Float32Array;
  /** chosen × embedding size, each of length 1 */
  readonly embeddings: Float32Array;
}

/** Numbers in one batch of images, so that a run stays short. */
const BATCH_NUMBERS = 150_000;

/**
 * Probabilities and embeddings of some images.
 * @param mirrored average the probabilities of each image with those of its mirror image
 * @throws the signal's reason when aborted
 */
export async function predict(
  classifier: Classifier,
  weights: Readonly<Record<string, Float32Array>>,
  runtime: Runtime,
  images: ImageSource,
  chosen: Int32Array,
  mirrored: boolean,
  signal: AbortSignal,
): Promise<Predictions> {
  const { trunk, classes } = classifier;
  const [height, width, channels] = trunk.input;
  const size = height * width * channels;
  const perBatch = Math.max(1, Math.floor(BATCH_NUMBERS / size));
  const probabilities = new Float32Array(chosen.length * classes);
  const embeddings = new Float32Array(chosen.length * trunk.embeddingSize);
  const executable = await runtime.load(predictProgram(classifier, weights));
  const breather = new Breather();
  try {
    for (let start = 0; start < chosen.length; start += perBatch) {
      await breather.breathe();
      signal.throwIfAborted();
      const count = Math.min(perBatch, chosen.length - start);
      const pixels = new Float32Array(count * size);
      for (let k = 0; k < count; k++) images.read(chosen[start + k], pixels, k * size);
      const plain = await executable.run({ [CLASSIFIER.images]: pixels });
      probabilities.set(plain[CLASSIFIER.probabilities], start * classes);
      embeddings.set(plain[CLASSIFIER.embedding], start * trunk.embeddingSize);
      if (!mirrored) continue;
      for (let k = 0; k < count; k++) mirror(pixels, k * size, height, width, channels);
      const turned = (await executable.run({ [CLASSIFIER.images]: pixels }))[CLASSIFIER.probabilities];
      for (let i = 0; i < count * classes; i++) {
        const at = start * classes + i;
        probabilities[at] = (probabilities[at] + turned[i]) / 2;
      }
    }
  } finally {
    await executable.dispose();
  }
  normalizeRows(embeddings, trunk.embeddingSize);
  return { probabilities, embeddings };
}

function mirror(pixels: Float32Array, offset: number, height: number, width: number, channels: number): void {
  for (let y = 0; y < height; y++) {
    const row = offset + y * width * channels;
    for (let left = 0, right = width - 1; left < right; left++, right--) {
      for (let c = 0; c < channels; c++) {
        const [a, b] = [row + left * channels + c, row + right * channels + c];
        [pixels[a], pixels[b]] = [pixels[b], pixels[a]];
      }
    }
  }
}

function normalizeRows(rows: Float32Array, size: number): void {
  for (let start = 0; start < rows.length; start += size) {
    let square = 0;
    for (let i = start; i < start + size; i++) square += rows[i] * rows[i];
    const factor = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let i = start; i < start + size; i++) rows[i] *= factor;
  }
}
