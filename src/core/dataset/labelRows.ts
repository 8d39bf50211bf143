/**
 * What a label file says of images: rows that name them in the file's own words, and how such a name leads to an image of the scan.
 */
import { imageKindOf } from './imageFiles';
import { workspaceMessages as messages } from './messages';
import { note } from './note';
import type { Note } from './note';
import { folderOf, nameOf } from './paths';

export interface LabelRow {
  /** As the file names the image. */
  readonly ref: string;
  readonly label: string;
  readonly split?: string;
  /** The patient, video or scene. */
  readonly identity?: string;
  /** Row of a table (the header is 1), line of a text, or number of an element; from 1. */
  readonly row: number;
}

export interface LabelTable {
  /** Below the root, with `/`, or absolute. */
  readonly file: string;
  readonly rows: readonly LabelRow[];
}

/** The image that a name means; or why there is none. `outside`: it leads out of the root. */
export type RefMatch = { readonly image: string } | { readonly missing: 'outside' | 'unknown' | 'several' };

/** `./a\b.png` below a folder → its path below the root; undefined where it leads out. */
export function normalRef(ref: string, folder: string): string | undefined {
  const slashed = ref.includes('/') ? ref : ref.replaceAll('\\', '/');
  const segments: string[] = folder === '' ? [] : folder.split('/');
  for (const segment of slashed.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      if (segments.pop() === undefined) return undefined;
    } else segments.push(segment);
  }
  return segments.join('/');
}

const isAbsolute = (ref: string): boolean => /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(ref);
const withoutExtension = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')));

/** Drive letters are written in either case. */
const slashed = (absolute: string): string => absolute.replaceAll('\\', '/').replace(/^[a-z]:/, drive => drive.toUpperCase());

/**
 * The images that the names of a label file mean, one a name. A name is relative to the root, else to the file's own folder; where none of
 * all names leads to an image so, they are taken as ends of paths (COCO names files below a folder that it does not name), as long as each
 * fits one image only. A name without an extension means the image that differs from it by that alone.
 *
 * @param file The label file's path below the root.
 * @param rootPath The root's absolute path, for absolute names.
 */
export function matchRefs(
  refs: readonly string[],
  file: string,
  rootPath: string,
  imagePaths: Iterable<string>,
): readonly RefMatch[] {
  const images = new Set(imagePaths);
  const bare = new Map<string, string | undefined>();
  for (const image of refs.some(ref => imageKindOf(ref) === undefined) ? images : []) {
    const key = withoutExtension(image);
    bare.set(key, bare.has(key) ? undefined : image);
  }
  const root = `${slashed(rootPath).replace(/\/$/, '')}/`;
  const known = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : images.has(path) ? path : imageKindOf(path) ? undefined : bare.get(path);
  const folders = [...new Set(['', isAbsolute(file) ? '' : folderOf(file)])];
  const direct = refs.map((ref): RefMatch => {
    if (images.has(ref)) return { image: ref };
    const inside = isAbsolute(ref) ? (slashed(ref).startsWith(root) ? slashed(ref).slice(root.length) : undefined) : ref;
    const places = inside === undefined ? [] : folders.map(folder => normalRef(inside, folder));
    const image = places.map(known).find(each => each !== undefined);
    if (image !== undefined) return { image };
    return { missing: places.some(place => place !== undefined && place !== '') ? 'unknown' : 'outside' };
  });
  if (direct.some(match => 'image' in match)) return direct;
  return byEnds(refs, direct, images);
}

function byEnds(refs: readonly string[], direct: readonly RefMatch[], images: ReadonlySet<string>): readonly RefMatch[] {
  const byName = new Map<string, string[]>();
  const add = (name: string, image: string): void => {
    const same = byName.get(name);
    if (same) same.push(image);
    else byName.set(name, [image]);
  };
  for (const image of images) {
    add(nameOf(image), image);
    add(withoutExtension(nameOf(image)), image);
  }
  return refs.map((ref, i) => {
    const plain = isAbsolute(ref) || ref.includes('..') ? undefined : normalRef(ref, '');
    if (plain === undefined || plain === '') return direct[i];
    const isWhole = imageKindOf(plain) !== undefined;
    const ends = (byName.get(nameOf(plain)) ?? []).filter(image =>
      `/${isWhole ? image : withoutExtension(image)}`.endsWith(`/${plain}`),
    );
    if (ends.length === 1) return { image: ends[0] };
    return ends.length > 1 ? { missing: 'several' } : direct[i];
  });
}

/** Labels, splits and identities of images, by path below the root. */
export interface MatchedLabels {
  readonly labels: ReadonlyMap<string, string>;
  readonly splits: ReadonlyMap<string, string>;
  readonly identities: ReadonlyMap<string, string>;
  readonly notes: readonly Note[];
}

const mostRowNotes = 20;

/**
 * The labels that a table gives the images of a root. Of rows that contradict one another the last counts, and is told.
 * @param isWhole whether all images of the root are among the paths: a scan of some folders rightly leaves rows without an image
 */
export function matchLabels(
  { file, rows }: LabelTable,
  rootPath: string,
  imagePaths: Iterable<string>,
  isWhole: boolean,
): MatchedLabels {
  const labels = new Map<string, string>();
  const splits = new Map<string, string>();
  const identities = new Map<string, string>();
  const notes: Note[] = [];
  const missing = { outside: [] as LabelRow[], unknown: [] as LabelRow[], several: [] as LabelRow[] };
  let untold = 0;
  matchRefs(
    rows.map(({ ref }) => ref),
    file,
    rootPath,
    imagePaths,
  ).forEach((match, i) => {
    const row = rows[i];
    if ('missing' in match) return void missing[match.missing].push(row);
    const before = labels.get(match.image);
    if (before !== undefined && before !== row.label) {
      if (notes.length < mostRowNotes) notes.push(note(messages.labelAgain, file, row.row, match.image, before, row.label));
      else untold++;
    }
    labels.set(match.image, row.label);
    if (row.split !== undefined) splits.set(match.image, row.split);
    if (row.identity !== undefined) identities.set(match.image, row.identity);
  });
  if (untold > 0) notes.push(note(messages.labelMore, file, untold));
  const tell = (message: string, among: readonly LabelRow[]): void => {
    if (among.length > 0) notes.push(note(message, file, among.length, among[0].ref, among[0].row));
  };
  tell(messages.labelOutside, missing.outside);
  tell(messages.labelSeveral, missing.several);
  if (isWhole) tell(messages.labelUnmatched, missing.unknown);
  return { labels, splits, identities, notes };
}
