import { NormalPool } from '../../samplers/normalPool';
import type { Alteration } from '../images';
import { clampUnit } from './draw';

/** With this probability, normal noise of a deviation up to `most`, every other time the same in all channels. */
export const noise = (probability: number, most: number): Alteration => {
  let pool: NormalPool | undefined;
  return (pixels, offset, [height, width, channels], random) => {
    if (random.next() >= probability) return;
    pool ??= new NormalPool(0x4015e);
    const deviation = most * random.next();
    const shared = random.next() < 0.5 ? channels : 1;
    const count = height * width * channels;
    const normal = pool.draw(count / shared, random);
    for (let i = 0; i < count; i++) pixels[offset + i] = clampUnit(pixels[offset + i] + deviation * normal[(i / shared) | 0]);
  };
};
