import { readdir, readFile } from 'node:fs/promises';
import type { LabelBox } from '../../core/dataset/boxes';
import { isLabelWord, labelFileKind } from '../../core/dataset/labelSource';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note, NoteError } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { folderOf, nameOf } from '../../core/dataset/paths';
import { yoloNamesList, yoloRows, yoloYaml, type YoloNames } from '../../core/dataset/yolo';
import { isGone, toAbsolute } from '../identity';
import { cocoBoxes } from './cocoBoxes';
import { RowNotes } from './rowNotes';
import { wholeText } from './wholeText';

export interface ReadBoxes {
  /** By image, below the root. */
  readonly boxes: ReadonlyMap<string, readonly LabelBox[]>;
  readonly notes: readonly Note[];
}

const atOnce = 64;

/**
 * The boxes of a root's images: of a COCO file where the setting `labels` names one, else of YOLO's label files. Broken rows are told by
 * their line and left out. Rejects with a {@link NoteError} where there are no boxes at all or the file can't be used, and with the
 * signal's reason.
 */
export async function readBoxes(
  root: string,
  labels: string,
  images: readonly string[],
  signal?: AbortSignal,
): Promise<ReadBoxes> {
  if (isLabelWord(labels)) return yoloBoxes(root, images, signal);
  if (labelFileKind(labels) !== 'json') throw new NoteError(note(messages.boxesSource, labels));
  return cocoBoxes(labels, await wholeText(root, labels, signal), root, images);
}

/** Where YOLO looks for an image's boxes: in the tree `labels` beside the last `images`, else beside the image. */
export function yoloPlaces(image: string): readonly string[] {
  const stem = image.slice(0, Math.max(0, image.lastIndexOf('.')));
  const segments = folderOf(image).split('/');
  const at = segments.lastIndexOf('images');
  const parallel = at < 0 ? [] : [[...segments.with(at, 'labels'), `${nameOf(stem)}.txt`].join('/')];
  return [...parallel, `${stem}.txt`];
}

async function yoloBoxes(root: string, images: readonly string[], signal?: AbortSignal): Promise<ReadBoxes> {
  const notes = new RowNotes('YOLO');
  const labelFolders = new Set(images.flatMap(image => yoloPlaces(image).slice(0, -1)).map(folderOf));
  const { names, hasKeypoints } = await classNames(root, labelFolders);
  const boxes = new Map<string, readonly LabelBox[]>();
  let files = 0;
  const look = async (image: string): Promise<void> => {
    for (const file of yoloPlaces(image)) {
      const text = await readFile(toAbsolute(root, file), { encoding: 'utf8', signal }).catch((error: unknown) => {
        if (!isGone(error)) throw error;
        return undefined;
      });
      if (text === undefined) continue;
      const found = yoloRows(file, text, names, hasKeypoints);
      // What stands beside an image may as well be its caption.
      if (folderOf(file) === folderOf(image) && found.boxes.length === 0) continue;
      files++;
      found.notes.forEach(each => notes.tell(each));
      if (found.boxes.length > 0) boxes.set(image, found.boxes);
      return;
    }
  };
  for (let from = 0; from < images.length; from += atOnce) {
    signal?.throwIfAborted();
    await Promise.all(images.slice(from, from + atOnce).map(look));
  }
  if (boxes.size === 0) throw new NoteError(note(files > 0 ? messages.boxesEmpty : messages.boxesNone, files));
  return { boxes, notes: [...(names.size === 0 ? [note(messages.boxesNoNames)] : []), ...notes.all()] };
}

/** Of `data.yaml` (or any other of the root that has some), else of `classes.txt` in the root or among the labels. */
export async function classNames(root: string, labelFolders: ReadonlySet<string>): Promise<YoloNames> {
  const there = await readdir(root).catch(() => []);
  const yamls = there.filter(name => /\.ya?ml$/i.test(name)).sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
  const read = (file: string): Promise<string> => readFile(toAbsolute(root, file), 'utf8').catch(() => '');
  for (const yaml of yamls) {
    const found = yoloYaml(await read(yaml));
    if (found) return found;
  }
  const folders = new Set(['', ...labelFolders, ...[...labelFolders].map(folderOf)]);
  for (const folder of folders) {
    for (const name of ['classes.txt', 'obj.names', 'classes.names', 'labels.txt']) {
      const names = yoloNamesList(await read(folder === '' ? name : `${folder}/${name}`));
      if (names.size > 0) return { names, hasKeypoints: false };
    }
  }
  return { names: new Map(), hasKeypoints: false };
}

const rankOf = (name: string): number => (/^data\.ya?ml$/i.test(name) ? 0 : /^dataset\.ya?ml$/i.test(name) ? 1 : 2);
