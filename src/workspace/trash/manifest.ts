import { lstat, open, readFile, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { isGone } from '../identity';

const file = v.object({
  /** Where it was: below the root, with `/`. */
  path: v.pipe(v.string(), v.minLength(1)),
  /** Its name in the entry's folder. */
  stored: v.pipe(v.string(), v.regex(/^[^/\\]+\.trashed$/)),
  /** SHA-256; empty where it was not known. */
  content: v.string(),
  sizeBytes: v.number(),
  modifiedMs: v.number(),
  /** The target, of a symlink. */
  link: v.optional(v.string()),
  /** How many more names the file had. */
  hardLinks: v.optional(v.number()),
});

const schema = v.object({
  version: v.literal(1),
  id: v.string(),
  time: v.string(),
  /** Absolute. */
  root: v.string(),
  kept: v.object({ path: v.string(), content: v.string() }),
  files: v.array(file),
  /** False until all files have been moved. */
  complete: v.boolean(),
  /** Who moves them. */
  host: v.string(),
  pid: v.number(),
});

export type Manifest = v.InferOutput<typeof schema>;
export type ManifestFile = v.InferOutput<typeof file>;

export const storedSuffix = '.trashed';
const manifestName = 'manifest.json';
const entryName = /^[0-9a-z]{9}-[0-9a-f]{12}$/;
export const isEntryName = (name: string): boolean => entryName.test(name);

/** On disk, whole, when it resolves. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const target = path.join(folder, manifestName);
  const handle = await open(`${target}.tmp`, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(manifest, undefined, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${target}.tmp`, target);
}

/** Undefined where there is none; `damaged` where it can't be used. */
export async function readManifest(folder: string): Promise<Manifest | 'damaged' | undefined> {
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(path.join(folder, manifestName), 'utf8'));
  } catch (error) {
    return isGone(error) ? undefined : 'damaged';
  }
  const result = v.safeParse(schema, raw);
  return result.success ? result.output : 'damaged';
}

/** Those of a manifest's files that lie in the entry's folder. */
export async function presentFiles(folder: string, manifest: Manifest): Promise<ManifestFile[]> {
  const names = new Set(await readdir(folder));
  return manifest.files.filter(({ stored }) => names.has(stored));
}

/** Takes away an entry's folder if nothing but our own notes is left in it. */
export async function removeEmptyEntry(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => undefined);
  if (!names?.every(name => name === manifestName || name === `${manifestName}.tmp`)) return;
  for (const name of names) await rm(path.join(folder, name), { force: true });
  // Not recursive: should a file have come meanwhile, this fails and the file stays.
  await rmdir(folder).catch(() => undefined);
}

/** Whether anything stands at a path, be it a broken link. Rejects where that can't be told. */
export async function standsAt(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
