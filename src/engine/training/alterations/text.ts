import type { Alteration } from '../images';
import { anyColour, between } from './draw';
import { anyLine, lineWidth, write } from './glyphs';

/** One or two lines of writing across the image, letters up to `largest` of its height, with this probability. */
export const text =
  (probability: number, largest: number): Alteration =>
  (pixels, offset, shape, random) => {
    if (random.next() >= probability) return;
    const [height, width, channels] = shape;
    const size = Math.max(3, height * between(random, 0.05, largest));
    const lines = 1 + random.integer(2);
    const colour = anyColour(channels, random);
    const top = between(random, 0, Math.max(0, height - size * 1.4 * lines));
    const left = between(random, -0.05, 0.5) * width;
    const isShadowed = random.next() < 0.4;
    const shadow = { colour: colour.map(v => (v > 0.5 ? 0 : 1)), cover: 1 };
    for (let k = 0; k < lines; k++) {
      const fitting = Math.max(2, Math.floor(((width - left) * 7) / (size * 6)));
      const line = anyLine(Math.max(2, Math.round(fitting * between(random, 0.3, 1.1))), random);
      const place = { top: top + k * size * 1.4, left, size };
      if (lineWidth(line, size) <= 0) continue;
      if (isShadowed) write(pixels, offset, shape, line, { ...place, top: place.top + size / 9, left: left + size / 9 }, shadow);
      write(pixels, offset, shape, line, place, { colour, cover: 1 });
    }
  };
