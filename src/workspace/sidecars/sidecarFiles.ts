import { readdir } from 'node:fs/promises';
import { sidecarMessages as messages } from '../../core/curation/sidecarMessages';
import { imageKindOf } from '../../core/dataset/imageFiles';
import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { folderOf, nameOf } from '../../core/dataset/paths';
import { toAbsolute } from '../identity';

/** What may stand beside an image under its name. */
const sidecarExtensions = new Set('txt json xml yaml yml xmp caption npy npz ogg wav mp3 flac'.split(' '));
/** Behind the image's name: a mask is an image of its own kind. */
const maskSuffix = /^[_.-](?:mask|masks|seg|segmentation|matte|label|labels)$/i;
/** Folders of images, and what stands in a tree beside them (YOLO: images/ and labels/; Pascal VOC: JPEGImages/ and Annotations/). */
const imageFolders = new Set(['images', 'imgs', 'img', 'jpegimages']);
const parallelFolders = ['labels', 'annotations', 'Annotations', 'masks', 'captions', 'SegmentationClass', 'SegmentationObject'];

/** A file that goes where its image goes. */
export interface SidecarFile {
  /** Below the root, with `/`. */
  readonly path: string;
  /** Where it goes with its image; or why it can't. */
  readonly target: (imageTarget: string) => string | Note;
  /** Images of the same name beside this one: the file is theirs too. */
  readonly sharedWith: readonly string[];
}

const stemOf = (name: string): string => {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
};
const endOf = (name: string): string => name.slice(stemOf(name).length + 1).toLowerCase();
const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

/** Finds what belongs to images of one root; remembers folders, so it is for one action. */
export class SidecarFinder {
  /** Folder → part of a name up to a `.`, `_` or `-` → names. */
  private readonly folders = new Map<string, Promise<ReadonlyMap<string, readonly string[]>>>();

  constructor(private readonly root: string) {}

  async of(image: string): Promise<SidecarFile[]> {
    const folder = folderOf(image);
    const name = nameOf(image);
    const stem = stemOf(name);
    const names = await this.names(folder, stem);
    const siblings = names.filter(each => each !== name && stemOf(each) === stem && imageKindOf(each) !== undefined);
    const sharedWith = siblings.map(each => join(folder, each));
    const found: SidecarFile[] = [];
    for (const each of names) {
      if (each === name || siblings.includes(each)) continue;
      const rest = restOf(each, name, stem);
      if (rest === undefined) continue;
      const isOwn = each.startsWith(`${name}.`);
      found.push({
        path: join(folder, each),
        target: to => join(folderOf(to), (isOwn ? nameOf(to) : stemOf(nameOf(to))) + rest),
        sharedWith: isOwn ? [] : sharedWith,
      });
    }
    const segments = folder.split('/');
    const at = segments.findLastIndex(segment => imageFolders.has(segment.toLowerCase()));
    if (at < 0) return found;
    for (const parallel of parallelFolders) {
      const beside = segments.with(at, parallel).join('/');
      for (const each of await this.names(beside, stem)) {
        const rest = each.slice(stem.length);
        const isKnown = sidecarExtensions.has(endOf(each)) || imageKindOf(each) !== undefined;
        if (stemOf(each) !== stem || !isKnown) continue;
        found.push({ path: join(beside, each), target: parallelTarget(image, segments[at], parallel, rest), sharedWith });
      }
    }
    return found;
  }

  /** Names in a folder that begin so. */
  private async names(folder: string, stem: string): Promise<readonly string[]> {
    let names = this.folders.get(folder);
    if (!names) this.folders.set(folder, (names = this.read(folder)));
    return (await names).get(stem) ?? [];
  }

  private async read(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const byStem = new Map<string, string[]>();
    for (const name of await readdir(toAbsolute(this.root, folder)).catch(() => [])) {
      const stem = stemOf(name);
      const mask = /^(.+)[_.-][a-z]+$/i.exec(stem);
      // `a.png.json` belongs to a.png, `a_mask.png` to a.
      const keys = new Set([stem, ...(imageKindOf(stem) ? [stemOf(stem)] : []), ...(mask ? [mask[1]] : [])]);
      for (const key of keys) {
        const list = byStem.get(key);
        if (list) list.push(name);
        else byStem.set(key, [name]);
      }
    }
    return byStem;
  }
}

/** What a sidecar's name has behind its image's; undefined where it is none. */
function restOf(each: string, name: string, stem: string): string | undefined {
  if (each.startsWith(`${name}.`)) return sidecarExtensions.has(endOf(each)) ? each.slice(name.length) : undefined;
  const rest = each.slice(stem.length);
  if (stemOf(each) === stem) return sidecarExtensions.has(endOf(each)) ? rest : undefined;
  return imageKindOf(each) !== undefined && maskSuffix.test(stemOf(each).slice(stem.length)) ? rest : undefined;
}

/** The same place in the tree beside the images. */
const parallelTarget =
  (image: string, imagesName: string, parallel: string, rest: string) =>
  (to: string): string | Note => {
    const segments = folderOf(to).split('/');
    const at = segments.lastIndexOf(imagesName);
    if (at < 0) return note(messages.noParallel, image, parallel, imagesName);
    return join(segments.with(at, parallel).join('/'), stemOf(nameOf(to)) + rest);
  };
