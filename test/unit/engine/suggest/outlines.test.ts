import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { OUTLINE_SIDE, OUTLINE_SIZE, writeOutlines } from '../../../../src/engine/suggest/outlines';

const drawn = async (shapes: string, ground = '#fff'): Promise<Float32Array> => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="${ground}"/>${shapes}</svg>`;
  const pixels = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
  const into = new Float32Array(OUTLINE_SIZE);
  writeOutlines(pixels, 0, into, 0);
  return into;
};
const cosine = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * b[i], 0) / Math.hypot(...a) / Math.hypot(...b);

describe('outlines', () => {
  test('are the same for light on dark and dark on light', async () => {
    const [dark, light] = [
      await drawn('<circle cx="32" cy="32" r="18" fill="#000"/>'),
      await drawn('<circle cx="32" cy="32" r="18" fill="#fff"/>', '#000'),
    ];
    expect(cosine(dark, light)).toBeGreaterThan(0.999);
  });

  test('differ for another shape or place', async () => {
    const circle = await drawn('<circle cx="32" cy="32" r="18" fill="#c22"/>');
    const recoloured = await drawn('<circle cx="32" cy="32" r="18" fill="#28a" stroke="#024" stroke-width="2"/>');
    const square = await drawn('<rect x="16" y="16" width="32" height="32" fill="#c22"/>');
    const moved = await drawn('<circle cx="18" cy="18" r="14" fill="#c22"/>');
    expect(cosine(circle, recoloured)).toBeGreaterThan(0.85);
    expect(cosine(circle, square)).toBeLessThan(cosine(circle, recoloured) - 0.1);
    expect(cosine(circle, moved)).toBeLessThan(0.6);
  });

  test('a vertical edge falls into one direction only; of nothing there is nothing', async () => {
    const edge = await drawn('<rect x="32" width="32" height="64" fill="#000"/>');
    const directions = new Float32Array(8);
    edge.forEach((value, i) => (directions[i % 8] += value));
    expect(directions[0]).toBeGreaterThan(1);
    expect(Math.max(...directions.slice(1))).toBeLessThan(0.01);
    expect([...(await drawn(''))].every(value => value === 0)).toBe(true);
  });

  test('stand where they are told', () => {
    const pixels = new Uint8Array(2 * OUTLINE_SIDE ** 2 * 3);
    pixels.fill(255, OUTLINE_SIDE ** 2 * 3, OUTLINE_SIDE ** 2 * 4);
    const into = new Float32Array(2 * OUTLINE_SIZE);
    writeOutlines(pixels, OUTLINE_SIDE ** 2 * 3, into, OUTLINE_SIZE);
    expect(into.subarray(0, OUTLINE_SIZE).every(value => value === 0)).toBe(true);
    expect(into.subarray(OUTLINE_SIZE).some(value => value > 0)).toBe(true);
  });
});
