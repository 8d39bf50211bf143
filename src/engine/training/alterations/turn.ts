import { between } from './draw';
import type { Placement } from './affine';
import { IDENTITY } from './affine';

/**
 * With this probability, turned about the middle by up to `degrees` either way. Programs that turn pictures either cut the empty
 * corners off, enlarge the canvas to hold all, or leave the size alone: each in its turn. A picture squeezed to a square was longer
 * one way, so its turn is about an ellipse: the proportion is drawn between 2:3 and 3:2.
 */
export const turn =
  (probability: number, degrees: number): Placement =>
  ([height, width], random) => {
    if (random.next() >= probability) return IDENTITY;
    const angle = (between(random, -degrees, degrees) * Math.PI) / 180;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const proportion = (width / height) * Math.exp(between(random, -1, 1) * Math.log(1.5));
    const canvas = cos + Math.abs(sin) * Math.max(proportion, 1 / proportion);
    const scale = [1 / canvas, canvas, 1][random.integer(3)];
    return { yy: cos * scale, yx: -sin * proportion * scale, y0: 0, xy: (sin / proportion) * scale, xx: cos * scale, x0: 0 };
  };
