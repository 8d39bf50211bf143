import type { Alteration } from '../images';

/** Without colour, with this probability: brightness by ITU-R BT.601. Leaves images of one channel alone. */
export const grey =
  (probability: number): Alteration =>
  (pixels, offset, [height, width, channels], random) => {
    if (random.next() >= probability || channels < 3) return;
    for (let i = offset; i < offset + height * width * channels; i += channels) {
      const brightness = 0.299 * pixels[i] + 0.587 * pixels[i + 1] + 0.114 * pixels[i + 2];
      pixels[i] = brightness;
      pixels[i + 1] = brightness;
      pixels[i + 2] = brightness;
    }
  };
