import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Reads BMP files (libvips has no loader for them): 1, 2, 4, 8, 16, 24 and 32 bits a pixel, bit fields, RLE4 and RLE8, top-down and
 * OS/2 1.x headers. Written here because the small libraries fall short: `fast-bmp` has neither RLE nor 16 bits, and `bmp-ts` writes
 * RLE pixels to the wrong bytes and stops after the first row of a 4-bit picture of odd width.
 *
 * Layout: [MS-WMF] 2.2.2 and the BITMAPV5HEADER page of the Windows documentation.
 */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bitsPerPixel: number;
  readonly compression: number;
  /** Offsets into the file. */
  readonly paletteAt: number;
  readonly paletteEntryBytes: 3 | 4;
  readonly paletteLength: number;
  readonly pixelsAt: number;
  /** Red, green, blue, alpha; alpha 0 = opaque. */
  readonly masks: readonly [number, number, number, number];
}

export interface BmpPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}

const pixelsPerTurn = 500_000;

const rgb = 0;
const rle8 = 1;
const rle4 = 2;
const bitFields = 3;
const alphaBitFields = 6;

/**
 * @param fileBytes how long the file is, where `bytes` are only its beginning
 * @throws Error with a reason for people; `truncated` in it where bytes are missing. Allocates nothing.
 */
export const readBmpHeader = (bytes: Uint8Array, fileBytes = bytes.length): BmpHeader => {
  if (bytes.length < 26) throw new Error('truncated: the header is cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getUint32(14, true);
  if (bytes.length < 14 + headerBytes && headerBytes <= 124) throw new Error('truncated: the header is cut off');
  const pixelsAt = view.getUint32(10, true);
  if (headerBytes === 12) {
    const bitsPerPixel = view.getUint16(24, true);
    return checked(fileBytes, {
      width: view.getUint16(18, true),
      height: view.getUint16(20, true),
      topDown: false,
      bitsPerPixel,
      compression: rgb,
      paletteAt: 26,
      paletteEntryBytes: 3,
      paletteLength: bitsPerPixel <= 8 ? 1 << bitsPerPixel : 0,
      pixelsAt,
      masks: defaultMasks(bitsPerPixel),
    });
  }
  if (headerBytes < 40 || headerBytes > 124) throw new Error(`a header of ${headerBytes} bytes is none of BMP's`);
  const signedHeight = view.getInt32(22, true);
  const bitsPerPixel = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  const colours = view.getUint32(46, true);
  const hasMasks = compression === bitFields || compression === alphaBitFields;
  // BITMAPINFOHEADER carries its masks after the header, the later ones inside it: both at byte 54.
  const masksAfter = hasMasks && headerBytes === 40 ? (compression === alphaBitFields ? 16 : 12) : 0;
  const hasAlphaMask = compression === alphaBitFields || (hasMasks && headerBytes >= 56);
  if (hasMasks && bytes.length < 54 + (hasAlphaMask ? 16 : 12)) throw new Error('truncated: the header is cut off');
  return checked(fileBytes, {
    width: view.getInt32(18, true),
    height: Math.abs(signedHeight),
    topDown: signedHeight < 0,
    bitsPerPixel,
    compression,
    paletteAt: 14 + headerBytes + masksAfter,
    paletteEntryBytes: 4,
    paletteLength: bitsPerPixel <= 8 ? Math.min(colours || 1 << bitsPerPixel, 256) : 0,
    pixelsAt,
    masks: hasMasks
      ? [
          view.getUint32(54, true),
          view.getUint32(58, true),
          view.getUint32(62, true),
          hasAlphaMask ? view.getUint32(66, true) : 0,
        ]
      : defaultMasks(bitsPerPixel),
  });
};

const defaultMasks = (bitsPerPixel: number): BmpHeader['masks'] =>
  bitsPerPixel === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0xff0000, 0x00ff00, 0x0000ff, 0];

const checked = (fileBytes: number, header: BmpHeader): BmpHeader => {
  const { width, height, bitsPerPixel, compression } = header;
  if (width <= 0 || height <= 0) throw new Error(`a size of ${width} × ${height} is impossible`);
  if (![1, 2, 4, 8, 16, 24, 32].includes(bitsPerPixel)) throw new Error(`${bitsPerPixel} bits a pixel are not BMP`);
  const fits =
    compression === rgb ||
    (compression === rle8 && bitsPerPixel === 8 && !header.topDown) ||
    (compression === rle4 && bitsPerPixel === 4 && !header.topDown) ||
    ((compression === bitFields || compression === alphaBitFields) && (bitsPerPixel === 16 || bitsPerPixel === 32));
  if (!fits) throw new Error(`compression ${compression} with ${bitsPerPixel} bits a pixel is not BMP`);
  if (header.pixelsAt >= fileBytes) throw new Error('truncated: there are no pixels');
  // Uncompressed rows must all be there, so a forged size can't make us allocate more than the file's own order of magnitude.
  if (compression !== rle4 && compression !== rle8 && header.pixelsAt + rowBytes(header) * height - 3 > fileBytes) {
    throw new Error('truncated: rows are missing');
  }
  // A run-length stream can say any size: refuse what its bytes could hardly fill.
  if ((compression === rle4 || compression === rle8) && width * height > 1024 * fileBytes + 1_000_000) {
    throw new Error(`a size of ${width} × ${height} does not fit ${fileBytes} bytes`);
  }
  return header;
};

/** Rows are padded to four bytes. */
const rowBytes = ({ width, bitsPerPixel }: BmpHeader): number => Math.ceil((width * bitsPerPixel) / 32) * 4;

