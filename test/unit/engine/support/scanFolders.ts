import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EngineClient } from '../../../../src/client/engineClient';
import { allFindings } from './engines';
import { noisePatch, picture } from './pictures';

export const jpeg = (seed: number, quality = 90): Promise<Buffer> => picture(seed).jpeg({ quality }).toBuffer();

/** The same picture, altered: half the size, another format. */
export const smaller = (seed: number): Promise<Buffer> => picture(seed).resize(160).webp({ quality: 70 }).toBuffer();

/** Writes a file and the folders above it. */
export async function put(folder: string, name: string, bytes: Buffer | string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bytes);
  return file;
}

/** The findings at the default threshold, a line each, sorted. */
export const kinds = async (client: EngineClient): Promise<string[]> =>
  (await allFindings(client))
    .map(({ kind, path: on, related }) => `${kind} ${on}${related[0] ? ` ~ ${related[0].path}` : ''}`)
    .sort();

/** Forty dark and forty light pictures in class folders, one dark one in the wrong one, and a picture with a copy. */
export async function darkAndLight(folder: string): Promise<string> {
  for (let i = 0; i < 40; i++) {
    await put(folder, `dark/${i}.png`, await noisePatch(i + 1, 60));
    await put(folder, `light/${i}.png`, await noisePatch(i + 100, 190));
  }
  await put(folder, 'light/wrong.png', await noisePatch(500, 60));
  await put(folder, 'light/scene.jpg', await jpeg(1));
  await put(folder, 'light/scene-small.webp', await smaller(1));
  return folder;
}
