import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EngineClient } from '../../../../src/client/engineClient';
import { allFindings } from './engines';
import { picture } from './pictures';

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
