import type * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../compile/program';
import type { Network } from '../model/network';

export const ENCODER = { images: 'images', embedding: 'embedding' } as const;

/** Images to embeddings, any number at a time. State: the network's parameters. */
export function encoderProgram(network: Network): Program {
  return {
    name: `encode ${network.name}`,
    state: network.parameters,
    inputs: { [ENCODER.images]: { shape: [1, ...network.input] } },
    freeBatch: true,
    compute: (parameters, { images }) => {
      const { embedding } = network.forward(parameters, images as tf.Tensor4D, { training: false });
      return { state: {}, outputs: { [ENCODER.embedding]: embedding } };
    },
  };
}
