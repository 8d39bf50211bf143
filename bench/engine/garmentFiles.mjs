import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';

/** Pixels and labels of one part of Fashion-MNIST (or MNIST in the same format): `train` or `t10k`, the idx files gzipped. */
export async function readIdx(folder, part = 'train') {
  const names = await readdir(folder);
  const read = async (kind, header) => {
    const name = names.find(each => new RegExp(`^${part}-${kind}.*gz$`).test(each));
    if (!name) throw new Error(`${folder} holds no ${part}-${kind}-idx…-ubyte.gz`);
    return gunzipSync(await readFile(path.join(folder, name))).subarray(header);
  };
  const [pixels, labels] = [await read('images', 16), await read('labels', 8)];
  return { pixels, labels };
}

/** Images of Fashion-MNIST as PNG files, a folder a class; made once. */
export async function makeGarments(idxFolder, folder, count, { part = 'train', first = 0 } = {}) {
  const done = path.join(folder, 'done');
  if (await stat(done).catch(() => undefined)) return;
  const { pixels, labels } = await readIdx(idxFolder, part);
  for (let label = 0; label < 10; label++) await mkdir(path.join(folder, `class${label}`), { recursive: true });
  let next = first;
  const work = async () => {
    while (next < first + count) {
      const i = next++;
      const file = path.join(folder, `class${labels[i]}`, `${String(i).padStart(5, '0')}.png`);
      const raw = { width: 28, height: 28, channels: 1 };
      await sharp(pixels.subarray(i * 784, (i + 1) * 784), { raw })
        .png()
        .toFile(file);
    }
  };
  await Promise.all(Array.from({ length: 3 }, work));
  await writeFile(done, '');
}
