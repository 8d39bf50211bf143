import sharp from 'sharp';
import { expect, test } from 'vitest';
import { shrinkRaster, writeNetworkInput } from '../../../src/engine/decode/networkRaster';
import { PictureDecoder } from '../../../src/engine/decode/pictureDecoder';
import { RASTER_SPEC } from '../../../src/engine/descriptor/layout';
import { picture } from './support/pictures';

const decoder = new PictureDecoder(sharp);
const decode = async (bytes: Buffer, input?: { width: number; height: number }) => {
  const outcome = await decoder.decode(bytes, 'x.png', RASTER_SPEC, 1e8, undefined, input);
  if (!('ok' in outcome)) throw new Error('not decoded');
  return outcome.ok;
};

test('a picture of the network’s own size is shown as it is, however small', async () => {
  const pixels = Buffer.from(Array.from({ length: 28 * 28 }, (_, i) => (i * 37) % 256));
  const png = await sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } })
    .png()
    .toBuffer();
  const { input } = await decode(png, { width: 28, height: 28 });
  expect(Array.from(input!.data.filter((_, i) => i % 3 === 0))).toEqual([...pixels]);
  const numbers = new Float32Array(28 * 28 + 1);
  writeNetworkInput(input!, 1, numbers, 1);
  expect(numbers[0]).toBe(0);
  for (let i = 0; i < pixels.length; i++) expect(numbers[i + 1]).toBeCloseTo(pixels[i] / 255, 6);
});

test('of a larger picture it is what the descriptor’s raster holds, and the raster does not change', async () => {
  const png = await picture(4).png().toBuffer();
  const plain = await decode(png);
  const whole = await decode(png, { width: 96, height: 96 });
  expect(plain.input).toBeUndefined();
  expect(whole.raster.data).toEqual(plain.raster.data);
  expect(whole.input!.data).toEqual(plain.raster.data);
  const third = await decode(png, { width: 32, height: 32 });
  expect([third.input!.width, third.input!.height]).toEqual([32, 32]);
  // The first pixel is the mean of the nine that it covers.
  let sum = 0;
  for (let y = 0; y < 3; y++) for (let x = 0; x < 3; x++) sum += plain.raster.data[(y * 96 + x) * 3];
  expect(third.input!.data[0]).toBe(Math.round(sum / 9));
});

test('a network that wants more than the raster holds, or no square, gets it from the picture', async () => {
  const png = await picture(4).png().toBuffer();
  const large = await decode(png, { width: 128, height: 128 });
  const expected = await sharp(png).resize(128, 128, { fit: 'fill' }).raw().toBuffer();
  expect(Buffer.from(large.input!.data).equals(expected)).toBe(true);
  const wide = await decode(png, { width: 64, height: 32 });
  expect([wide.input!.width, wide.input!.height]).toEqual([64, 32]);
});

test('three channels are written as they are', () => {
  const raster = shrinkRaster({ width: 1, height: 1, data: Uint8Array.of(255, 0, 51) }, 1);
  const numbers = new Float32Array(3);
  writeNetworkInput(raster, 3, numbers, 0);
  expect([...numbers]).toEqual([1, 0, Math.fround(0.2)]);
});
