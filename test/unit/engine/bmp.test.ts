import { describe, expect, it } from 'vitest';
import { decodeBmp, readBmpHeader } from '../../../src/engine/decode/bmp';

interface BmpParts {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  /** Blue, green, red, unused. */
  readonly palette?: readonly (readonly number[])[];
  readonly masks?: readonly number[];
  readonly pixels: readonly number[];
}

/** BITMAPFILEHEADER + BITMAPINFOHEADER, laid out by hand from the format's description. */
function bmp({ width, height, bits, compression = 0, palette = [], masks = [], pixels }: BmpParts): Buffer {
  const offset = 54 + masks.length * 4 + palette.length * 4;
  const header = Buffer.alloc(54);
  header.write('BM', 0, 'latin1');
  header.writeUInt32LE(offset + pixels.length, 2);
  header.writeUInt32LE(offset, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(compression, 30);
  header.writeUInt32LE(palette.length, 46);
  const maskBytes = Buffer.alloc(masks.length * 4);
  masks.forEach((mask, i) => maskBytes.writeUInt32LE(mask, i * 4));
  return Buffer.concat([header, maskBytes, Buffer.from(palette.flat()), Buffer.from(pixels)]);
}

const decode = async (file: Buffer, shrink = 1): Promise<number[]> => [
  ...(await decodeBmp(file, readBmpHeader(file), shrink)).data,
];

const black = [0, 0, 0];
const red = [255, 0, 0];
const green = [0, 255, 0];
const blue = [0, 0, 255];
/** As palettes store them: blue, green, red, unused. */
const fourColours = [
  [0, 0, 0, 0],
  [0, 0, 255, 0],
  [0, 255, 0, 0],
  [255, 0, 0, 0],
];

describe('decodeBmp', () => {
  it('reads 24 bits, rows from the bottom, padded to four bytes', async () => {
    const pixels = [...[0, 0, 255], ...[0, 255, 0], 0, 0, ...[255, 0, 0], ...[0, 0, 0], 0, 0];
    expect(await decode(bmp({ width: 2, height: 2, bits: 24, pixels }))).toEqual([...blue, ...black, ...red, ...green]);
  });

  it('reads rows from the top where the height is negative', async () => {
    const pixels = [...[0, 0, 255], ...[0, 255, 0], 0, 0, ...[255, 0, 0], ...[0, 0, 0], 0, 0];
    expect(await decode(bmp({ width: 2, height: -2, bits: 24, pixels }))).toEqual([...red, ...green, ...blue, ...black]);
  });

  it('reads 1 bit a pixel', async () => {
    const palette = [
      [0, 0, 0, 0],
      [0, 0, 255, 0],
    ];
    const file = bmp({ width: 10, height: 1, bits: 1, palette, pixels: [0b10100000, 0b01000000, 0, 0] });
    expect(await decode(file)).toEqual([
      ...red,
      ...black,
      ...red,
      ...black,
      ...black,
      ...black,
      ...black,
      ...black,
      ...black,
      ...red,
    ]);
  });

  it('reads 4 bits a pixel, also of odd width', async () => {
    const file = bmp({ width: 3, height: 2, bits: 4, palette: fourColours, pixels: [0x12, 0x30, 0, 0, 0x32, 0x10, 0, 0] });
    expect(await decode(file)).toEqual([...blue, ...green, ...red, ...red, ...green, ...blue]);
  });

  it('reads 8 bits a pixel; an index past the palette is black', async () => {
    const file = bmp({ width: 3, height: 1, bits: 8, palette: fourColours, pixels: [1, 200, 3, 0] });
    expect(await decode(file)).toEqual([...red, ...black, ...blue]);
  });

  it('reads 16 bits: 5-5-5, and 5-6-5 by masks', async () => {
    const fives = bmp({ width: 2, height: 1, bits: 16, pixels: [0x00, 0x7c, 0xe0, 0x03] });
    expect(await decode(fives)).toEqual([...red, ...green]);
    const masks = [0xf800, 0x07e0, 0x001f];
    const sixes = bmp({ width: 2, height: 1, bits: 16, compression: 3, masks, pixels: [0xe0, 0x07, 0x1f, 0x00] });
    expect(await decode(sixes)).toEqual([...green, ...blue]);
  });

  it('reads 32 bits, with alpha where a mask says so, and takes alpha that is 0 everywhere as opaque', async () => {
    expect(await decode(bmp({ width: 1, height: 1, bits: 32, pixels: [255, 0, 0, 99] }))).toEqual(blue);
    const masks = [0xff0000, 0xff00, 0xff, 0xff000000];
    const alpha = (a: number) => bmp({ width: 1, height: 1, bits: 32, compression: 6, masks, pixels: [255, 0, 0, a] });
    expect(await decode(alpha(128))).toEqual([...blue, 128]);
    expect(await decode(alpha(0))).toEqual([...blue, 255]);
  });

  it('unpacks RLE8: runs, literal pixels, skips and line ends', async () => {
    // Bottom row: 3 × red, then green blue black literal (padded to words); next row: skip 2 right, 1 up, then 1 × blue; end.
    const stream = [3, 1, 0, 3, 2, 3, 0, 0, 0, 0, 0, 2, 2, 1, 1, 3, 0, 1];
    const file = bmp({ width: 6, height: 3, bits: 8, compression: 1, palette: fourColours, pixels: stream });
    const none = black;
    expect(await decode(file)).toEqual([
      ...[none, none, blue, none, none, none].flat(),
      ...[none, none, none, none, none, none].flat(),
      ...[red, red, red, green, blue, black].flat(),
    ]);
  });

  it('unpacks RLE4: a run alternates two colours', async () => {
    const file = bmp({ width: 5, height: 1, bits: 4, compression: 2, palette: fourColours, pixels: [3, 0x12, 0, 2, 0, 0, 0, 1] });
    // The skip moves by nothing; pixels that are never written stay at index 0.
    expect(await decode(file)).toEqual([red, green, red, black, black].flat());
  });

  it('reads OS/2 headers, whose palette has three bytes an entry', async () => {
    const header = Buffer.alloc(26);
    header.write('BM', 0, 'latin1');
    header.writeUInt32LE(26 + 6, 10);
    header.writeUInt32LE(12, 14);
    header.writeUInt16LE(2, 18);
    header.writeUInt16LE(1, 20);
    header.writeUInt16LE(1, 22);
    header.writeUInt16LE(1, 24);
    const file = Buffer.concat([header, Buffer.from([0, 0, 0, 0, 0, 255]), Buffer.from([0b01000000, 0, 0, 0])]);
    expect(await decode(file)).toEqual([...black, ...red]);
  });

  it('thins a picture by a whole factor', async () => {
    const pixels = [0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 1, 0];
    const file = bmp({ width: 4, height: 4, bits: 8, palette: fourColours, pixels });
    const thinned = await decodeBmp(file, readBmpHeader(file), 2);
    expect(thinned).toMatchObject({ width: 2, height: 2, channels: 3 });
    expect([...thinned.data]).toEqual([...blue, ...red, ...red, ...green]);
  });
});

describe('readBmpHeader', () => {
  const plain = bmp({ width: 2, height: 1, bits: 24, pixels: [1, 2, 3, 4, 5, 6, 0, 0] });

  it('refuses a file whose rows are missing', async () => {
    expect(() => readBmpHeader(plain.subarray(0, plain.length - 4))).toThrow(/truncated/);
    expect(() => readBmpHeader(plain.subarray(0, 30))).toThrow(/truncated/);
  });

  it('refuses sizes that the bytes can not fill, before anything is allocated', async () => {
    const forged = Buffer.from(plain);
    forged.writeInt32LE(30_000, 18);
    forged.writeInt32LE(30_000, 22);
    expect(() => readBmpHeader(forged)).toThrow(/truncated/);
    const packed = bmp({ width: 60_000, height: 60_000, bits: 8, compression: 1, palette: fourColours, pixels: [0, 1] });
    expect(() => readBmpHeader(packed)).toThrow(/does not fit/);
  });

  it.each([
    ['no width', 18, 0],
    ['a negative width', 18, -5],
    ['an unknown depth', 28, 7],
    ['RLE8 of 24 bits', 30, 1],
    ['an unknown header', 14, 33],
  ])('refuses %s', (_, offset, value) => {
    const broken = Buffer.from(plain);
    if (offset === 28) broken.writeUInt16LE(value, offset);
    else broken.writeInt32LE(value, offset);
    expect(() => readBmpHeader(broken)).toThrow();
  });
});
