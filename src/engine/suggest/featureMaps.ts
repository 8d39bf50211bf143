import * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../compile/program';
import type { Model } from '../model/modelFile';
import { chain } from '../model/network';
import { layersBeforeFlatten } from '../model/networks';
import { pooled } from '../model/pairHead';

export const FEATURES = { images: 'images', features: 'features' } as const;

/**
 * What a network sees before its dense layers, pooled to at most 4 × 4 cells: no longer pixels and not yet its own classes. An embedding that
 * was trained to keep six classes apart forgets what would tell others apart (docs/ONE-SHOT.md); its feature map does not.
 * @returns undefined for a network without such a map, on features of a backbone
 */
export function featureMapProgram({ network, parameters, description }: Model): Program | undefined {
  const layers = layersBeforeFlatten(description.network);
  if (!layers) return undefined;
  const { parameters: specs, run } = chain(network.input, layers);
  return {
    name: `features ${network.name}`,
    state: {},
    inputs: { [FEATURES.images]: { shape: [1, ...network.input] } },
    freeBatch: true,
    compute: (_state, inputs) => {
      const weights = Object.entries(specs).map(
        ([name, spec]) => [name, tf.tensor(parameters[name], [...spec.shape], 'float32')] as const,
      );
      const { output } = run(Object.fromEntries(weights), inputs[FEATURES.images], { training: false });
      return { state: {}, outputs: { [FEATURES.features]: pooled(output) } };
    },
  };
}
