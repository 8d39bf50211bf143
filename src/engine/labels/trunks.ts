import { relu } from '../model/layers/activation';
import { batchNormalization } from '../model/layers/batchNormalization';
import { convolution } from '../model/layers/convolution';
import { dense } from '../model/layers/dense';
import type { Layer, Shape3 } from '../model/layers/layer';
import { maxPool } from '../model/layers/pooling';
import { flatten } from '../model/layers/shape';
import type { Network } from '../model/network';
import { sequential } from '../model/network';

export type TrunkName = 'deep' | 'photo' | 'features' | 'lean';

/** The normalizations take up a twentieth of each batch's moments: `trainClassifier.ts` counts on it. */
const normalization = (): Layer => batchNormalization(0.95);

/** A convolution that keeps the size, pooled and then normalized. */
const pooled = (filters: number, size = 3): Layer[] => [
  convolution(filters, size, { padding: 'same', bias: false }),
  maxPool(2),
  normalization(),
  relu(),
];

/** A convolution of stride 2 with normalization. */
const halving = (filters: number, size = 3): Layer[] => [
  convolution(filters, size, { stride: 2, padding: 'same', bias: false }),
  normalization(),
  relu(),
];

/** The embedding in which neighbours vote, and on which the head stands. */
const end = (units = 128): Layer[] => [flatten(), dense(units), normalization(), relu()];

const trunks: Readonly<Record<TrunkName, () => Layer[]>> = {
  /** Pictures of 28–40 pixels. */
  deep: () => [...pooled(32), ...pooled(64), ...pooled(128), ...end()],
  lean: () => [...pooled(24), ...pooled(48), ...pooled(96), ...end()],
  /** Of 48–64 pixels. */
  photo: () => [...halving(24, 5), ...halving(48), ...halving(96), ...halving(128), ...end()],
  /** Features that are given: only scaled. */
  features: () => [flatten(), normalization()],
};

/** As the networks of `model/networks.ts`, but ended by a normalized layer for a classifier instead of a vector of unit length. */
export const createTrunk = (name: TrunkName, input: Shape3): Network => sequential(name, input, trunks[name]());
