import { describe, expect, test } from 'vitest';
import { mayMirror } from '../../../../src/engine/labels/mirrors';
import { SeededRandom } from '../../../../src/engine/samplers/random';

/** Pictures of 8×8, noise and a bar at a column that depends on the class. */
function bars(columns: readonly number[], channels = 1) {
  const random = new SeededRandom(2);
  const perClass = 20;
  const labels = Int32Array.from({ length: perClass * columns.length }, (_, i) => i % columns.length);
  const values = new Uint8Array(labels.length * 64 * channels);
  labels.forEach((label, i) => {
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        for (let c = 0; c < channels; c++) {
          values[((i * 8 + y) * 8 + x) * channels + c] = random.integer(60) + (x === columns[label] ? 150 : 0);
        }
      }
    }
  });
  return { values, shape: [8, 8, channels] as const, labels, classes: columns.length };
}

describe('mirroring', () => {
  test.each([1, 3])('is left alone where a class becomes another by it (%d channels)', channels => {
    expect(mayMirror(bars([1, 6], channels))).toBe(false);
  });

  test('is fine where classes keep apart', () => {
    expect(mayMirror(bars([1, 3]))).toBe(true);
    expect(mayMirror(bars([0, 1, 2]))).toBe(true);
  });

  test('classes without images have no say', () => {
    expect(mayMirror({ ...bars([1, 3]), classes: 5 })).toBe(true);
  });
});
