import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import path from 'node:path';
import { imageKindOf } from '../core/dataset/imageFiles';
import type { ImageProblem } from '../core/dataset/image';
import { workspaceMessages as messages } from '../core/dataset/messages';
import { note, NoteError } from '../core/dataset/note';
import type { Note } from '../core/dataset/note';
import { ancestorsOf, compareBytes, folderOf, isBelow } from '../core/dataset/paths';
import { excludeTest, filesExcludeTest } from '../core/dataset/globs';
import { errorCode, identityOf, isGone, toAbsolute, toRelative } from './identity';
import { entriesOf } from './folderEntries';
import { ignoreFileName, IgnoreLists } from './ignoreLists';
import { LookUps } from './lookUps';
import { sortInSlices } from './sortInSlices';

export interface WalkOptions {
  /** Absolute path. */
  readonly root: string;
  /** Only images below these folders (or these files; relative, `/`); empty or absent = the whole root. */
  readonly only?: readonly string[];
  /** `ScanSettings.exclude`. */
  readonly exclude?: readonly string[];
  /** The editor's `files.exclude`. */
  readonly filesExclude?: readonly string[];
  /** Folders left out whatever the rules say, absolute: a trash folder of the user's own. */
  readonly skip?: readonly string[];
  /** Files to list, by their names; absent: images. */
  readonly isWanted?: (name: string) => boolean;
  readonly signal?: AbortSignal;
  /** Told of each folder that could not be read, and the like; the walk goes on. */
  readonly onNote?: (note: Note) => void;
}

export interface WalkEntry {
  /** Below the root, with `/`. Bytes that are not UTF-8 stand as `\xE9` (then `problem.reason` is `bad-name`). */
  readonly path: string;
  readonly absolute: string;
  /** Of the file that is read, so of a link's target. */
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Equal for all names (hard links, symlinks) of one file on disk; empty where there is no file, or it can't be told. */
  readonly identity: string;
  /** The path is a symlink to the file. */
  readonly isLink: boolean;
  /** What is known without opening the file. */
  readonly problem?: ImageProblem;
}

/** Never entered: version control, packages, caches, and our own state. */
const skippedFolders = new Set([
  ...['.git', '.hg', '.svn', '.dvc', 'node_modules', '.twinlint', '.venv', '__pycache__', '.ipynb_checkpoints', '.cache'],
  ...['.thumbnails', '@eaDir', '__MACOSX', '.Trash', '$RECYCLE.BIN', 'System Volume Information'],
]);
export const isSkippedFolder = (name: string): boolean => skippedFolders.has(name) || name.endsWith('.twinlint-trash');

/** How many files are looked up at once. */
const batchLength = 64;

/** A folder's entry before its turn. `key` sorts folders as their contents will sort: by path, bytewise. */
interface Item {
  readonly key: string;
  readonly relative: string;
  readonly absolute: string;
  readonly isFolder: boolean;
  readonly isLink: boolean;
  readonly problem?: ImageProblem;
}

interface Frame {
  readonly lists: IgnoreLists;
  readonly items: readonly Item[];
  next: number;
  /** Looked up ahead, for `items[statsFrom + i]`. */
  stats: readonly (BigIntStats | Error | undefined)[];
  statsFrom: number;
}

/**
 * All image files below a root, in the byte order of their relative paths, so the order does not depend on the file system. Links
 * to files are followed for reading. A link to a folder is followed where it leads out of what is walked anyway, and no folder is
 * walked twice. Files that vanish meanwhile are left out. Rejects with a {@link NoteError} where the root can't be read, and with the
 * signal's reason when cancelled.
 */
export async function* walkImages(options: WalkOptions): AsyncGenerator<WalkEntry, void, undefined> {
  for await (const entries of walkImagesInBatches(options)) yield* entries;
}

/** The same, several at a time: handing over one by one takes as long as finding them. */
export function walkImagesInBatches(options: WalkOptions): AsyncGenerator<readonly WalkEntry[], void, undefined> {
  return new Walk(options).run();
}

