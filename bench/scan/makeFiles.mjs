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

/** A drawing of overlapping shapes: another one for each seed. */
function drawing(random, width, height) {
  const colour = () => `hsl(${Math.floor(random() * 360)},${30 + Math.floor(random() * 60)}%,${15 + Math.floor(random() * 70)}%)`;
  const at = size => (random() * size).toFixed(1);
  let shapes = `<rect width="${width}" height="${height}" fill="${colour()}"/>`;
  for (let i = 0; i < 12; i++) {
    if (random() < 0.5) shapes += `<circle cx="${at(width)}" cy="${at(height)}" r="${at(height / 3)}" fill="${colour()}"/>`;
    else {
      shapes += `<path d="M${at(width)} ${at(height)}L${at(width)} ${at(height)}L${at(width)} ${at(height)}z" fill="${colour()}"/>`;
    }
  }
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes}</svg>`);
}

/**
 * Writes `count` small JPEGs, drawings that are all different, but for every tenth: a smaller copy of the one before it, and in the
 * first folder `crowd` copies of one drawing, each a little different, so that there are many pairs.
 */
export async function makeDrawings(folder, count, crowd, seed = 1) {
  const done = path.join(folder, 'done');
  if (
    await stat(done).then(
      () => true,
      () => false,
    )
  ) {
    return;
  }
  for (let i = 0; i < 100; i++) await mkdir(path.join(folder, String(i)), { recursive: true });
  let next = 0;
  const work = async () => {
    while (next < count) {
      const index = next++;
      const isCrowd = index < crowd;
      const isCopy = !isCrowd && index % 10 === 9;
      const random = randomFrom(seed * 7_000_003 + (isCrowd ? -1 - Math.floor(index / 60) : isCopy ? index - 1 : index));
      const picture = sharp(drawing(random, 128, 96));
      const width = isCrowd ? 70 + (index % 60) : isCopy ? 80 : 128;
      const file = path.join(folder, String(index % 100), `${String(index).padStart(5, '0')}.jpg`);
      await picture
        .resize(width)
        .jpeg({ quality: isCopy ? 70 : 88 })
        .toFile(file);
    }
  };
  await Promise.all(Array.from({ length: 3 }, work));
  await writeFile(done, '');
}
