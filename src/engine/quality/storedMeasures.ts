import type { PictureMeasures } from '../../core/quality/measures';
import { FLAG_TRANSPARENT, OFFSET_FLAGS, OFFSET_MEASURES } from '../descriptor/layout';

/** Steps of a bit of entropy: 8 bits fill a byte. */
const ENTROPY_STEPS = 255 / 8;
/** Sharpness is stored as a logarithm, sixteen steps an octave, from this up. */
const LEAST_SHARPNESS = 1 / 2048;
const SHARPNESS_STEPS = 16;

const byte = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));

/** Writes measures into a signature: five bytes and a flag. */
export function storeMeasures(signature: Uint8Array, measures: PictureMeasures): void {
  const { darkest, brightest, colour, entropyBits, sharpness, isTransparent } = measures;
  const octaves = Math.log2(Math.max(LEAST_SHARPNESS, sharpness) / LEAST_SHARPNESS);
  signature.set(
    [byte(darkest), byte(brightest), byte(colour), byte(entropyBits * ENTROPY_STEPS), byte(octaves * SHARPNESS_STEPS)],
    OFFSET_MEASURES,
  );
  if (isTransparent) signature[OFFSET_FLAGS] |= FLAG_TRANSPARENT;
}

/** Reads what {@link storeMeasures} wrote; entropy to 0.03 bits, sharpness to 4 %. */
export function storedMeasures(signature: Uint8Array): PictureMeasures {
  const octaves = signature[OFFSET_MEASURES + 4] / SHARPNESS_STEPS;
  return {
    darkest: signature[OFFSET_MEASURES],
    brightest: signature[OFFSET_MEASURES + 1],
    colour: signature[OFFSET_MEASURES + 2],
    entropyBits: signature[OFFSET_MEASURES + 3] / ENTROPY_STEPS,
    sharpness: octaves === 0 ? 0 : LEAST_SHARPNESS * 2 ** octaves,
    isTransparent: (signature[OFFSET_FLAGS] & FLAG_TRANSPARENT) !== 0,
  };
}
