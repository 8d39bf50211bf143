// Makes the files that the scan benchmarks read: crops of real photos, so that they decode as photos do.
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { randomFrom } from '../../test/unit/engine/support/random.mjs';

sharp.cache(false);

export async function photosBelow(folder) {
  const names = await readdir(folder, { recursive: true });
  const photos = [];
  for (const name of names.filter(each => /\.jpe?g$/i.test(each)).sort()) {
    const file = path.join(folder, name);
    const { width = 0, height = 0 } = await sharp(file)
      .metadata()
      .catch(() => ({}));
    if (width * height >= 1_000_000) photos.push(file);
  }
  if (photos.length === 0) throw new Error(`No photo of a megapixel or more below ${folder}.`);
  return photos;
}

/**
 * Writes `count` JPEGs of width × height, each another crop of one of the photos; those that are there already are kept.
 * @returns their paths
 */
export async function makeJpegs(photos, folder, count, width, height, seed = 1) {
  await mkdir(folder, { recursive: true });
  const files = Array.from({ length: count }, (_, i) => path.join(folder, String(i % 100), `${String(i).padStart(5, '0')}.jpg`));
  const missing = await Promise.all(
    files.map(file =>
      stat(file).then(
        () => false,
        () => true,
      ),
    ),
  );
  const perPhoto = Math.ceil(count / photos.length);
  for (const [p, photo] of photos.entries()) {
    const mine = files.slice(p * perPhoto, (p + 1) * perPhoto).map((file, i) => ({ file, index: p * perPhoto + i }));
    if (!mine.some(({ index }) => missing[index])) continue;
    const { data, info } = await sharp(photo)
      .autoOrient()
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels };
    let next = 0;
    const work = async () => {
      while (next < mine.length) {
        const { file, index } = mine[next++];
        if (!missing[index]) continue;
        const random = randomFrom(seed * 1_000_003 + index);
        // From the whole photo down to a third of it, at the aspect wanted.
        const scale = Math.min(info.width / width, info.height / height) * (0.35 + 0.65 * random());
        const w = Math.max(8, Math.floor(width * scale));
        const h = Math.max(8, Math.floor(height * scale));
        const left = Math.floor(random() * (info.width - w + 1));
        const top = Math.floor(random() * (info.height - h + 1));
        const picture = await sharp(data, { raw })
          .extract({ left, top, width: w, height: h })
          .resize(width, height, { fit: 'fill' })
          .jpeg({ quality: 85 + Math.floor(random() * 10) })
          .toBuffer();
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, picture);
      }
    };
    await Promise.all(Array.from({ length: 3 }, work));
  }
  return files;
}

/** Writes `count` small JPEGs: crops of the photos shrunk to 96…160 pixels; every tenth is a smaller copy of the one before it. */
export async function makeTiles(photos, folder, count, seed = 1) {
  const done = path.join(folder, 'done');
  if (
    await stat(done).then(
      () => true,
      () => false,
    )
  ) {
    return;
  }
  const perPhoto = Math.ceil(count / photos.length);
  for (const [p, photo] of photos.entries()) {
    const { data, info } = await sharp(photo)
      .autoOrient()
      .resize(2400)
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels };
    const indices = Array.from({ length: perPhoto }, (_, i) => p * perPhoto + i).filter(index => index < count);
    let next = 0;
    const work = async () => {
      while (next < indices.length) {
        const index = indices[next++];
        const isCopy = index % 10 === 9;
        const random = randomFrom(seed * 7_000_003 + (isCopy ? index - 1 : index));
        const side = 200 + Math.floor(random() * 500);
        const left = Math.floor(random() * (info.width - side));
        const top = Math.floor(random() * (info.height - side));
        const width = 96 + Math.floor(random() * 64);
        const file = path.join(folder, String(index % 100), `${String(index).padStart(5, '0')}.jpg`);
        await mkdir(path.dirname(file), { recursive: true });
        const tile = sharp(data, { raw }).extract({ left, top, width: side, height: side });
        await tile
          .resize(isCopy ? Math.floor(width * 0.7) : width)
          .jpeg({ quality: isCopy ? 70 : 88 })
          .toFile(file);
      }
    };
    await Promise.all(Array.from({ length: 3 }, work));
  }
  await writeFile(done, '');
}
