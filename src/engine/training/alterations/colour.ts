import type { Alteration } from '../images';
import { between, clampUnit } from './draw';

/**
 * With this probability, hue turned by up to `degrees` either way and saturation multiplied by ½…2: a turn about the grey axis and a
 * stretch away from it, in RGB. Leaves images of one channel alone.
 */
export const colour =
  (probability: number, degrees: number): Alteration =>
  (pixels, offset, [height, width, channels], random) => {
    if (random.next() >= probability || channels < 3) return;
    const angle = (between(random, -degrees, degrees) * Math.PI) / 180;
    const saturation = 2 ** between(random, -1, 1);
    const [cos, sin] = [Math.cos(angle) * saturation, Math.sin(angle) * saturation];
    // Rodrigues' formula about (1, 1, 1) / √3, what is along the axis kept.
    const [own, next, last] = [(1 + 2 * cos) / 3, (1 - cos) / 3 - sin / Math.sqrt(3), (1 - cos) / 3 + sin / Math.sqrt(3)];
    for (let i = offset; i < offset + height * width * channels; i += channels) {
      const r = pixels[i];
      const g = pixels[i + 1];
      const b = pixels[i + 2];
      pixels[i] = clampUnit(own * r + next * g + last * b);
      pixels[i + 1] = clampUnit(last * r + own * g + next * b);
      pixels[i + 2] = clampUnit(next * r + last * g + own * b);
    }
  };
