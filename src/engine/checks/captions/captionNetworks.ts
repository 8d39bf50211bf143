import * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../../compile/program';
import type { NamedTensors } from '../../compile/recorder';
import { crossModalLoss } from '../../losses/crossModal';
import { initialParameters } from '../../model/initialize';
import { dense } from '../../model/layers/dense';
import type { ParameterSpec } from '../../model/layers/layer';
import { textLstm } from '../../model/layers/lstm';
import { unitLength } from '../../model/layers/shape';
import type { Chain } from '../../model/network';
import { chain } from '../../model/network';
import { SeededRandom } from '../../samplers/random';
import type { Weights } from '../../training/fit';
import type { Learner } from '../../training/learner';
import { FEATURE_SHAPE, learningLayers, learningStart } from './pictureFeatures';

export const CAPTION_INPUTS = { features: 'features', tokens: 'tokens', partners: 'partners' } as const;
export const EMBEDDING = 'embedding';

/** Numbers of the space that both branches map into. */
export const JOINT_SIZE = 96;
const WORD_SIZE = 64;
const TEXT_UNITS = 128;
const TEMPERATURE = 0.3;
/** The names in {@link learningLayers} of the convolution and its normalization: what comes after is of the starter's own job. */
const CONVOLUTION = /^[12]\./;

export interface CaptionShape {
  readonly vocabulary: number;
  /** Pieces of a caption. */
  readonly length: number;
  /** Pairs in a step. */
  readonly batch: number;
}

const PREFIXES = { image: 'image/', text: 'text/' } as const;
type Branch = keyof typeof PREFIXES;

/**
 * The chapter's pseudo-Siamese network: two branches of different architecture that share no weights, a convolutional one for pictures
 * and an LSTM for captions, into one space where a picture and its caption are near.
 */
export class CaptionNetworks {
  readonly learner: Learner;
  readonly #branches: Readonly<Record<Branch, Chain>>;

  constructor(readonly shape: CaptionShape) {
    const { vocabulary, length, batch } = shape;
    this.#branches = {
      image: chain(FEATURE_SHAPE, [...learningLayers(), dense(JOINT_SIZE), unitLength()]),
      text: chain(
        [length],
        [textLstm({ vocabulary, embedding: WORD_SIZE, units: TEXT_UNITS, take: 'mean' }), dense(JOINT_SIZE), unitLength()],
      ),
    };
    const parameters: Record<string, ParameterSpec> = {};
    for (const branch of ['image', 'text'] as const) {
      for (const [name, spec] of Object.entries(this.#branches[branch].parameters)) parameters[PREFIXES[branch] + name] = spec;
    }
    this.learner = {
      name: 'captions',
      parameters,
      inputs: {
        [CAPTION_INPUTS.features]: { shape: [batch, ...FEATURE_SHAPE] },
        [CAPTION_INPUTS.tokens]: { shape: [batch, length], dtype: 'int32' },
        [CAPTION_INPUTS.partners]: { shape: [batch, batch] },
      },
      cost: (tensors, { features, tokens, partners }) => {
        const [picture, text] = [this.#run('image', tensors, features, true), this.#run('text', tensors, tokens, true)];
        const similarities = tf.matMul<tf.Tensor2D>(picture.output, text.output, false, true);
        const statistics = withPrefix(PREFIXES.image, picture.statistics);
        return { cost: crossModalLoss(similarities, partners as tf.Tensor2D, TEMPERATURE), statistics };
      },
    };
  }

  /** First weights: of the image branch's convolution the starter's, all else random. */
  initial(seed: number, starter: Weights): Record<string, Float32Array> {
    const values = initialParameters(this.learner, new SeededRandom(seed));
    for (const [name, value] of Object.entries(learningStart(starter))) {
      if (CONVOLUTION.test(name)) values[PREFIXES.image + name] = value.slice();
    }
    return values;
  }

  /** One branch, to embed with: state its own parameters, under the learner's names; one batch of the learner's size at a time. */
  encoder(branch: Branch): Program {
    const { features, tokens } = CAPTION_INPUTS;
    const name = branch === 'image' ? features : tokens;
    const names = Object.keys(this.learner.parameters).filter(each => each.startsWith(PREFIXES[branch]));
    return {
      name: `captions ${branch}`,
      state: Object.fromEntries(names.map(each => [each, this.learner.parameters[each]])),
      inputs: { [name]: this.learner.inputs[name] },
      compute: (state, inputs) => ({
        state: {},
        outputs: { [EMBEDDING]: this.#run(branch, state, inputs[name], false).output },
      }),
    };
  }

  #run(branch: Branch, tensors: NamedTensors, input: tf.Tensor, training: boolean) {
    const prefix = PREFIXES[branch];
    const own = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
    const named = Object.fromEntries(own.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
    return this.#branches[branch].run(named, input, { training });
  }
}

const withPrefix = (prefix: string, tensors: NamedTensors): NamedTensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [prefix + name, tensor]));
