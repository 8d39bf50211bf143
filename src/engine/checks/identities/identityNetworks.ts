import type * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../../compile/program';
import type { TensorSpec } from '../../compile/recorder';
import { cosine } from '../../distances/cosine';
import { ntXent } from '../../losses/ntXent';
import { batchNormalization } from '../../model/layers/batchNormalization';
import { dense } from '../../model/layers/dense';
import type { Layer } from '../../model/layers/layer';
import { noisyRelu } from '../../model/layers/noisyRelu';
import { unitLength } from '../../model/layers/shape';
import { statisticsPool, timeDelay } from '../../model/layers/timeDelay';
import type { Chain } from '../../model/network';
import { chain } from '../../model/network';
import { starterTrunk } from '../../model/networks';
import type { Learner } from '../../training/learner';
import type { Medium } from './medium';
import { shapeOf } from './medium';

/** Numbers of a vector. */
const SIZE = 128;
const TEMPERATURE = 0.1;

/** An encoder that all branches share: the files of a batch go through it once, and all their pairs are looked at. */
export interface IdentityNetwork {
  readonly medium: Medium;
  /** Of what it is fed for one file. */
  readonly shape: readonly number[];
  readonly chain: Chain;
}

/** A time-delay layer with the chapter's noisy units. */
const delayed = (filters: number, taps: number, dilation: number): Layer[] => [
  timeDelay(filters, taps, dilation),
  batchNormalization(),
  noisyRelu(),
];

/**
 * For images the starter encoder's layers, its last units the chapter's noisy rectified ones (Nair and Hinton 2010, on faces); for strokes a TDNN as
 * the chapter's of 1993 on signatures (Bromley et al., "Signature verification using a Siamese time delay neural network"), its delays dilated.
 */
export function identityNetwork(medium: Medium, shape = shapeOf(medium)): IdentityNetwork {
  const layers: Readonly<Record<Medium, () => Layer[]>> = {
    images: () => [...starterTrunk(noisyRelu), dense(SIZE), unitLength()],
    strokes: () => [
      ...delayed(48, 5, 1),
      ...delayed(64, 3, 2),
      ...delayed(64, 3, 4),
      ...delayed(96, 3, 8),
      statisticsPool(),
      dense(SIZE),
      unitLength(),
    ],
  };
  return { medium, shape, chain: chain(shape, layers[medium]()) };
}

/** Names of a step's inputs. */
export const INPUT = { files: 'files', similar: 'similar', different: 'different' } as const;
export const noiseOf = (layer: string): string => `noise:${layer}`;
export const VECTOR = 'vector';

/** All pairs of a batch by their cosine distance: those of one identity near, others far (ntXent.ts). */
export function identityLearner({ medium, shape, chain: layers }: IdentityNetwork, batch: number): Learner {
  const inputs: Record<string, TensorSpec> = {
    [INPUT.files]: { shape: [batch, ...shape] },
    [INPUT.similar]: { shape: [batch, batch] },
    [INPUT.different]: { shape: [batch, batch] },
  };
  for (const [name, drawn] of Object.entries(layers.noise)) inputs[noiseOf(name)] = { shape: [batch, ...drawn] };
  const loss = ntXent(TEMPERATURE);
  return {
    name: `identities by ${medium}, ${batch} at once`,
    parameters: layers.parameters,
    inputs,
    cost: (parameters, given) => {
      const noise = Object.fromEntries(Object.keys(layers.noise).map(name => [name, given[noiseOf(name)]]));
      const { output, statistics } = layers.run(parameters, given[INPUT.files], { training: true, noise });
      const vectors = output as tf.Tensor2D;
      const cost = loss.compute({
        distances: cosine.matrix(vectors, vectors),
        similar: given[INPUT.similar] as tf.Tensor2D,
        different: given[INPUT.different] as tf.Tensor2D,
      });
      return { cost, statistics };
    },
  };
}

/** Files to vectors of length 1, a batch at a time. State: the network's parameters. */
export const identityEncoder = ({ medium, shape, chain: layers }: IdentityNetwork, batch: number): Program => ({
  name: `encode identities by ${medium}, ${batch} at once`,
  state: layers.parameters,
  inputs: { [INPUT.files]: { shape: [batch, ...shape] } },
  compute: (parameters, given) => {
    const { output } = layers.run(parameters, given[INPUT.files], { training: false });
    return { state: {}, outputs: { [VECTOR]: output } };
  },
});
