import type { Alteration } from '../images';
import type { Placement } from './affine';
import { compose, IDENTITY, warp } from './affine';
import { anyColour } from './draw';

/**
 * All placements in one resampling: cheaper than one after the other, and the image is softened once only. Beyond the old edge the
 * edge goes on, or a colour is shown, in turn.
 */
export const placed =
  (placements: readonly Placement[]): Alteration =>
  (pixels, offset, shape, random) => {
    const map = placements.reduce((sofar, placement) => compose(sofar, placement(shape, random)), IDENTITY);
    if (map === IDENTITY) return;
    const outside = random.next() < 0.25 ? 'edge' : anyColour(shape[2], random);
    warp(pixels, offset, shape, map, outside);
  };
