import { open, readdir } from 'node:fs/promises';
import type { LabelColumns } from '../../core/dataset/labelColumns';
import type { LabelRow } from '../../core/dataset/labelRows';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { folderOf, nameOf } from '../../core/dataset/paths';
import { sidecarContent, type SidecarContent } from '../../core/dataset/sidecarClass';
import { toAbsolute } from '../identity';

/** A file with a class is small; of longer ones this much tells that they are something else. */
const mostBytes = 1 << 20;
const atOnce = 64;
/** Where so many of so many classes are known once only, the texts are captions. */
const fewestTexts = 20;
const mostDistinct = 0.7;

/** The sidecar that gives an image its class. */
export interface SidecarLabel {
  /** Below the root. */
  readonly file: string;
  readonly content: Extract<SidecarContent, { kind: 'class' }>;
}

export interface SidecarLabels {
  /** By image. */
  readonly found: ReadonlyMap<string, SidecarLabel>;
  readonly notes: readonly Note[];
}

/**
 * Classes from files beside images under the same name: `cat.json` or `cat.png.json` before `cat.txt` or `cat.png.txt`.
 * Rejects with the signal's reason; what can't be read is told by a note.
 *
 * @param images Paths below the root.
 */
export async function readSidecars(
  root: string,
  images: readonly string[],
  columns: LabelColumns,
  signal?: AbortSignal,
): Promise<SidecarLabels> {
  const names = new Map<string, Promise<ReadonlySet<string>>>();
  const namesIn = (folder: string): Promise<ReadonlySet<string>> => {
    let known = names.get(folder);
    if (!known) {
      known = readdir(toAbsolute(root, folder)).then(
        list => new Set(list),
        () => new Set<string>(),
      );
      names.set(folder, known);
    }
    return known;
  };
  const found = new Map<string, SidecarLabel>();
  const others: Partial<Record<SidecarContent['kind'] | 'unreadable' | 'differs', string[]>> = {};
  const other = (kind: keyof typeof others, file: string): void => void (others[kind] ??= []).push(file);
  const look = async (image: string): Promise<void> => {
    const there = await namesIn(folderOf(image));
    for (const file of sidecarPlaces(image)) {
      if (!there.has(nameOf(file))) continue;
      const text = await beginOf(toAbsolute(root, file)).catch(() => undefined);
      const content = text === undefined ? undefined : sidecarContent(file, text, columns);
      if (content === undefined) other('unreadable', file);
      else if (content.kind !== 'class') other(content.kind, file);
      else if (!found.has(image)) found.set(image, { file, content });
      else if (found.get(image)!.content.label !== content.label) other('differs', file);
    }
  };
  for (let from = 0; from < images.length; from += atOnce) {
    signal?.throwIfAborted();
    await Promise.all(images.slice(from, from + atOnce).map(look));
  }
  const captions = captionsAmong(found);
  for (const image of captions) {
    other('caption', found.get(image)!.file);
    found.delete(image);
  }
  const told = {
    differs: messages.sidecarDiffers,
    boxes: messages.sidecarBoxes,
    caption: messages.sidecarCaption,
    several: messages.sidecarSeveral,
    unknown: messages.sidecarUnknown,
    broken: messages.sidecarBroken,
    unreadable: messages.sidecarUnreadable,
  } as const;
  const notes = Object.entries(told).flatMap(([kind, message]) => {
    const files = others[kind as keyof typeof told]?.sort() ?? [];
    return files.length === 0 ? [] : [note(message, files.length, files[0])];
  });
  if (found.size === 0) notes.push(note(messages.sidecarNone));
  return { found, notes };
}

/** What the label's rows would be in a file; the row says nothing. */
export const rowsOfSidecars = (found: SidecarLabels['found']): readonly LabelRow[] =>
  [...found].map(([ref, { content }]) => ({
    ref,
    label: content.label,
    row: 1,
    ...(content.split !== undefined && { split: content.split }),
  }));

/** Where an image's class may stand, in the order in which it counts. */
export function sidecarPlaces(image: string): readonly string[] {
  const stem = image.slice(0, Math.max(0, image.lastIndexOf('.')));
  return ['json', 'txt'].flatMap(extension => [`${stem}.${extension}`, `${image}.${extension}`]);
}

async function beginOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const length = Math.min((await handle.stat()).size, mostBytes);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(length), position: 0 });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Short captions look like classes, but hardly any comes twice. */
function captionsAmong(found: SidecarLabels['found']): string[] {
  const texts = [...found].filter(([, { content }]) => content.key === undefined);
  const distinct = new Set(texts.map(([, { content }]) => content.label)).size;
  return texts.length >= fewestTexts && distinct > mostDistinct * texts.length ? texts.map(([image]) => image) : [];
}
