import type { ListFile, ListRow } from './listFile';
import { normalRef } from '../dataset/labelRows';
import { folderOf } from '../dataset/paths';

/** A row that names one of the images looked for. */
export interface MatchedRow {
  readonly index: number;
  readonly row: ListRow;
  /** Below the root. */
  readonly image: string;
  /** What its name is relative to: a folder below the root; `absolute` names begin with the root's own path. */
  readonly base: string;
  readonly isAbsolute: boolean;
}

export interface RowMatches {
  readonly matched: readonly MatchedRow[];
  /** Names that may be an image looked for or another. */
  readonly ambiguous: readonly { readonly image: string; readonly ref: string }[];
}

/** What lies below the root; paths are below it, with `/`. */
export interface Disk {
  exists(path: string): Promise<boolean>;
  /** The folders in the same folder. */
  foldersBeside(folder: string): Promise<readonly string[]>;
}

/**
 * The rows of a list that name certain images. A name is taken relative to the list's folder, then to the root; and where no file is there,
 * as the end of an image's path (COCO names files below a folder that it does not name), if most of the list's other names are found below
 * that folder too.
 *
 * @param list Its path below the root.
 * @param rootPath The root's own path with `/`, for absolute names.
 */
export async function matchRows(
  { rows }: ListFile,
  list: string,
  images: ReadonlySet<string>,
  rootPath: string,
  disk: Disk,
): Promise<RowMatches> {
  const here = folderOf(list);
  const byName = new Map<string, string[]>();
  for (const image of images) {
    const name = image.slice(image.lastIndexOf('/') + 1);
    const same = byName.get(name);
    if (same) same.push(image);
    else byName.set(name, [image]);
  }
  const matched: MatchedRow[] = [];
  const open: { index: number; row: ListRow; ends: { image: string; base: string }[] }[] = [];
  for (const [index, row] of rows.entries()) {
    const slashed = row.ref.includes('/') ? row.ref : row.ref.replaceAll('\\', '/');
    if (!byName.has(slashed.slice(slashed.lastIndexOf('/') + 1))) continue;
    if (slashed.startsWith(`${rootPath}/`)) {
      const image = slashed.slice(rootPath.length + 1);
      if (images.has(image)) matched.push({ index, row, image, base: '', isAbsolute: true });
      continue;
    }
    if (/^(?:\/|[A-Za-z]:[\\/])/.test(row.ref)) continue;
    const bases = [...new Set([here, ''])];
    const direct = bases.map(base => ({ base, image: normalRef(row.ref, base) })).find(each => images.has(each.image ?? ''));
    if (direct) {
      matched.push({ index, row, image: direct.image!, base: direct.base, isAbsolute: false });
      continue;
    }
    const plain = normalRef(row.ref, '');
    if (plain === undefined || slashed.includes('../')) continue;
    const ends = (byName.get(plain.slice(plain.lastIndexOf('/') + 1)) ?? [])
      .filter(image => image.endsWith(`/${plain}`))
      .map(image => ({ image, base: image.slice(0, -plain.length - 1) }));
    if (ends.length > 0) open.push({ index, row, ends });
  }
  if (open.length === 0) return { matched, ambiguous: [] };

  const ambiguous: { image: string; ref: string }[] = [];
  const bases = new Set(open.flatMap(({ ends }) => ends.map(each => each.base)));
  // The list may as well be about the folder beside.
  const beside = (await Promise.all([...bases].map(base => disk.foldersBeside(base)))).flat();
  const shares = await basesOf(rows, [...new Set([here, '', ...bases, ...beside])], disk);
  const best = Math.max(...shares.values());
  for (const { index, row, ends } of open) {
    const good = ends.filter(({ base }) => best >= 0.5 && shares.get(base) === best);
    // Another folder holds what the list names.
    const others = [...shares].filter(([base, share]) => share === best && !good.some(each => each.base === base));
    if (good.length === 1 && others.length === 0) matched.push({ index, row, ...good[0], isAbsolute: false });
    else if (good.length > 0) for (const { image } of good) ambiguous.push({ image, ref: row.ref });
  }
  matched.sort((a, b) => a.index - b.index);
  return { matched, ambiguous };
}

const sampleLength = 40;

/** How many of a list's names are found below each folder, 0…1, of a sample. */
async function basesOf(rows: readonly ListRow[], bases: readonly string[], disk: Disk): Promise<Map<string, number>> {
  const step = Math.max(1, Math.floor(rows.length / sampleLength));
  const sample = rows.filter((_, i) => i % step === 0);
  const shares = new Map<string, number>();
  for (const base of bases) {
    let found = 0;
    for (const { ref } of sample) {
      const path = normalRef(ref, base);
      if (path !== undefined && (await disk.exists(path))) found++;
    }
    shares.set(base, found / sample.length);
  }
  return shares;
}

/** The name of a moved image in the style of the row that named it before; undefined where the row's base does not hold it. */
export function movedRef({ row, base, isAbsolute }: MatchedRow, to: string, rootPath: string): string | undefined {
  if (isAbsolute) return `${rootPath}/${to}`;
  if (base !== '' && !to.startsWith(`${base}/`)) return undefined;
  const relative = base === '' ? to : to.slice(base.length + 1);
  const prefix = row.ref.startsWith('./') ? './' : '';
  return !row.ref.includes('/') && row.ref.includes('\\') ? relative.replaceAll('/', '\\') : prefix + relative;
}