class Walk {
  private readonly root: string;
  private readonly isExcluded: (relative: string) => boolean;
  private readonly isWanted: (name: string) => boolean;
  private readonly skipped: ReadonlySet<string>;
  private readonly visited = new Set<string>();
  /** Real paths of what is walked without following links. */
  private readonly realStarts: string[] = [];
  private readonly lookUps = new LookUps();
  /** The root as it stands before a relative path. */
  private readonly before: string;

  constructor(private readonly options: WalkOptions) {
    this.root = path.resolve(options.root);
    this.before = this.root.endsWith(path.sep) ? this.root : this.root + path.sep;
    const tests = [excludeTest(options.exclude ?? []), filesExcludeTest(options.filesExclude ?? [])];
    this.isExcluded = relative => tests.some(test => test(relative));
    this.isWanted = options.isWanted ?? (name => imageKindOf(name) !== undefined);
    this.skipped = new Set((options.skip ?? []).map(folder => path.resolve(folder)));
  }

  async *run(): AsyncGenerator<readonly WalkEntry[], void, undefined> {
    await this.checkRoot();
    const starts: { relative: string; lists: IgnoreLists; stats: BigIntStats }[] = [];
    for (const relative of outermost(this.options.only ?? [])) {
      const start = await this.start(relative);
      if (start) starts.push(start);
    }
    for (const { relative, stats } of starts) {
      if (stats.isDirectory()) this.realStarts.push(await realpath(toAbsolute(this.root, relative)));
    }
    for (const { relative, lists, stats } of starts) {
      if (stats.isDirectory()) yield* this.walkFolder(relative, lists, stats);
      else if (this.isWanted(relative)) {
        const absolute = toAbsolute(this.root, relative);
        const isLink = (await lstat(absolute)).isSymbolicLink();
        const item: Item = { key: relative, relative, absolute, isFolder: false, isLink, problem: problemByName(relative) };
        yield [this.entry(item, stats)];
      }
    }
  }

  private async checkRoot(): Promise<void> {
    let isFolder: boolean;
    try {
      isFolder = (await stat(this.root)).isDirectory();
    } catch (error) {
      if (isGone(error)) throw new NoteError(note(messages.rootMissing, this.root), { cause: error });
      throw new NoteError(note(messages.rootUnreadable, this.root, errorCode(error)), { cause: error });
    }
    if (!isFolder) throw new NoteError(note(messages.rootNotFolder, this.root));
  }

  /** A folder or file that the walk starts at; undefined, with a note, where it is missing or excluded. */
  private async start(relative: string): Promise<{ relative: string; lists: IgnoreLists; stats: BigIntStats } | undefined> {
    const absolute = toAbsolute(this.root, relative);
    if (toRelative(this.root, absolute) === undefined) {
      this.tell(note(messages.startOutside, absolute, this.root));
      return undefined;
    }
    let stats: BigIntStats;
    try {
      stats = await stat(absolute, { bigint: true });
    } catch (error) {
      this.tell(
        isGone(error) ? note(messages.rootMissing, absolute) : note(messages.folderUnreadable, absolute, errorCode(error)),
      );
      return undefined;
    }
    let lists = await this.enterLists(IgnoreLists.none, '');
    if (relative === '') return { relative, lists, stats };
    for (const folder of [...ancestorsOf(relative), relative]) {
      const isFolder = folder !== relative || stats.isDirectory();
      if (this.leavesOut(folder, isFolder, lists)) {
        this.tell(note(messages.startExcluded, relative, folder));
        return undefined;
      }
      // The start's own list is read when it is entered.
      if (folder !== relative) lists = await this.enterLists(lists, folder);
    }
    return { relative, lists, stats };
  }

