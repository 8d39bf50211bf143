import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import type { MoveStep, Plan } from '../journal/entry';
import { placeOf } from '../journal/places';
import { isGone } from '../identity';
import { presentFiles, readManifest, removeEmptyEntry, writeManifest } from './manifest';
import type { Manifest } from './manifest';

/** The folder in the trash that a plan fills; undefined where it fills none. */
export function trashFolderOf(root: string, plan: Plan): string | undefined {
  if (!plan.trash) return undefined;
  const first = plan.steps.find(each => each.kind === 'move');
  const place = first && placeOf(root, first.to);
  return place === undefined ? undefined : path.dirname(place);
}

/** The manifest that leads back without the journal. */
export function manifestOf(root: string, plan: Plan): Manifest {
  const files = plan.steps.filter((each): each is MoveStep => each.kind === 'move');
  return {
    version: 1,
    id: plan.id,
    time: plan.time,
    root,
    kept: plan.trash!.kept,
    files: files.map(({ from, to, content, sizeBytes, modifiedMs, link, hardLinks }) => ({
      path: from,
      stored: path.basename(to),
      content,
      sizeBytes,
      modifiedMs,
      ...(link !== undefined && { link }),
      ...(hardLinks !== undefined && { hardLinks }),
    })),
    complete: false,
    host: hostname(),
    pid: process.pid,
  };
}

/** Makes an entry's folder with its manifest, before the first file moves into it. */
export async function beginTrashEntry(root: string, plan: Plan): Promise<void> {
  const folder = trashFolderOf(root, plan);
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await writeManifest(folder, manifestOf(root, plan));
}

/** Once files have moved into an entry or out of it: its manifest names those that are there, or it goes away. */
export async function settleTrashEntry(root: string, plan: Plan): Promise<void> {
  const folder = trashFolderOf(root, plan);
  if (folder === undefined) return;
  try {
    const manifest = await readManifest(folder);
    const known = manifest === undefined || manifest === 'damaged' ? manifestOf(root, plan) : manifest;
    const files = await presentFiles(folder, known);
    if (files.length > 0) await writeManifest(folder, { ...known, files, complete: true });
    else await removeEmptyEntry(folder);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
