import { splitOfName } from '../dataset/splits';

/** The segment of a path that names its split: the outermost folder; −1 where none does. */
export const splitSegment = (path: string): number =>
  path
    .split('/')
    .slice(0, -1)
    .findIndex(segment => splitOfName(segment) !== undefined);

const words: Readonly<Record<string, RegExp>> = {
  train: /training|train|训练集|训练/iu,
  val: /validation|valid|val|dev|验证集|验证/iu,
  test: /testing|test|测试集|测试/iu,
};
const imageFolders = /^(?:images|imgs|img|jpegimages)$/i;

/** Where images of a data set lie in another split; names new folders as those that are there are named. */
export class SplitPlaces {
  /** Path with its split's segment left open → split → the segment's name. */
  private readonly names = new Map<string, Map<string, string>>();

  constructor(paths: Iterable<string>) {
    for (const path of paths) {
      const at = splitSegment(path);
      if (at < 0) continue;
      const segments = path.split('/');
      const key = segments.slice(0, at).join('/');
      const bySplit = this.names.get(key) ?? new Map<string, string>();
      this.names.set(key, bySplit);
      bySplit.set(splitOfName(segments[at])!, segments[at]);
    }
  }

  /**
   * The same image in another split: its split's folder changes. Without one, a folder is put in front of its class folder (YOLO:
   * behind `images`).
   */
  placeOf(path: string, split: string): string {
    const segments = path.split('/');
    const at = splitSegment(path);
    if (at < 0) {
      const images = segments.findLastIndex((segment, i) => i < segments.length - 1 && imageFolders.test(segment));
      const behind = images + 1;
      const name = this.names.get(segments.slice(0, behind).join('/'))?.get(split) ?? split;
      return [...segments.slice(0, behind), name, ...segments.slice(behind)].join('/');
    }
    const own = splitOfName(segments[at])!;
    if (own === split) return path;
    const known = this.names.get(segments.slice(0, at).join('/'))?.get(split);
    return segments.with(at, known ?? segments[at].replace(words[own], split)).join('/');
  }
}

/** A path that nothing stands at: `a/1.png`, `a/1_2.png` … */
export function freePlace(path: string, isTaken: (path: string) => boolean): string {
  if (!isTaken(path)) return path;
  const dot = path.lastIndexOf('.');
  const end = dot > path.lastIndexOf('/') + 1 ? dot : path.length;
  for (let number = 2; ; number++) {
    const other = `${path.slice(0, end)}_${number}${path.slice(end)}`;
    if (!isTaken(other)) return other;
  }
}
