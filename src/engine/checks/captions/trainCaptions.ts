import { sizeOf } from '../../compile/graph';
import { OPTIMIZERS } from '../../optimizers/optimizers';
import { cosineSchedule } from '../../optimizers/schedule';
import type { HostArrays, Runtime } from '../../runtime/runtime';
import { Epochs, mixSeed } from '../../samplers/epochs';
import { SeededRandom } from '../../samplers/random';
import { Breather } from '../../training/breathe';
import type { Fitted, FitLimit, Weights } from '../../training/fit';
import { fit } from '../../training/fit';
import { UNKNOWN } from './bytePairs';
import type { CaptionNetworks } from './captionNetworks';
import { CAPTION_INPUTS, EMBEDDING, JOINT_SIZE } from './captionNetworks';
import type { PictureFeatures } from './pictureFeatures';

/** Pictures and the captions they carry, by numbers. */
export interface CaptionData {
  readonly features: PictureFeatures;
  /** A number a picture: equal for near-duplicates. */
  readonly groups: Int32Array;
  /** A number a picture: which caption it carries. */
  readonly captionOf: Int32Array;
  /** Pieces of each caption, one row a caption. */
  readonly tokens: Int32Array;
}

export interface CaptionTraining {
  readonly networks: CaptionNetworks;
  readonly runtime: Runtime;
  readonly data: CaptionData;
  /** Pictures to learn from. */
  readonly training: Int32Array;
  readonly starter: Weights;
  readonly limit: FitLimit;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

const LEARNING_RATE = 1.5e-3;
/** A piece of a caption is hidden this often, so that no single one is relied on. */
const HIDDEN = 0.3;

/** Trains the two branches on pictures and their captions. @throws as `fit` does */
export function trainCaptions(options: CaptionTraining): Promise<Fitted> {
  const { networks, runtime, data, training, seed, signal, limit } = options;
  const { batch: size, length } = networks.shape;
  const order = new Epochs(training.length, mixSeed(seed, 0xba7c4));
  const each = sizeOf(data.features.shape);
  const features = new Float32Array(size * each);
  const tokens = new Int32Array(size * length);
  const partners = new Float32Array(size * size);
  const batch = (step: number): HostArrays => {
    const random = new SeededRandom(mixSeed(seed, 0xa17e4, step));
    const chosen = Array.from({ length: size }, (_, slot) => training[order.at(step * size + slot)]);
    chosen.forEach((image, slot) => {
      data.features.read(image, random.integer(data.features.views), features, slot * each);
      const from = data.captionOf[image] * length;
      for (let k = 0; k < length; k++) {
        const piece = data.tokens[from + k];
        tokens[slot * length + k] = piece !== 0 && random.next() < HIDDEN ? UNKNOWN : piece;
      }
      chosen.forEach((other, column) => {
        const same = data.captionOf[image] === data.captionOf[other] || data.groups[image] === data.groups[other];
        partners[slot * size + column] = Number(same);
      });
    });
    return { [CAPTION_INPUTS.features]: features, [CAPTION_INPUTS.tokens]: tokens, [CAPTION_INPUTS.partners]: partners };
  };
  return fit({
    learner: networks.learner,
    optimizer: OPTIMIZERS.adam(),
    runtime,
    initial: networks.initial(mixSeed(seed, 0x1417), options.starter),
    batch,
    schedule: cosineSchedule({ peak: LEARNING_RATE }),
    limit,
    signal,
    onProgress: ({ share }) => options.onProgress(share),
  });
}

/** Vectors of some pictures, each of length 1, one after the other. */
export function embedPictures(
  networks: CaptionNetworks,
  weights: Weights,
  runtime: Runtime,
  features: PictureFeatures,
  chosen: Int32Array,
  signal: AbortSignal,
): Promise<Float32Array> {
  const each = sizeOf(features.shape);
  const input = new Float32Array(networks.shape.batch * each);
  return embed(networks, 'image', weights, runtime, chosen.length, signal, (slot, at) => {
    features.read(chosen[at], 0, input, slot * each);
    return { [CAPTION_INPUTS.features]: input };
  });
}

/** Vectors of all captions, each of length 1, one after the other. */
export function embedCaptions(
  networks: CaptionNetworks,
  weights: Weights,
  runtime: Runtime,
  tokens: Int32Array,
  signal: AbortSignal,
): Promise<Float32Array> {
  const { length, batch } = networks.shape;
  const input = new Int32Array(batch * length);
  return embed(networks, 'text', weights, runtime, tokens.length / length, signal, (slot, at) => {
    input.set(tokens.subarray(at * length, (at + 1) * length), slot * length);
    return { [CAPTION_INPUTS.tokens]: input };
  });
}

/** @param place writes sample number `at` at a slot of the batch, and gives the batch */
async function embed(
  networks: CaptionNetworks,
  branch: 'image' | 'text',
  weights: Weights,
  runtime: Runtime,
  count: number,
  signal: AbortSignal,
  place: (slot: number, at: number) => HostArrays,
): Promise<Float32Array> {
  const program = networks.encoder(branch);
  const { batch } = networks.shape;
  const result = new Float32Array(count * JOINT_SIZE);
  const executable = await runtime.load(program);
  const breather = new Breather();
  try {
    executable.setState(Object.fromEntries(Object.keys(program.state).map(name => [name, weights[name]])));
    for (let start = 0; start < count; start += batch) {
      await breather.breathe();
      signal.throwIfAborted();
      const here = Math.min(batch, count - start);
      let inputs: HostArrays = {};
      for (let slot = 0; slot < here; slot++) inputs = place(slot, start + slot);
      const vectors = (await executable.run(inputs))[EMBEDDING] as Float32Array;
      result.set(vectors.subarray(0, here * JOINT_SIZE), start * JOINT_SIZE);
    }
  } finally {
    await executable.dispose();
  }
  return result;
}
