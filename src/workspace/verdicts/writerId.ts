import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { ensureTwinlintFolder, twinlintFolder } from '../twinlintFolder';

const schema = v.object({
  id: v.pipe(v.string(), v.regex(/^[0-9a-z]{8,32}$/)),
  /** Where and as which file it was written, so that a copied folder is told from its original. */
  host: v.string(),
  root: v.string(),
  inode: v.string(),
});

/**
 * The name of the verdict file that this clone appends to: random, kept in `.twinlint/.local/` outside of Git, made when first
 * asked for. A clone copied with all its files gets a name of its own. Two windows on one clone share one. Rejects where the
 * folder is read-only.
 */
export async function writerId(root: string): Promise<string> {
  const local = path.join(await ensureTwinlintFolder(root), '.local');
  const file = path.join(local, 'writer');
  await mkdir(local, { recursive: true });
  const known = await readWriter(root, file);
  if (known !== undefined) return known;

  // Complete under a name of its own before anyone can see it.
  const id = randomBytes(8).toString('hex');
  const temporary = `${file}.${id}`;
  await writeFile(temporary, '', { flag: 'wx' });
  const inode = await inodeOf(temporary);
  await writeFile(temporary, `${JSON.stringify({ id, host: hostname(), root: path.resolve(root), inode })}\n`);
  try {
    await link(temporary, file);
    await rm(temporary);
    return id;
  } catch {
    // There is a file by now, or hard links are unknown here.
  }
  const first = await readWriter(root, file);
  if (first !== undefined) {
    await rm(temporary);
    return first;
  }
  // Damaged, or copied from another clone. Two windows that both get here write two files, which harms nobody.
  await rename(temporary, file);
  return id;
}

/** The name of this clone's file, if it has one; makes nothing. */
export const knownWriterId = (root: string): Promise<string | undefined> =>
  readWriter(root, path.join(twinlintFolder(root), '.local', 'writer'));

async function readWriter(root: string, file: string): Promise<string | undefined> {
  let raw: unknown;
  let inode: string;
  try {
    raw = JSON.parse(await readFile(file, 'utf8'));
    inode = await inodeOf(file);
  } catch {
    return undefined; // missing or damaged: a new name costs nothing
  }
  const result = v.safeParse(schema, raw);
  if (!result.success) return undefined;
  const isSamePlace = result.output.host === hostname() && result.output.root === path.resolve(root);
  return (inode !== '0' && result.output.inode === inode) || isSamePlace ? result.output.id : undefined;
}

const inodeOf = async (file: string): Promise<string> => String((await stat(file, { bigint: true })).ino);
