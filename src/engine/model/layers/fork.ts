import * as tf from '@tensorflow/tfjs-core';
import { chain } from '../network';
import type { Layer } from './layer';

/** Several chains of layers on one input, each ending in a vector; the vectors in one row, one after the other. */
export function fork(...prongs: readonly (readonly Layer[])[]): Layer {
  const chainsOf = (input: readonly number[]) => prongs.map(layers => chain(input, layers));
  const prefix = (prong: number): string => `${'abcdefgh'[prong]}.`;
  return {
    name: 'fork',
    outputShape: input => [chainsOf(input).reduce((sum, { placed }) => sum + placed.at(-1)!.outputShape[0], 0)],
    parameters: input =>
      Object.fromEntries(
        chainsOf(input).flatMap(({ parameters }, i) =>
          Object.entries(parameters).map(([name, spec]) => [prefix(i) + name, spec] as const),
        ),
      ),
    apply: (x, parameters, { training }) => {
      const results = chainsOf(x.shape.slice(1)).map((each, i) => {
        const own = Object.keys(each.parameters).map(name => [name, parameters[prefix(i) + name]] as const);
        return each.run(Object.fromEntries(own), x, { training });
      });
      const statistics = results.flatMap((each, i) =>
        Object.entries(each.statistics).map(([name, value]) => [prefix(i) + name, value] as const),
      );
      return {
        output: tf.concat(
          results.map(({ output }) => output),
          1,
        ),
        statistics: Object.fromEntries(statistics),
      };
    },
  };
}
