import type * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../../compile/program';
import type { NamedTensors, TensorSpec } from '../../compile/recorder';
import { initialParameters } from '../../model/initialize';
import type { ParameterSpec } from '../../model/layers/layer';
import type { Chain } from '../../model/network';
import { SeededRandom } from '../../samplers/random';
import type { Weights } from '../../training/fit';
import type { Learner } from '../../training/learner';

/** One branch: what it is fed, without the batch, and its layers, which end in a vector. */
export interface Branch {
  readonly input: TensorSpec;
  readonly chain: Chain;
}

/** The vectors of a batch, one tensor [N, D] a branch. */
export type BranchVectors<B extends string> = Readonly<Record<B, tf.Tensor2D>>;

export interface BranchNetworksOptions<B extends string> {
  /** For messages and logs. */
  readonly name: string;
  readonly branches: Readonly<Record<B, Branch>>;
  /** Samples in a step. */
  readonly batch: number;
  /** Parameters of what joins the branches. */
  readonly joint?: Readonly<Record<string, ParameterSpec>>;
  /** @param partners [N, N], 1 where a member of sample i may stand beside one of sample j, the diagonal included, else 0 */
  readonly cost: (vectors: BranchVectors<B>, partners: tf.Tensor2D, joint: NamedTensors) => tf.Scalar;
}

const PARTNERS = 'partners';
export const VECTOR = 'vector';
const JOINT = 'joint';
const prefixOf = (name: string): string => `${name}/`;

/**
 * The chapter's pseudo-Siamese networks: branches that share no weights, of equal or of different architecture, into one space where what
 * belongs together is near.
 */
export class BranchNetworks<B extends string> {
  readonly learner: Learner;
  readonly names: readonly B[];

  constructor(readonly options: BranchNetworksOptions<B>) {
    const { branches, batch, joint = {} } = options;
    this.names = Object.keys(branches) as B[];
    const parameters: Record<string, ParameterSpec> = {};
    const inputs: Record<string, TensorSpec> = { [PARTNERS]: { shape: [batch, batch] } };
    for (const name of this.names) {
      for (const [key, spec] of Object.entries(branches[name].chain.parameters)) parameters[prefixOf(name) + key] = spec;
      inputs[name] = this.#inputOf(name);
    }
    for (const [key, spec] of Object.entries(joint)) parameters[prefixOf(JOINT) + key] = spec;
    this.learner = {
      name: options.name,
      parameters,
      inputs,
      cost: (tensors, given) => {
        const statistics: Record<string, tf.Tensor> = {};
        const vectors = {} as Record<B, tf.Tensor2D>;
        for (const name of this.names) {
          const result = this.#run(name, tensors, given[name], true);
          vectors[name] = result.output as tf.Tensor2D;
          for (const [key, value] of Object.entries(result.statistics)) statistics[prefixOf(name) + key] = value;
        }
        return { cost: options.cost(vectors, given[PARTNERS] as tf.Tensor2D, own(tensors, JOINT)), statistics };
      },
    };
  }

  /** First weights, the same for a seed. @param starts weights that a branch begins with, wherever name and size agree */
  initial(seed: number, starts?: Readonly<Partial<Record<B, Weights>>>): Record<string, Float32Array> {
    const values = initialParameters(this.learner, new SeededRandom(seed));
    for (const name of this.names) {
      for (const [key, value] of Object.entries(starts?.[name] ?? {})) {
        if (values[prefixOf(name) + key]?.length === value.length) values[prefixOf(name) + key] = value.slice();
      }
    }
    return values;
  }

  /** Arrays for a step: those of the branches, and who may stand beside whom. */
  stepInputs<A>(ofBranches: Readonly<Record<B, A>>, partners: Float32Array): Record<string, A | Float32Array> {
    return { ...ofBranches, [PARTNERS]: partners };
  }

  /** One branch, to embed with: state its own parameters, under the learner's names; one batch of the learner's size at a time. */
  encoder(branch: B): Program {
    const names = Object.keys(this.learner.parameters).filter(each => each.startsWith(prefixOf(branch)));
    return {
      name: `${this.learner.name} ${branch}`,
      state: Object.fromEntries(names.map(each => [each, this.learner.parameters[each]])),
      inputs: { [branch]: this.#inputOf(branch) },
      compute: (state, inputs) => ({
        state: {},
        outputs: { [VECTOR]: this.#run(branch, state, inputs[branch], false).output },
      }),
    };
  }

  #inputOf(branch: B): TensorSpec {
    const { branches, batch } = this.options;
    const { shape, ...others } = branches[branch].input;
    return { ...others, shape: [batch, ...shape] };
  }

  #run(branch: B, tensors: NamedTensors, input: tf.Tensor, training: boolean) {
    return this.options.branches[branch].chain.run(own(tensors, branch), input, { training });
  }
}

/** The tensors of one branch, under their own names. */
const own = (tensors: NamedTensors, name: string): NamedTensors =>
  Object.fromEntries(
    Object.entries(tensors)
      .filter(([key]) => key.startsWith(prefixOf(name)))
      .map(([key, tensor]) => [key.slice(prefixOf(name).length), tensor]),
  );
