import type { Network } from '../model/network';
import type { Executable } from '../runtime/runtime';
import { Breather } from '../../workspace/breathe';
import { ENCODER } from './encoderProgram';
import type { ImageSource } from './images';

/** Numbers in one batch of images, so that a run of the encoder stays short and can be interrupted. */
const BATCH_NUMBERS = 300_000;

/** Embeddings of all images, one after the other. `encoder` is the loaded `encoderProgram` with its weights set. */
export async function embedAll(
  encoder: Executable,
  network: Network,
  images: ImageSource,
  options: { readonly signal?: AbortSignal; readonly alter?: (pixels: Float32Array, offset: number) => void } = {},
): Promise<Float32Array> {
  const size = network.input.reduce((a, b) => a * b, 1);
  const perBatch = Math.max(1, Math.floor(BATCH_NUMBERS / size));
  const result = new Float32Array(images.count * network.embeddingSize);
  const breather = new Breather();
  for (let start = 0; start < images.count; start += perBatch) {
    await breather.breathe();
    options.signal?.throwIfAborted();
    const count = Math.min(perBatch, images.count - start);
    const pixels = new Float32Array(count * size);
    for (let k = 0; k < count; k++) {
      images.read(start + k, pixels, k * size);
      options.alter?.(pixels, k * size);
    }
    const { [ENCODER.embedding]: embedding } = await encoder.run({ [ENCODER.images]: pixels });
    result.set(embedding, start * network.embeddingSize);
  }
  return result;
}
