import type * as Onnx from 'onnxruntime-node';
import type { Raster } from '../decode/raster';
import { EMBEDDING_LENGTH, OFFSET_BOX, RASTER_SPEC } from '../descriptor/layout';
import { embeddingOf } from '../index/embeddings';
import { STARTER_INPUT_BYTES, STARTER_SIDE, StarterInput } from './starterInput';

/**
 * Adds the starter's embedding to signatures. One picture at a time on one thread, so that the bytes do not depend on what else is under
 * way; 0.3 ms each.
 */
export class StarterEncoder {
  readonly #input = new StarterInput(RASTER_SPEC.side);
  readonly #pixels = new Float32Array(STARTER_INPUT_BYTES);

  private constructor(
    private readonly runtime: typeof Onnx,
    private readonly session: Onnx.InferenceSession,
  ) {}

  /**
   * @param graph what `starterGraph` made
   * @throws where ONNX Runtime can't be loaded: pictures are then compared without embeddings
   */
  static async create(graph: Uint8Array): Promise<StarterEncoder> {
    const runtime = await import('onnxruntime-node');
    const session = await runtime.InferenceSession.create(graph, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    return new StarterEncoder(runtime, session);
  }

  /** Writes the embedding of the picture that `signature` was made of into it. */
  async addTo(signature: Uint8Array, raster: Raster): Promise<void> {
    const [left, top, right, bottom] = signature.subarray(OFFSET_BOX, OFFSET_BOX + 4);
    this.#input.write(raster, { left, top, right, bottom }, this.#pixels);
    // A call may begin while another waits for the runtime: its pixels must be its own.
    const images = new Float32Array(STARTER_INPUT_BYTES);
    for (let i = 0; i < images.length; i++) images[i] = this.#pixels[i] / 255;
    const tensor = new this.runtime.Tensor('float32', images, [1, STARTER_SIDE, STARTER_SIDE, 3]);
    const { embedding } = await this.session.run({ images: tensor });
    const values = embedding.data as Float32Array;
    const target = embeddingOf(signature);
    for (let i = 0; i < target.length; i++) target[i] = Math.max(-127, Math.min(127, Math.round(values[i] * EMBEDDING_LENGTH)));
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}