/**
 * Decodes, thinned by a whole `shrink` on both sides (nearest pixel) so that memory stays small for huge pictures.
 * @throws Error like {@link readBmpHeader}
 */
export const decodeBmp = async (bytes: Uint8Array, header: BmpHeader, shrink = 1): Promise<BmpPicture> => {
  const width = Math.max(1, Math.floor(header.width / shrink));
  const height = Math.max(1, Math.floor(header.height / shrink));
  const step = Math.max(1, shrink);
  const pixel = pixelReader(bytes, header);
  const channels = pixel.alpha ? 4 : 3;
  const data = new Uint8Array(width * height * channels);
  const rowsPerTurn = Math.ceil(pixelsPerTurn / width);
  for (let y = 0; y < height; y++) {
    // Messages get through between bands of a large picture.
    if (y > 0 && y % rowsPerTurn === 0) await nextTurn();
    const row = header.topDown ? y * step : header.height - 1 - y * step;
    for (let x = 0; x < width; x++) pixel.read(row, x * step, data, (y * width + x) * channels);
  }
  // Many writers leave the alpha of every pixel at 0 and mean "opaque".
  if (channels === 4 && isTransparent(data)) for (let at = 3; at < data.length; at += 4) data[at] = 255;
  return { width, height, channels, data };
};

interface PixelReader {
  readonly alpha: boolean;
  /** Writes the pixel of file row `row` (0 = first in the file) and column `x` at `data[at]`. */
  read(row: number, x: number, data: Uint8Array, at: number): void;
}

const isTransparent = (data: Uint8Array): boolean => {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 0) return false;
  return true;
};

const pixelReader = (bytes: Uint8Array, header: BmpHeader): PixelReader => {
  if (header.bitsPerPixel <= 8) return paletteReader(bytes, header);
  const stride = rowBytes(header);
  const { pixelsAt } = header;
  if (header.bitsPerPixel === 24) {
    return {
      alpha: false,
      read(row, x, data, at) {
        const from = pixelsAt + row * stride + x * 3;
        data[at] = bytes[from + 2];
        data[at + 1] = bytes[from + 1];
        data[at + 2] = bytes[from];
      },
    };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = header.bitsPerPixel === 32;
  const [red, green, blue, alpha] = header.masks.map(scaleMask);
  return {
    alpha: header.masks[3] !== 0,
    read(row, x, data, at) {
      const from = pixelsAt + row * stride + x * (wide ? 4 : 2);
      const value = wide ? view.getUint32(from, true) : view.getUint16(from, true);
      data[at] = red(value);
      data[at + 1] = green(value);
      data[at + 2] = blue(value);
      if (header.masks[3] !== 0) data[at + 3] = alpha(value);
    },
  };
};

/** Takes a masked field to 0…255. */
const scaleMask = (mask: number): ((value: number) => number) => {
  if (mask === 0) return () => 0;
  const shift = Math.clz32(mask & -mask) ^ 31;
  const max = mask >>> shift;
  return value => Math.round((((value & mask) >>> shift) * 255) / max);
};

const paletteReader = (bytes: Uint8Array, header: BmpHeader): PixelReader => {
  const { paletteAt, paletteEntryBytes, paletteLength } = header;
  const index = header.compression === rgb ? plainIndex(bytes, header) : unpackRle(bytes, header);
  return {
    alpha: false,
    read(row, x, data, at) {
      const entry = index(row, x);
      // An index past the palette, or a palette past the end of the file, is black, as in other readers.
      const from = entry < paletteLength ? paletteAt + entry * paletteEntryBytes : bytes.length;
      data[at] = bytes[from + 2] ?? 0;
      data[at + 1] = bytes[from + 1] ?? 0;
      data[at + 2] = bytes[from] ?? 0;
    },
  };
};

const plainIndex = (bytes: Uint8Array, header: BmpHeader): ((row: number, x: number) => number) => {
  const stride = rowBytes(header);
  const bits = header.bitsPerPixel;
  const mask = (1 << bits) - 1;
  return (row, x) => {
    const bitAt = x * bits;
    return (bytes[header.pixelsAt + row * stride + (bitAt >> 3)] >> (8 - bits - (bitAt & 7))) & mask;
  };
};

/** Pixels that the stream skips stay at index 0. A stream that ends without its end mark is truncated. */
const unpackRle = (bytes: Uint8Array, header: BmpHeader): ((row: number, x: number) => number) => {
  const { width, height } = header;
  const four = header.compression === rle4;
  const indices = new Uint8Array(width * height);
  let at = header.pixelsAt;
  let row = 0;
  let x = 0;
  const put = (index: number): void => {
    if (x < width && row < height) indices[row * width + x] = index;
    x++;
  };
  while (row < height) {
    if (at + 2 > bytes.length) throw new Error('truncated: rows are missing');
    const count = bytes[at++];
    const value = bytes[at++];
    if (count > 0) {
      for (let i = 0; i < count; i++) put(four ? (i % 2 === 0 ? value >> 4 : value & 15) : value);
    } else if (value === 0) {
      row++;
      x = 0;
    } else if (value === 1) {
      break;
    } else if (value === 2) {
      x += bytes[at++] ?? 0;
      row += bytes[at++] ?? 0;
    } else {
      const packedBytes = four ? Math.ceil(value / 2) : value;
      if (at + packedBytes > bytes.length) throw new Error('truncated: rows are missing');
      for (let i = 0; i < value; i++) {
        const byte = bytes[at + (four ? i >> 1 : i)];
        put(four ? (i % 2 === 0 ? byte >> 4 : byte & 15) : byte);
      }
      at += packedBytes + (packedBytes & 1);
    }
  }
  return (fileRow, column) => indices[fileRow * width + column];
};
