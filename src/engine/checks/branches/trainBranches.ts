import { OPTIMIZERS } from '../../optimizers/optimizers';
import { cosineSchedule } from '../../optimizers/schedule';
import type { HostArray, Runtime } from '../../runtime/runtime';
import { Epochs, mixSeed } from '../../samplers/epochs';
import { SeededRandom } from '../../samplers/random';
import { Breather } from '../../../workspace/breathe';
import type { Fitted, FitLimit, Weights } from '../../training/fit';
import { fit } from '../../training/fit';
import type { BranchNetworks } from './branchNetworks';
import { VECTOR } from './branchNetworks';

/** What a branch looks at, by numbers. */
export interface BranchMembers<B extends string> {
  /** A batch's array, to be written by {@link write}. */
  array(branch: B, batch: number): HostArray;
  /** Writes a member at a slot. @param random for alterations in training; absent when embedding */
  write(branch: B, member: number, into: HostArray, slot: number, random?: SeededRandom): void;
}

/** Samples with a member of each branch, both of one number. */
export interface BranchData<B extends string> extends BranchMembers<B> {
  readonly count: number;
  /** A number a sample: equal for samples that must not be parted, as near-duplicates. */
  readonly groups: Int32Array;
  /** Whether members of two samples may stand beside each other for all anybody knows. */
  arePartners(a: number, b: number): boolean;
}

export interface BranchTraining<B extends string> {
  readonly networks: BranchNetworks<B>;
  readonly runtime: Runtime;
  readonly data: BranchData<B>;
  /** Samples to learn from; no other is looked at. */
  readonly training: Int32Array;
  readonly starts: Readonly<Partial<Record<B, Weights>>>;
  readonly learningRate: number;
  readonly limit: FitLimit;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

/** Trains all branches together. @throws as `fit` does */
export function trainBranches<B extends string>(options: BranchTraining<B>): Promise<Fitted> {
  const { networks, data, training, seed } = options;
  const size = networks.options.batch;
  const order = new Epochs(training.length, mixSeed(seed, 0xba7c4));
  const partners = new Float32Array(size * size);
  const arrays = Object.fromEntries(networks.names.map(name => [name, data.array(name, size)])) as Record<B, HostArray>;
  return fit({
    learner: networks.learner,
    optimizer: OPTIMIZERS.adam(),
    runtime: options.runtime,
    initial: networks.initial(mixSeed(seed, 0x1417), options.starts),
    batch: step => {
      const random = new SeededRandom(mixSeed(seed, 0xa17e4, step));
      const chosen = Array.from({ length: size }, (_, slot) => training[order.at(step * size + slot)]);
      chosen.forEach((sample, slot) => {
        for (const name of networks.names) data.write(name, sample, arrays[name], slot, random);
        chosen.forEach((other, column) => {
          partners[slot * size + column] = Number(sample === other || data.arePartners(sample, other));
        });
      });
      return networks.stepInputs(arrays, partners);
    },
    schedule: cosineSchedule({ peak: options.learningRate }),
    limit: options.limit,
    signal: options.signal,
    onProgress: ({ share }) => options.onProgress(share),
  });
}

export interface BranchEmbedding<B extends string> extends Pick<BranchTraining<B>, 'networks' | 'runtime' | 'signal'> {
  readonly weights: Weights;
  readonly data: BranchMembers<B>;
}

/** Vectors of some members, one after the other. @throws the signal's reason when aborted */
export async function embedBranch<B extends string>(
  { networks, runtime, weights, data, signal }: BranchEmbedding<B>,
  branch: B,
  members: Int32Array,
): Promise<Float32Array> {
  const program = networks.encoder(branch);
  const { batch } = networks.options;
  const input = data.array(branch, batch);
  const executable = await runtime.load(program);
  const breather = new Breather();
  let result = new Float32Array(0);
  try {
    executable.setState(Object.fromEntries(Object.keys(program.state).map(name => [name, weights[name]])));
    for (let start = 0; start < members.length; start += batch) {
      await breather.breathe();
      signal.throwIfAborted();
      const here = Math.min(batch, members.length - start);
      for (let slot = 0; slot < here; slot++) data.write(branch, members[start + slot], input, slot);
      const vectors = (await executable.run({ [branch]: input }))[VECTOR] as Float32Array;
      const width = vectors.length / batch;
      if (start === 0) result = new Float32Array(members.length * width);
      result.set(vectors.subarray(0, here * width), start * width);
    }
    return result;
  } finally {
    await executable.dispose();
  }
}
