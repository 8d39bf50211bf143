import { describe as suite, expect, it } from 'vitest';
import { Describer, describe } from '../../../../src/engine/descriptor/describe';
import {
  FLAG_BLANK,
  FLAG_TRIMMED,
  INDEX_DIMENSIONS,
  OFFSET_BOX,
  OFFSET_FLAGS,
  SIGNATURE_BYTES,
} from '../../../../src/engine/descriptor/layout';
import { sourceMap, transformsOf } from '../../../../src/engine/descriptor/transforms';
import { findContentBox } from '../../../../src/engine/descriptor/trim';
import { transformedVectors, vectorsOf, vectorTransform } from '../../../../src/engine/index/vectors';
import { blobs, frame, render } from './scenes';

const source = { width: 640, height: 480 };

suite('findContentBox', () => {
  const picture = render(blobs(1));

  it('keeps a picture without border whole', () => {
    expect(findContentBox(picture)).toEqual({ left: 0, top: 0, right: 96, bottom: 96 });
  });

  it('cuts a coloured frame of unequal sides, and one line more', () => {
    const framed = frame(picture, { left: 10, top: 4, right: 3, bottom: 20 }, [200, 170, 140]);
    expect(findContentBox(framed)).toEqual({ left: 11, top: 5, right: 92, bottom: 75 });
  });

  it('cuts bars on two sides only', () => {
    expect(findContentBox(frame(picture, { top: 12, bottom: 12 }, [0, 0, 0]))).toEqual({
      left: 0,
      top: 13,
      right: 96,
      bottom: 83,
    });
  });

  it('cuts a margin inside a frame', () => {
    const margin = frame(picture, { left: 14, top: 14, right: 14, bottom: 14 }, [255, 255, 255]);
    const framed = frame(margin, { left: 5, top: 5, right: 5, bottom: 5 }, [0, 0, 0]);
    expect(findContentBox(framed)).toEqual({ left: 15, top: 15, right: 81, bottom: 81 });
  });

  it('takes the noise of recompression for plain', () => {
    const framed = frame(picture, { left: 10 }, [100, 100, 100]);
    for (let y = 0; y < 96; y++) for (let x = 0; x < 10; x++) framed.data[(y * 96 + x) * 3] += ((x * 7 + y * 3) % 11) - 5;
    expect(findContentBox(framed).left).toBe(11);
  });

  it('leaves a fifth of a plain picture, so that something remains', () => {
    const { left, top, right, bottom } = findContentBox(render(() => [80, 80, 80]));
    expect(right - left).toBe(20);
    expect(bottom - top).toBe(20);
  });
});

suite('describe', () => {
  const picture = render(blobs(2));

  it('gives a record of one length, the same for the same raster', () => {
    const signature = describe(picture, source);
    expect(signature).toHaveLength(SIGNATURE_BYTES);
    // A describer that has seen other pictures must not remember them.
    const describer = new Describer();
    describer.describe(render(blobs(3)), source);
    expect(describer.describe(picture, source)).toEqual(signature);
  });

  it('refuses a raster of another size', () => {
    expect(() => describe(render(blobs(2), 64), source)).toThrow(RangeError);
  });

  it('flags plain pictures as blank, and a colourful one of even brightness not', () => {
    expect(
      describe(
        render(() => [80, 81, 80]),
        source,
      )[OFFSET_FLAGS] & FLAG_BLANK,
    ).toBe(FLAG_BLANK);
    // 0.299 · 100 = 29.9 ≈ 0.114 · 255 + 0.587 · 1: red and blue of the same luma.
    const checks = render((x, y) => ((Math.floor(x * 6) + Math.floor(y * 6)) % 2 ? [100, 0, 0] : [0, 1, 255]));
    expect(describe(checks, source)[OFFSET_FLAGS] & FLAG_BLANK).toBe(0);
  });

  it('records the trimmed window', () => {
    const signature = describe(frame(picture, { left: 8, right: 8 }, [0, 0, 0]), source);
    expect(signature[OFFSET_FLAGS] & FLAG_TRIMMED).toBe(FLAG_TRIMMED);
    expect([...signature.subarray(OFFSET_BOX, OFFSET_BOX + 4)]).toEqual([9, 0, 87, 96]);
  });

  it('has index vectors that brightness and contrast do not change', () => {
    const scene = blobs(2, 200);
    const vectorOf = (gain: number, offset: number): Int8Array => {
      // Kept off the ends of the range first, where clipping would change the picture.
      const muted = render((x, y) => {
        const [r, g, b] = scene(x, y).map(v => gain * Math.min(250, Math.max(5, v)) + offset);
        return [r, g, b];
      });
      return vectorsOf(describe(muted, source)).subarray(0, INDEX_DIMENSIONS);
    };
    const cosine = cosineOf(vectorOf(1, 0), vectorOf(0.7, 30));
    expect(cosine).toBeGreaterThan(0.995);
  });

  it('can transform index vectors instead of pictures', () => {
    const scene = blobs(5);
    const original = describe(render(scene), source);
    for (const transform of transformsOf({ mirrors: true, turns: true })) {
      const [a, b, c, d] = sourceMap(transform);
      const place = (x: number, y: number): [number, number] => [
        a * (x - 0.5) + b * (y - 0.5) + 0.5,
        c * (x - 0.5) + d * (y - 0.5) + 0.5,
      ];
      const turned = vectorsOf(describe(render(scene, 96, place), source));
      const predicted = transformedVectors(original, vectorTransform(transform));
      // The trimmed whole, and the untrimmed whole; rounding to bytes leaves ±1.
      for (const start of [0, predicted.length - INDEX_DIMENSIONS]) {
        for (let i = start; i < start + INDEX_DIMENSIONS; i++) expect(Math.abs(turned[i] - predicted[i])).toBeLessThanOrEqual(1);
      }
    }
  });
});

function cosineOf(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let product = 0;
  let squareX = 0;
  let squareY = 0;
  for (let i = 0; i < x.length; i++) {
    product += x[i] * y[i];
    squareX += x[i] ** 2;
    squareY += y[i] ** 2;
  }
  return product / Math.sqrt(squareX * squareY);
}
