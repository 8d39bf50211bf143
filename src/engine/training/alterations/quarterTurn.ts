import type { Placement } from './affine';
import { IDENTITY } from './affine';

const TURNS = [
  { ...IDENTITY, yy: 0, yx: 1, xy: -1, xx: 0 },
  { ...IDENTITY, yy: -1, xx: -1 },
  { ...IDENTITY, yy: 0, yx: -1, xy: 1, xx: 0 },
];

/** Turned by 90°, 180° or 270°, with this probability. */
export const quarterTurn =
  (probability: number): Placement =>
  (_shape, random) =>
    random.next() < probability ? TURNS[random.integer(3)] : IDENTITY;
