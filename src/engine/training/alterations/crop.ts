import { between } from './draw';
import type { Placement } from './affine';
import { IDENTITY } from './affine';

/**
 * With this probability, a part is shown: up to `mostArea` of the area is cut away, the rest enlarged to the old size. Sides are cut
 * unevenly, and every third time from one corner alone: the worst case for whoever compares pictures place by place.
 */
export const crop =
  (probability: number, mostArea: number): Placement =>
  (_shape, random) => {
    if (random.next() >= probability) return IDENTITY;
    const area = 1 - mostArea * random.next();
    const ratio = Math.exp(between(random, -1, 1) * Math.log(1 / area) * 0.5);
    const [yy, xx] = [Math.min(1, Math.sqrt(area * ratio)), Math.min(1, Math.sqrt(area / ratio))];
    const isCorner = random.next() < 1 / 3;
    const place = (scale: number): number => (isCorner ? Math.sign(random.next() - 0.5) : between(random, -1, 1)) * (1 - scale);
    return { yy, yx: 0, y0: place(yy), xy: 0, xx, x0: place(xx) };
  };
