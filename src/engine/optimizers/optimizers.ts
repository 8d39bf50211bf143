import { adam } from './adam';
import type { Optimizer, OptimizerName } from './optimizer';
import { rmsprop } from './rmsprop';

/** Optimizers by name. Adam forgets faster than its paper's default, which suits runs of a few hundred steps. */
export const OPTIMIZERS: Readonly<Record<OptimizerName, () => Optimizer>> = {
  adam: () => adam({ beta2: 0.99 }),
  rmsprop: () => rmsprop(),
};
