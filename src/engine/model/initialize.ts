import { sizeOf } from '../compile/graph';
import type { SeededRandom } from '../samplers/random';
import type { ParameterSpec } from './layers/layer';
import type { Network } from './network';

/** First values of all parameters. */
export function initialParameters(network: Pick<Network, 'parameters'>, random: SeededRandom): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(network.parameters).map(([name, spec]) => [name, initial(spec, random)]));
}

/**
 * `glorotUniform`: uniform in ±√(6 / (fan in + fan out)), Glorot and Bengio 2010, Keras's default. `heNormal`: normal with variance
 * 2 / fan in, He et al. 2015. A kernel's fans are its last two axes times the filter's area.
 */
function initial({ shape, initializer }: ParameterSpec, random: SeededRandom): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  const area = sizeOf(shape.slice(0, -2));
  const fanIn = area * (shape.at(-2) ?? 1);
  const fanOut = area * (shape.at(-1) ?? 1);
  switch (initializer) {
    case 'zeros':
      return values;
    case 'ones':
      return values.fill(1);
    case 'glorotUniform': {
      const limit = Math.sqrt(6 / (fanIn + fanOut));
      return values.map(() => (2 * random.next() - 1) * limit);
    }
    case 'heNormal': {
      const deviation = Math.sqrt(2 / fanIn);
      return values.map(() => random.normal() * deviation);
    }
  }
}