  private leavesOut(relative: string, isFolder: boolean, lists: IgnoreLists): boolean {
    if (isFolder) {
      if (isSkippedFolder(relative.slice(relative.lastIndexOf('/') + 1))) return true;
      if (this.skipped.size > 0 && this.skipped.has(toAbsolute(this.root, relative))) return true;
    }
    return this.isExcluded(relative) || lists.ignores(relative, isFolder);
  }

  private async enterLists(lists: IgnoreLists, folder: string): Promise<IgnoreLists> {
    try {
      return await lists.enter(folder, toAbsolute(this.root, folder));
    } catch (error) {
      // Where the folder itself is closed, listing it tells.
      const isClosed = await stat(`${toAbsolute(this.root, folder)}/.`).then(
        () => false,
        () => true,
      );
      if (isClosed) return lists;
      this.tell(
        note(messages.ignoreListUnreadable, folder === '' ? ignoreFileName : `${folder}/${ignoreFileName}`, errorCode(error)),
      );
      return lists;
    }
  }

  /** Depth first with a stack of its own, so that deep trees cost no more per image than flat ones. */
  private async *walkFolder(
    relative: string,
    lists: IgnoreLists,
    stats: BigIntStats,
  ): AsyncGenerator<readonly WalkEntry[], void, undefined> {
    const { signal } = this.options;
    const stack: Frame[] = [];
    let found: WalkEntry[] = [];
    const push = async (folder: string, above: IgnoreLists, folderStats: BigIntStats): Promise<void> => {
      const identity = identityOf(folderStats) || (await realpath(toAbsolute(this.root, folder)));
      if (this.visited.has(identity)) return;
      this.visited.add(identity);
      const own = folder === '' ? above : await this.enterLists(above, folder);
      const items = await sortInSlices(await this.list(folder, own), (a, b) => compareBytes(a.key, b.key), signal);
      stack.push({ lists: own, items, next: 0, stats: [], statsFrom: 0 });
    };
    await push(relative, lists, stats);
    for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
      if (frame.next >= frame.items.length) {
        stack.pop();
        continue;
      }
      if (frame.next >= frame.statsFrom + frame.stats.length) {
        if (found.length > 0) yield found;
        found = [];
        signal?.throwIfAborted();
        frame.statsFrom = frame.next;
        frame.stats = await this.lookUpAll(frame.items.slice(frame.next, frame.next + batchLength));
      }
      const item = frame.items[frame.next];
      const stats = frame.stats[frame.next - frame.statsFrom];
      frame.next++;
      if (item.isFolder) {
        if (stats && !(stats instanceof Error)) await push(item.relative, frame.lists, stats);
        continue;
      }
      const entry = this.found(item, stats);
      const settled = entry instanceof Promise ? await entry : entry;
      if (settled) found.push(settled);
    }
    if (found.length > 0) yield found;
  }

  /** The entry of a file that was looked up; undefined where there is none. */
  private found(item: Item, stats: BigIntStats | Error | undefined): WalkEntry | undefined | Promise<WalkEntry | undefined> {
    const { relative, absolute, isLink } = item;
    if (!stats) return item.problem && { ...noFile, path: relative, absolute, problem: item.problem };
    if (!(stats instanceof Error)) return stats.isFile() ? this.entry(item, stats) : undefined;
    const withProblem = (problem: ImageProblem | undefined): WalkEntry | undefined =>
      problem && { ...noFile, path: relative, absolute, isLink, problem };
    return isLink && isGone(stats) ? this.brokenLink(item).then(withProblem) : withProblem(noPermission(stats));
  }

  private async lookUpAll(items: readonly Item[]): Promise<(BigIntStats | Error | undefined)[]> {
    const isOnDisk = ({ problem }: Item): boolean => problem?.reason !== 'bad-name' && problem?.reason !== 'pointer';
    const asked = items.filter(isOnDisk);
    const stats = await this.lookUps.of(asked.map(({ absolute }) => absolute));
    let next = 0;
    return items.map(item => (isOnDisk(item) ? this.judged(item, stats[next++]) : undefined));
  }

  /** Undefined where the file has vanished; an error where that is worth a word. */
  private judged(item: Item, stats: BigIntStats | Error): BigIntStats | Error | undefined {
    if (!(stats instanceof Error)) return stats;
    if (item.isFolder && !isGone(stats)) this.tell(note(messages.folderUnreadable, item.relative, errorCode(stats)));
    return item.isFolder || (isGone(stats) && !item.isLink) ? undefined : stats;
  }

  private entry(item: Item, stats: BigIntStats): WalkEntry {
    return {
      path: item.relative,
      absolute: item.absolute,
      sizeBytes: Number(stats.size),
      modifiedMs: Number(stats.mtimeNs / 1000n) / 1000,
      identity: identityOf(stats),
      isLink: item.isLink,
      ...(item.problem && { problem: item.problem }),
    };
  }

  /** A link to nothing: git-annex and DVC leave such links for pictures that are not fetched. */
  private async brokenLink(item: Item): Promise<ImageProblem | undefined> {
    let target: string;
    try {
      target = await readlink(item.absolute);
    } catch {
      return undefined; // gone meanwhile, or replaced
    }
    const segments = target.split(/[\\/]/);
    if (segments.includes('annex') || segments.includes('.dvc')) {
      return { kind: 'not-fetched', reason: 'pointer', detail: target };
    }
    return { kind: 'unreadable-image', reason: 'gone', detail: `a link to ${target}, which does not exist` };
  }

  /** What a folder holds that is of interest, unsorted. Other names are forgotten at once, so memory follows the images only. */
  private async list(folder: string, lists: IgnoreLists): Promise<Item[]> {
    const { signal } = this.options;
    const items: Item[] = [];
    const links: string[] = [];
    const pointers: string[] = [];
    const below = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
    try {
      for await (const entries of entriesOf(this.absolute(folder))) {
        signal?.throwIfAborted();
        for (const entry of entries) {
          const bytes = entry.name as unknown as Buffer;
          const name = bytes.toString('utf8');
          if (name.includes('\uFFFD') && !Buffer.from(name).equals(bytes)) {
            this.addBadName(items, below(escapeBytes(bytes)), entry.isDirectory(), lists);
          } else if (entry.isSymbolicLink()) links.push(below(name));
          else if (entry.isDirectory()) this.add(items, below(name), true, false, lists);
          else if (entry.isFile()) {
            if (this.isWanted(name)) this.add(items, below(name), false, false, lists);
            else if (name.endsWith('.dvc') && name !== '.dvc') pointers.push(below(name.slice(0, -4)));
          }
        }
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (!isGone(error)) this.tell(note(messages.folderUnreadable, folder === '' ? this.root : folder, errorCode(error)));
    }
    for (let from = 0; from < links.length; from += batchLength) {
      signal?.throwIfAborted();
      await Promise.all(links.slice(from, from + batchLength).map(link => this.addLink(items, link, lists)));
    }
    for (const pointer of pointers) await this.addPointer(items, pointer, lists);
    return items;
  }

  private add(items: Item[], relative: string, isFolder: boolean, isLink: boolean, lists: IgnoreLists): void {
    if (this.leavesOut(relative, isFolder, lists)) return;
    const problem = isFolder ? undefined : problemByName(relative);
    const key = isFolder ? `${relative}/` : relative;
    items.push({ key, relative, absolute: this.absolute(relative), isFolder, isLink, ...(problem && { problem }) });
  }

  private addBadName(items: Item[], relative: string, isFolder: boolean, lists: IgnoreLists): void {
    if (this.leavesOut(relative, isFolder, lists)) return;
    if (isFolder) this.tell(note(messages.folderBadName, relative));
    else if (this.isWanted(relative)) {
      const problem: ImageProblem = { kind: 'unreadable-image', reason: 'bad-name', detail: 'the name is not valid UTF-8' };
      const absolute = this.absolute(relative);
      items.push({ key: relative, relative, absolute, isFolder, isLink: false, problem });
    }
  }

  private async addLink(items: Item[], relative: string, lists: IgnoreLists): Promise<void> {
    const absolute = toAbsolute(this.root, relative);
    let isFolder = false;
    try {
      isFolder = (await stat(absolute)).isDirectory();
    } catch {
      // A broken link, or one into a loop: the look-up tells.
    }
    if (!isFolder) {
      if (this.isWanted(relative)) this.add(items, relative, false, true, lists);
      return;
    }
    if (this.leavesOut(relative, true, lists)) return;
    const target = await realpath(absolute).catch(() => undefined);
    // What lies in the walked folders is met at its own place.
    if (target === undefined || this.realStarts.some(start => isInside(target, start))) return;
    if (this.realStarts.some(start => isInside(start, target))) this.tell(note(messages.folderLoop, relative));
    else this.add(items, relative, true, true, lists);
  }

  /** `x.png.dvc` without its `x.png`: DVC knows the picture, but it has not been fetched. */
  private async addPointer(items: Item[], relative: string, lists: IgnoreLists): Promise<void> {
    const missing = await lstat(toAbsolute(this.root, relative)).then(() => false, isGone);
    const isImage = this.isWanted(relative);
    if (!missing || this.leavesOut(relative, !isImage, lists)) return;
    if (!isImage) {
      // The pointer of a table or model is no concern of ours; that of a whole folder may hold all the images.
      if (!relative.slice(folderOf(relative).length).includes('.')) this.tell(note(messages.dvcFolder, relative));
      return;
    }
    const problem: ImageProblem = { kind: 'not-fetched', reason: 'pointer', detail: `${relative}.dvc` };
    items.push({ key: relative, relative, absolute: this.absolute(relative), isFolder: false, isLink: false, problem });
  }

  /** `toAbsolute` for paths that are known to be plain: joining takes as long as looking the file up. */
  private absolute(relative: string): string {
    if (relative === '') return this.root;
    return this.before + (path.sep === '/' ? relative : relative.replaceAll('/', path.sep));
  }

  private tell(of: Note): void {
    this.options.onNote?.(of);
  }
}

