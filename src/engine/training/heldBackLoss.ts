import type * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../compile/program';
import type { BatchPairs } from '../losses/loss';
import type { Executable, Runtime } from '../runtime/runtime';
import type { Sampler } from '../samplers/sampler';
import type { Objective } from './trainProgram';

const INPUT = { embedding: 'embedding', similar: 'similar', different: 'different' } as const;
const LOSS = 'loss';
const BATCHES = 4;

/** The loss that training makes small, over embeddings that are there already. */
function lossProgram({ distance, loss, miner, network }: Objective, batchSize: number): Program {
  return {
    name: `loss ${loss.name}`,
    state: {},
    inputs: {
      [INPUT.embedding]: { shape: [batchSize, network.embeddingSize] },
      [INPUT.similar]: { shape: [batchSize, batchSize] },
      [INPUT.different]: { shape: [batchSize, batchSize] },
    },
    compute: (_state, given) => {
      const embedding = given[INPUT.embedding] as tf.Tensor2D;
      const pairs: BatchPairs = {
        distances: distance.matrix(embedding, embedding),
        similar: given[INPUT.similar] as tf.Tensor2D,
        different: given[INPUT.different] as tf.Tensor2D,
      };
      return { state: {}, outputs: { [LOSS]: loss.compute(miner.select(pairs)) } };
    },
  };
}

/** The training loss (without penalties on weights) on images that training never sees: a few batches, always the same. */
export class HeldBackLoss {
  #executable: Executable | undefined;

  /** `sampler` speaks of the embeddings' rows. */
  constructor(
    private readonly runtime: Runtime,
    private readonly objective: Objective,
    private readonly sampler: Sampler,
  ) {}

  /** @param embeddings of all held-back images, one after the other */
  async of(embeddings: Float32Array): Promise<number> {
    const { sampler, objective } = this;
    this.#executable ??= await this.runtime.load(lossProgram(objective, sampler.batchSize));
    const size = objective.network.embeddingSize;
    const batches = Math.min(BATCHES, sampler.stepsPerEpoch);
    let sum = 0;
    for (let step = 0; step < batches; step++) {
      const { images, similar, different } = sampler.batch(step);
      const chosen = new Float32Array(images.length * size);
      images.forEach((image, slot) => chosen.set(embeddings.subarray(image * size, (image + 1) * size), slot * size));
      const { [LOSS]: loss } = await this.#executable.run({
        [INPUT.embedding]: chosen,
        [INPUT.similar]: similar,
        [INPUT.different]: different,
      });
      sum += loss[0];
    }
    return sum / batches;
  }

  async dispose(): Promise<void> {
    await this.#executable?.dispose();
    this.#executable = undefined;
  }
}
