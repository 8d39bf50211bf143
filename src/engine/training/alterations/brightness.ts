import type { Alteration } from '../images';
import { between, clampUnit } from './draw';

/**
 * With this probability, brighter or darker (multiplied by up to 1 ± `most`), with more or less contrast about the middle grey, and
 * another gamma (the exponent between 1 − `most` and 1 / (1 − `most`)), the last every third time.
 */
export const brightness =
  (probability: number, most: number): Alteration =>
  (pixels, offset, [height, width, channels], random) => {
    if (random.next() >= probability) return;
    const [gain, contrast] = [between(random, 1 - most, 1 + most), between(random, 1 - most, 1 + most)];
    const gamma = random.next() < 1 / 3 ? (1 - most) ** between(random, -1, 1) : 1;
    const [slope, shift] = [gain * contrast, 0.5 - 0.5 * contrast];
    const end = offset + height * width * channels;
    if (gamma === 1) for (let i = offset; i < end; i++) pixels[i] = clampUnit(pixels[i] * slope + shift);
    else {
      const curve = Float32Array.from({ length: 256 }, (_, i) => clampUnit((i / 255) ** gamma * slope + shift));
      for (let i = offset; i < end; i++) pixels[i] = curve[(clampUnit(pixels[i]) * 255 + 0.5) | 0];
    }
  };