const noFile = { sizeBytes: 0, modifiedMs: 0, identity: '', isLink: false } as const;

const problemByName = (relative: string): ImageProblem | undefined =>
  imageKindOf(relative) === 'unsupported' ? { kind: 'unsupported-format', reason: 'unsupported', detail: '' } : undefined;

function noPermission(error: Error): ImageProblem {
  const reason = ['EACCES', 'EPERM'].includes(errorCode(error)) ? 'no-permission' : 'damaged';
  return { kind: 'unreadable-image', reason, detail: errorCode(error) };
}

/** Keeps what is valid UTF-8 and writes the other bytes as `\xE9`. */
function escapeBytes(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at];
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    const piece = bytes.subarray(at, at + length);
    const decoded = piece.toString('utf8');
    if (Buffer.from(decoded).equals(piece)) {
      text += decoded;
      at += length;
    } else {
      text += `\\x${first.toString(16).toUpperCase().padStart(2, '0')}`;
      at++;
    }
  }
  return text;
}

/** Native real paths. */
const isInside = (inner: string, outer: string): boolean =>
  inner === outer || inner.startsWith(outer.endsWith(path.sep) ? outer : outer + path.sep);

/** Sorted as their contents sort, without those that lie below another. */
function outermost(only: readonly string[]): string[] {
  const cleaned = only.map(folder => folder.replace(/^(\.?\/)+|\/+$/g, '')).map(folder => (folder === '.' ? '' : folder));
  if (cleaned.length === 0 || cleaned.includes('')) return [''];
  const unique = [...new Set(cleaned)].sort((a, b) => compareBytes(`${a}/`, `${b}/`));
  return unique.filter(folder => !unique.some(other => other !== folder && isBelow(folder, other)));
}
