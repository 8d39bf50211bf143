import type { ImageFormat } from './sniff';

/** Decoded size in pixels with the orientation applied. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Reads the size of the common formats from their headers, which is many times cheaper than asking the decoder; undefined where
 * that takes more (TIFF, AVIF, SVG, orientation in a PNG or WebP) or where the header is odd: then the decoder is asked.
 */
export const readSize = (bytes: Uint8Array, format: ImageFormat): PictureSize | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = readerOf[format]?.(view, bytes);
  return size && size.width > 0 && size.height > 0 ? size : undefined;
};

type SizeReader = (view: DataView, bytes: Uint8Array) => PictureSize | undefined;

const readJpeg: SizeReader = view => {
  let orientation = 1;
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    // Standalone markers carry no length.
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2;
      continue;
    }
    const length = view.getUint16(at + 2);
    if (marker === 0xe1) {
      orientation = readExifOrientation(view, at + 4, Math.min(at + 2 + length, view.byteLength)) ?? orientation;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) {
      const height = view.getUint16(at + 5);
      const width = view.getUint16(at + 7);
      return orientation >= 5 ? { width: height, height: width } : { width, height };
    }
    if (marker === 0xda || marker === 0xd9) return undefined;
    at += 2 + length;
  }
  return undefined;
};

/** Tag 0x0112 of the first image directory; undefined where there is none or the block is malformed. */
const readExifOrientation = (view: DataView, from: number, to: number): number | undefined => {
  if (to - from < 14 || view.getUint32(from) !== 0x45786966 || view.getUint16(from + 4) !== 0) return undefined;
  const tiff = from + 6;
  const order = view.getUint16(tiff);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, little);
  if (directory + 2 > to) return undefined;
  const entries = view.getUint16(directory, little);
  for (let entry = directory + 2; entry < directory + 2 + entries * 12 && entry + 12 <= to; entry += 12) {
    if (view.getUint16(entry, little) !== 0x0112) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
};

const readPng: SizeReader = (view, bytes) => {
  if (view.byteLength < 33 || view.getUint32(12) !== 0x49484452) return undefined;
  // `eXIf` may hold an orientation; a chance match in pixel data only costs the slower way.
  if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('eXIf', 0, 'latin1')) return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20) };
};

const readGif: SizeReader = view =>
  view.byteLength < 10 ? undefined : { width: view.getUint16(6, true), height: view.getUint16(8, true) };

const readWebp: SizeReader = view => {
  if (view.byteLength < 30) return undefined;
  const chunk = view.getUint32(12);
  if (chunk === 0x56503820 && view.getUint32(23) >>> 8 === 0x9d012a) {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (chunk === 0x5650384c && view.getUint8(20) === 0x2f) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (chunk === 0x56503858) {
    const hasExif = (view.getUint8(20) & 0x08) !== 0;
    if (hasExif) return undefined;
    return { width: (view.getUint32(24, true) & 0xffffff) + 1, height: ((view.getUint32(27, true) >>> 0) & 0xffffff) + 1 };
  }
  return undefined;
};

const readerOf: Partial<Record<ImageFormat, SizeReader>> = { jpeg: readJpeg, png: readPng, gif: readGif, webp: readWebp };
