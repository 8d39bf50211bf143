// Valid image files of every format, and seeded ways to break them: bit flips, cuts, splices of two files, runs of one byte.
import sharp from 'sharp';
import { randomFrom } from './random.mjs';

const scene =
  '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="72"><rect width="96" height="72" fill="#246"/>' +
  '<circle cx="30" cy="30" r="20" fill="#e83"/><path d="M50 70 L90 20 L80 70 z" fill="#9d4"/></svg>';

function bmp(width, height, bits) {
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  const palette = bits <= 8 ? 1 << bits : 0;
  const offset = 54 + palette * 4;
  const file = Buffer.alloc(offset + rowBytes * height);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(offset, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(bits, 28);
  for (let i = 54; i < file.length; i++) file[i] = (i * 37) & 255;
  return file;
}

/** @returns {Promise<{ extension: string; bytes: Buffer }[]>} */
export async function seedFiles() {
  const picture = () => sharp(Buffer.from(scene));
  const flat = () => picture().flatten({ background: '#fff' });
  const frame = await flat().png().toBuffer();
  const animation = () => sharp([frame, frame], { join: { animated: true } });
  const made = [
    ['jpg', flat().jpeg()],
    ['jpg', flat().jpeg({ progressive: true }).withMetadata({ orientation: 6 })],
    ['jpg', flat().toColourspace('cmyk').jpeg()],
    ['png', picture().png()],
    ['png', flat().toColourspace('rgb16').png({ progressive: true })],
    ['png', flat().png({ palette: true, colours: 8 })],
    ['webp', flat().webp()],
    ['webp', picture().webp({ lossless: true })],
    ['webp', animation().webp()],
    ['gif', flat().gif()],
    ['gif', animation().gif()],
    ['tif', flat().tiff({ compression: 'lzw' })],
    ['tif', flat().tiff({ compression: 'jpeg' })],
    ['tif', flat().tiff({ tile: true, pyramid: true, compression: 'deflate' })],
    ['avif', flat().avif({ effort: 0 })],
  ];
  const files = [];
  for (const [extension, encoder] of made) files.push({ extension, bytes: await encoder.toBuffer() });
  for (const bits of [1, 4, 8, 16, 24, 32]) files.push({ extension: 'bmp', bytes: bmp(33, 21, bits) });
  files.push({ extension: 'svg', bytes: Buffer.from(scene) });
  return files;
}

/**
 * The `index`-th mutated file of a seed.
 * @param {{ extension: string; bytes: Buffer }[]} seeds
 * @param {number} seed
 * @param {number} index
 * @returns {{ name: string; bytes: Buffer }}
 */
export function mutate(seeds, seed, index) {
  const random = randomFrom(seed * 1_000_003 + index);
  const below = limit => Math.floor(random() * limit);
  const { extension, bytes: valid } = seeds[index % seeds.length];
  let bytes = Buffer.from(valid);
  const rounds = 1 + below(3);
  for (let round = 0; round < rounds && bytes.length > 0; round++) {
    // Headers are where it hurts, so half of all changes are among the first bytes.
    const place = () => (random() < 0.5 ? below(Math.min(96, bytes.length)) : below(bytes.length));
    const kind = below(6);
    if (kind <= 1) for (let flips = 1 + below(8); flips > 0; flips--) bytes[place()] ^= 1 << below(8);
    else if (kind === 2) bytes = bytes.subarray(0, below(bytes.length + 1));
    else if (kind === 3) {
      const other = seeds[below(seeds.length)].bytes;
      bytes = Buffer.concat([bytes.subarray(0, place()), other.subarray(below(other.length))]);
    } else if (kind === 4) {
      const from = place();
      bytes.fill(random() < 0.5 ? 0 : 255, from, Math.min(bytes.length, from + 1 + below(64)));
    } else {
      const from = place();
      bytes = Buffer.concat([bytes.subarray(0, from), bytes.subarray(Math.min(bytes.length, from + 1 + below(16)))]);
    }
  }
  return { name: `${String(index % 50)}/${String(index).padStart(5, '0')}.${extension}`, bytes };
}
