import { open } from 'node:fs/promises';
import type { ImageFormat } from './sniff';

/** Both ends of a file. */
export interface FileEnds {
  /** All bytes, or the first of a file too big to hold. */
  readonly head: Uint8Array;
  /** The last bytes, at least 64 kB where the file has them. */
  readonly tail: Uint8Array;
  readonly sizeBytes: number;
}

/** Cameras append data after the end of a picture, so that its mark is looked for in a wide tail. */
const tailBytes = 65_536;

/** @param path of a file of which `bytes` are only the beginning; rejects where it can't be read any more */
export const readEnds = async (bytes: Uint8Array, path: string | undefined): Promise<FileEnds> => {
  if (path === undefined) {
    return { head: bytes, tail: bytes.subarray(Math.max(0, bytes.length - tailBytes)), sizeBytes: bytes.length };
  }
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, tailBytes));
    const { bytesRead } = await handle.read(tail, 0, tail.length, size - tail.length);
    return { head: bytes, tail: tail.subarray(0, bytesRead), sizeBytes: size };
  } finally {
    await handle.close();
  }
};

/**
 * Whether the file plainly lacks its end. Only asked once decoding has failed, to tell "cut off" from "damaged", as the decoder's
 * own words vary with what else fails at the same time. False where the format does not show it.
 */
export const lacksItsEnd = (ends: FileEnds, format: ImageFormat): boolean => {
  const { head, tail, sizeBytes } = ends;
  const first = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const last = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength);
  switch (format) {
    case 'jpeg':
      return !last.includes(Buffer.from([0xff, 0xd9]));
    case 'png':
      return !last.includes('IEND', 0, 'latin1');
    case 'webp':
      return first.length < 12 || first.readUInt32LE(4) + 8 > sizeBytes;
    case 'svg':
      return !last.includes('>', 0, 'latin1');
    case 'gif':
      return first.length === sizeBytes ? gifBlocksPassEnd(first) : lastByte(last) !== gifTrailer;
    case 'avif':
      return boxesPassEnd(first, sizeBytes);
    case 'tiff':
      return directoryPassesEnd(first, sizeBytes);
    case 'bmp':
      return false;
  }
};

const gifTrailer = 0x3b;

/** Walks the blocks up to the trailer; a byte that begins none is damage. */
const gifBlocksPassEnd = (bytes: Buffer): boolean => {
  const tableBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + tableBytes(bytes[10] ?? 0);
  while (at < bytes.length) {
    if (bytes[at] === gifTrailer) return false;
    if (bytes[at] === 0x21) at += 2;
    else if (bytes[at] === 0x2c) at += 11 + tableBytes(bytes[at + 9] ?? 0);
    else return false;
    // Pieces, each after its length; one of no length ends the row.
    while (at < bytes.length && bytes[at] !== 0) at += 1 + bytes[at];
    at++;
  }
  return true;
};

/** Some writers pad with zeros. */
const lastByte = (bytes: Buffer): number | undefined => {
  let at = bytes.length - 1;
  while (at > 0 && bytes[at] === 0) at--;
  return bytes[at];
};

/** ISO base media files are a row of boxes, each of which begins with its length (0 = up to the end, 1 = 64 bits follow). */
const boxesPassEnd = (head: Buffer, sizeBytes: number): boolean => {
  let at = 0;
  while (at + 16 <= head.length) {
    const short = head.readUInt32BE(at);
    if (short === 0) return false;
    const length = short === 1 ? Number(head.readBigUInt64BE(at + 8)) : short;
    // No box is shorter than its own header: that is damage.
    if (length < 8) return false;
    at += length;
  }
  return at > sizeBytes;
};

/** Bytes of a value by its type's number (TIFF 6.0, section 2). */
const tiffValueBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
const stripTags = { offsets: [273, 324], lengths: [279, 325] };

/**
 * Whether the first directory of a TIFF, a value of it or its last strip or tile lies past the end. BigTIFF, and a directory outside
 * of `head`, are not looked into.
 */
const directoryPassesEnd = (head: Buffer, sizeBytes: number): boolean => {
  if (head.length < 8) return true;
  const isLittle = head[0] === 0x49;
  const read16 = (at: number): number => (isLittle ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const read32 = (at: number): number => (isLittle ? head.readUInt32LE(at) : head.readUInt32BE(at));
  const directoryAt = read32(4);
  if (read16(2) !== 42) return false;
  if (directoryAt + 2 > sizeBytes) return true;
  if (directoryAt + 2 > head.length) return false;
  const entriesEnd = directoryAt + 2 + 12 * read16(directoryAt);
  if (entriesEnd > sizeBytes) return true;
  if (entriesEnd > head.length) return false;
  let stripAt = 0;
  let stripBytes = 0;
  for (let entry = directoryAt + 2; entry < entriesEnd; entry += 12) {
    const [tag, type, count] = [read16(entry), read16(entry + 2), read32(entry + 4)];
    const valueBytes = tiffValueBytes[type] ?? 0;
    const isInline = valueBytes * count <= 4;
    const valuesAt = isInline ? entry + 8 : read32(entry + 8);
    if (!isInline && valuesAt + valueBytes * count > sizeBytes) return true;
    const lastAt = valuesAt + valueBytes * (count - 1);
    if (count === 0 || lastAt + 4 > head.length) continue;
    const last = valueBytes === 2 ? read16(lastAt) : read32(lastAt);
    if (stripTags.offsets.includes(tag)) stripAt = last;
    if (stripTags.lengths.includes(tag)) stripBytes = last;
  }
  return stripAt + stripBytes > sizeBytes;
};
