import { describe, expect, test } from 'vitest';
import { SIGNATURE_BYTES } from '../../../../src/engine/descriptor/layout';
import { measureRaster } from '../../../../src/engine/quality/measureRaster';
import { storedMeasures, storeMeasures } from '../../../../src/engine/quality/storedMeasures';

const side = 96;
const plane = (value: (x: number, y: number) => number) =>
  Float32Array.from({ length: side * side }, (_, i) => value(i % side, Math.floor(i / side)));
const none = plane(() => 0);
const large = { width: 500, height: 400 };
const ofLuma = (luma: Float32Array, source = large) => measureRaster(luma, none, none, side, source);

describe('measures of a picture', () => {
  test('two halves: one bit of entropy, and both ends of brightness', () => {
    const measures = ofLuma(plane(x => (x < side / 2 ? 40 : 200)));
    expect(measures).toMatchObject({ darkest: 40, brightest: 200, colour: 0, entropyBits: 1 });
  });

  test('four equal parts: two bits; one part: none', () => {
    expect(ofLuma(plane((x, y) => 60 * (Number(x < 48) + 2 * Number(y < 48)))).entropyBits).toBe(2);
    expect(ofLuma(plane(() => 128))).toMatchObject({ entropyBits: 0, sharpness: 0, darkest: 128, brightest: 128 });
  });

  test('5 % of dark pixels are no dark picture, 1 % of bright ones no bright one', () => {
    // 460 of 9,216 pixels are 4.99 %, 92 are 0.998 %.
    expect(ofLuma(plane((x, y) => (y * side + x < 460 ? 0 : 255))).darkest).toBe(255);
    expect(ofLuma(plane((x, y) => (y * side + x < 461 ? 0 : 255))).darkest).toBe(0);
    expect(ofLuma(plane((x, y) => (y * side + x < 92 ? 255 : 10))).brightest).toBe(10);
    expect(ofLuma(plane((x, y) => (y * side + x < 93 ? 255 : 10))).brightest).toBe(255);
  });

  test('a chessboard is as sharp as can be: each Laplacian is ±8 times the deviation', () => {
    // Values 128 ± 100: variance 10⁴; Laplacian ±800: variance 64·10⁴; over 10⁴ + the floor of 4.
    expect(ofLuma(plane((x, y) => ((x + y) % 2 ? 228 : 28))).sharpness).toBeCloseTo(640_000 / 10_004, 6);
  });

  test('a slow wave is not sharp, whatever its contrast', () => {
    const wave = (height: number) => ofLuma(plane(x => 128 + height * Math.sin((2 * Math.PI * x) / side))).sharpness;
    // The Laplacian of a wave is its value times 2 cos(2π/96) − 2 = −0.00428: squared 1.8·10⁻⁵.
    expect(wave(100)).toBeCloseTo(1.83e-5, 6);
    expect(wave(20)).toBeLessThan(2e-5);
  });

  test('a small picture is measured at its own size, not at the one it was enlarged to', () => {
    // 24 × 24 pixels of a chessboard, each enlarged to 4 × 4.
    const enlarged = plane((x, y) => ((Math.floor(x / 4) + Math.floor(y / 4)) % 2 ? 228 : 28));
    expect(ofLuma(enlarged, { width: 24, height: 24 }).sharpness).toBeCloseTo(640_000 / 10_004, 6);
    expect(ofLuma(enlarged).sharpness).toBeLessThan(30);
    expect(ofLuma(enlarged, { width: 2, height: 24 }).sharpness).toBe(0);
  });

  test('colour is the larger of the two differences', () => {
    expect(
      measureRaster(
        none,
        plane(() => -30),
        plane(() => 12),
        side,
        large,
      ).colour,
    ).toBe(30);
    expect(
      measureRaster(
        none,
        plane(() => 3),
        plane(() => 90),
        side,
        large,
      ).colour,
    ).toBe(90);
  });
});

describe('measures in a signature', () => {
  const kept = (measures: Parameters<typeof storeMeasures>[1]) => {
    const signature = new Uint8Array(SIGNATURE_BYTES);
    storeMeasures(signature, measures);
    return { measures: storedMeasures(signature), changed: [...signature.keys()].filter(i => signature[i] !== 0) };
  };

  test('come back within what the docblock says', () => {
    const { measures } = kept({
      darkest: 12,
      brightest: 250,
      colour: 7,
      entropyBits: 6.2,
      sharpness: 0.0137,
      isTransparent: true,
    });
    expect(measures).toMatchObject({ darkest: 12, brightest: 250, colour: 7, isTransparent: true });
    expect(Math.abs(measures.entropyBits - 6.2)).toBeLessThan(0.03);
    expect(Math.abs(measures.sharpness / 0.0137 - 1)).toBeLessThan(0.04);
  });

  test('the largest and the smallest fit; nothing but their own bytes changes', () => {
    const { measures, changed } = kept({
      darkest: 255,
      brightest: 255,
      colour: 255,
      entropyBits: 8,
      sharpness: 64,
      isTransparent: false,
    });
    expect(measures).toMatchObject({ darkest: 255, brightest: 255, colour: 255, entropyBits: 8, isTransparent: false });
    expect(measures.sharpness).toBeGreaterThan(25);
    expect(changed).toEqual([11, 12, 13, 14, 15]);
    expect(
      kept({ darkest: 0, brightest: 0, colour: 0, entropyBits: 0, sharpness: 0, isTransparent: false }).measures.sharpness,
    ).toBe(0);
  });
});
