import { OPTIMIZERS } from '../../optimizers/optimizers';
import { cosineSchedule } from '../../optimizers/schedule';
import { initialParameters } from '../../model/initialize';
import type { Runtime } from '../../runtime/runtime';
import { ClassSampler } from '../../samplers/classSampler';
import { mixSeed } from '../../samplers/epochs';
import { NormalPool } from '../../samplers/normalPool';
import { SeededRandom } from '../../samplers/random';
import { Breather } from '../../../workspace/breathe';
import type { Fitted, FitLimit, Weights } from '../../training/fit';
import { fit } from '../../training/fit';
import type { IdentityNetwork } from './identityNetworks';
import { identityEncoder, identityLearner, INPUT, noiseOf, VECTOR } from './identityNetworks';
import { sizeOfFile } from './medium';
import type { FileInputs } from './readIdentities';

/** Files of a step, where there are so many. */
export const BATCH = 64;
/** Files of one identity in a batch, where it has so many. */
const OF_ONE = 4;
const LEARNING_RATE = 1.5e-3;
/** Files that are embedded at once. */
const EMBED_BATCH = 32;

export interface IdentityTraining {
  readonly network: IdentityNetwork;
  readonly runtime: Runtime;
  readonly inputs: FileInputs;
  /** An identity's number for each file, −1 for those not to learn from. */
  readonly identities: Int32Array;
  /** Weights to begin with, wherever name and size agree. */
  readonly start: Weights;
  readonly limit: FitLimit;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

/** Learns to tell the identities of some files. @throws as `fit` does */
export function trainIdentities(options: IdentityTraining): Promise<Fitted> {
  const { network, inputs, identities, seed } = options;
  const present = new Set(identities.filter(each => each >= 0)).size;
  const sampler = new ClassSampler(identities, {
    seed,
    batchSize: Math.min(BATCH, OF_ONE * present),
    classesPerBatch: Math.ceil(BATCH / OF_ONE),
  });
  const batch = sampler.batchSize;
  const size = sizeOfFile(network.medium);
  const learner = identityLearner(network, batch);
  const normal = new NormalPool(seed);
  return fit({
    learner,
    optimizer: OPTIMIZERS.adam(),
    runtime: options.runtime,
    initial: initialWeights(network, mixSeed(seed, 0x1417), options.start),
    batch: step => {
      const random = new SeededRandom(mixSeed(seed, 0xa17e4, step));
      const { images, similar, different } = sampler.batch(step);
      const files = new Float32Array(batch * size);
      images.forEach((file, slot) => inputs.write(file, files, slot * size, random));
      const noise = Object.entries(network.chain.noise).map(
        ([name, shape]) =>
          [
            noiseOf(name),
            normal.draw(
              shape.reduce((a, b) => a * b, batch),
              random,
            ),
          ] as const,
      );
      return { [INPUT.files]: files, [INPUT.similar]: similar, [INPUT.different]: different, ...Object.fromEntries(noise) };
    },
    schedule: cosineSchedule({ peak: LEARNING_RATE }),
    limit: options.limit,
    signal: options.signal,
    onProgress: ({ share }) => options.onProgress(share),
  });
}

/** First weights, the same for a seed; those of `start` wherever name and size agree. */
export function initialWeights({ chain }: IdentityNetwork, seed: number, start: Weights): Record<string, Float32Array> {
  const values = initialParameters(chain, new SeededRandom(seed));
  for (const [name, value] of Object.entries(start)) {
    if (values[name]?.length === value.length) values[name] = value.slice();
  }
  return values;
}

/** Vectors of some files, one after the other, each of length 1. @throws the signal's reason when aborted */
export async function embedFiles(
  { network, runtime, inputs, signal }: Pick<IdentityTraining, 'network' | 'runtime' | 'inputs' | 'signal'>,
  weights: Weights,
  files: Int32Array,
): Promise<Float32Array> {
  const size = sizeOfFile(network.medium);
  const executable = await runtime.load(identityEncoder(network, EMBED_BATCH));
  const breather = new Breather();
  let result = new Float32Array(0);
  try {
    executable.setState(weights);
    const batch = new Float32Array(EMBED_BATCH * size);
    for (let start = 0; start < files.length; start += EMBED_BATCH) {
      await breather.breathe();
      signal.throwIfAborted();
      const here = Math.min(EMBED_BATCH, files.length - start);
      for (let slot = 0; slot < here; slot++) inputs.write(files[start + slot], batch, slot * size);
      const vectors = (await executable.run({ [INPUT.files]: batch }))[VECTOR] as Float32Array;
      const width = vectors.length / EMBED_BATCH;
      if (start === 0) result = new Float32Array(files.length * width);
      result.set(vectors.subarray(0, here * width), start * width);
    }
    return result;
  } finally {
    await executable.dispose();
  }
}
