import type { Placement } from './affine';
import { IDENTITY } from './affine';

/** Left and right exchanged, with this probability. */
export const mirror =
  (probability: number): Placement =>
  (_shape, random) =>
    random.next() < probability ? { ...IDENTITY, xx: -1 } : IDENTITY;
