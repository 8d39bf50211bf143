import { readdir, realpath } from 'node:fs/promises';
import { ArrivalError, editList, type RowArrival, type RowChange } from '../../core/curation/editLists';
import { parseList, type ListFile } from '../../core/curation/listFile';
import { isCounterpart, splitOfList } from '../../core/curation/listNames';
import { matchRows, movedRef, type Disk, type MatchedRow } from '../../core/curation/matchRows';
import { sidecarMessages as messages } from '../../core/curation/sidecarMessages';
import type { Splice } from '../../core/curation/splices';
import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { ancestorsOf, folderOf, nameOf } from '../../core/dataset/paths';
import { splitOfName } from '../../core/dataset/splits';
import { toAbsolute } from '../identity';
import { maxTextBytes, readText } from '../journal/editText';
import { statOf } from '../journal/moveFile';
import { isSkippedFolder } from '../walk';
import { listCandidates, namesIn } from './listCandidates';
import { SidecarFinder } from './sidecarFiles';

/** An image on its way. */
export interface Travel {
  /** Below the root, with `/`. */
  readonly image: string;
  /** Absent: to the trash. */
  readonly to?: string;
  /** Rows that carry the first label get the second. */
  readonly relabel?: readonly [string, string];
}

export interface ListEdit {
  readonly path: string;
  readonly text: string;
  readonly splices: readonly Splice[];
  /** Whose rows these are; they go together or not at all. */
  readonly images: ReadonlySet<string>;
}

/** What goes along. */
export interface Companions {
  /** Image → its files; `to` is absent where they go to the trash with it. */
  readonly files: ReadonlyMap<string, readonly { readonly from: string; readonly to?: string }[]>;
  readonly edits: readonly ListEdit[];
  /** Images that can't take along what belongs to them. */
  readonly refused: ReadonlyMap<string, Note>;
}

interface OpenList {
  readonly path: string;
  readonly text: string;
  readonly file: ListFile;
}

/** Finds what belongs to images that move or go to the trash, and what is to become of it (docs/ACTIONS.md). Changes nothing. */
export async function findCompanions(root: string, travels: readonly Travel[]): Promise<Companions> {
  const refused = new Map<string, Note>();
  const finder = new SidecarFinder(root);
  const lists = new Lists(root);
  for (;;) {
    const left = travels.filter(({ image }) => !refused.has(image));
    const before = refused.size;
    const files = await sidecarsOf(finder, left, refused);
    const edits = refused.size > before ? [] : await lists.edits(left, refused);
    // Those that stay may be what others share a file or a list with.
    if (refused.size === before) return { files, edits, refused };
  }
}

async function sidecarsOf(
  finder: SidecarFinder,
  travels: readonly Travel[],
  refused: Map<string, Note>,
): Promise<Map<string, { from: string; to?: string }[]>> {
  const going = new Map(travels.map(travel => [travel.image, travel]));
  const taken = new Map<string, string | undefined>();
  const files = new Map<string, { from: string; to?: string }[]>();
  for (const { image, to } of travels) {
    for (const { path, target, sharedWith } of await finder.of(image)) {
      // A mask may be among the images itself.
      if (going.has(path)) continue;
      const staying = sharedWith.find(other => !going.has(other));
      if (staying !== undefined && to === undefined) continue;
      const place = to === undefined ? undefined : target(to);
      if (staying !== undefined) refused.set(image, note(messages.shared, image, path, staying));
      else if (typeof place === 'object') refused.set(image, place);
      else if (taken.has(path) && taken.get(path) !== place) {
        refused.set(image, note(messages.shared, image, path, sharedWith[0] ?? image));
      } else if (!taken.has(path)) {
        taken.set(path, place);
        const own = files.get(image) ?? [];
        own.push({ from: path, ...(place !== undefined && { to: place }) });
        files.set(image, own);
      }
    }
  }
  return files;
}

/** The outermost folder named like a split. */
const splitOfPath = (path: string): string | undefined =>
  folderOf(path)
    .split('/')
    .map(splitOfName)
    .find(split => split !== undefined);

/** Texts that list images, read once for an action. */
class Lists {
  private readonly opened = new Map<string, OpenList | undefined>();

  private readonly disk: Disk;

  constructor(private readonly root: string) {
    this.disk = diskOf(root);
  }

  async edits(travels: readonly Travel[], refused: Map<string, Note>): Promise<ListEdit[]> {
    const going = new Map(travels.map(travel => [travel.image, travel]));
    const open = await this.open(going, refused);
    const changes = new Map<string, RowChange[]>();
    const arrivals = new Map<string, { arrival: RowArrival; image: string }[]>();
    const images = new Map<string, Set<string>>();
    const mark = (list: string, image: string): void => {
      images.set(list, (images.get(list) ?? new Set()).add(image));
    };
    const rootPath = (await realpath(this.root)).replaceAll('\\', '/');
    for (const list of open) {
      const { matched, ambiguous } = await matchRows(list.file, list.path, new Set(going.keys()), rootPath, this.disk);
      for (const { image, ref } of ambiguous) refused.set(image, note(messages.listAmbiguous, image, list.path, ref));
      for (const match of matched) {
        const travel = going.get(match.image)!;
        const { image, to, relabel } = travel;
        const label = relabel && match.row.label?.text.trim() === relabel[0] ? relabel[1] : undefined;
        const withLabel = label === undefined ? {} : { label };
        const own = changes.get(list.path) ?? [];
        changes.set(list.path, own);
        mark(list.path, image);
        const placed = to === undefined ? undefined : placeRow(list, match, to, rootPath, open);
        if (placed === undefined) own.push({ index: match.index, row: match.row });
        else if ('note' in placed) refused.set(image, placed.note);
        else if (placed.list === list) own.push({ index: match.index, row: match.row, ref: placed.ref, ...withLabel });
        else {
          own.push({ index: match.index, row: match.row });
          mark(placed.list.path, image);
          const its = arrivals.get(placed.list.path) ?? [];
          its.push({ image, arrival: { from: list, row: match.row, ref: placed.ref, ...withLabel } });
          arrivals.set(placed.list.path, its);
        }
      }
    }
    const edits: ListEdit[] = [];
    for (const list of open) {
      const own = changes.get(list.path) ?? [];
      const its = arrivals.get(list.path) ?? [];
      if (own.length === 0 && its.length === 0) continue;
      try {
        const splices = editList(
          list.text,
          list.file,
          own,
          its.map(({ arrival }) => arrival),
        );
        if (splices.length > 0) edits.push({ path: list.path, text: list.text, splices, images: images.get(list.path)! });
      } catch (error) {
        if (!(error instanceof ArrivalError)) throw error;
        const from = open.find(each => each === error.arrival.from)!;
        const isCategories = error.problem === 'categories';
        for (const { image, arrival } of its) {
          if (arrival.from !== from) continue;
          const message = isCategories ? messages.listCategories : messages.listColumns;
          refused.set(image, note(message, image, from.path, list.path));
        }
      }
    }
    return edits;
  }

  /** Those that may name one of the images, or take their rows. */
  private async open(going: ReadonlyMap<string, Travel>, refused: Map<string, Note>): Promise<OpenList[]> {
    const names = new Map<string, string[]>();
    for (const image of going.keys()) names.set(nameOf(image), [...(names.get(nameOf(image)) ?? []), image]);
    const places = [...going.values()].flatMap(({ image, to }) => (to === undefined ? [image] : [image, to]));
    const open: OpenList[] = [];
    // Large lists that can't name any of a few images need not be taken apart; where rows may come to them, they must.
    const plain = [...names.keys()];
    const isForTrash =
      plain.length <= 100 &&
      plain.every(name => /^[ !#-[\]-~]+$/.test(name)) &&
      [...going.values()].every(({ to }) => to === undefined);
    const refuse = async (path: string, message: string): Promise<void> => {
      for (const name of await namesIn(toAbsolute(this.root, path), new Set(names.keys()))) {
        for (const image of names.get(name)!) refused.set(image, note(message, image, path));
      }
    };
    for (const { path, sizeBytes } of await listCandidates(this.root, places)) {
      if (sizeBytes > maxTextBytes) {
        await refuse(path, messages.listTooLarge);
        continue;
      }
      if (!this.opened.has(path)) {
        const text = await readText(toAbsolute(this.root, path)).catch(() => undefined);
        if (text === undefined) {
          await refuse(path, messages.listEncoding);
          continue;
        }
        if (isForTrash && !plain.some(name => text.includes(name))) continue;
        const file = parseList(path, text);
        this.opened.set(path, file && { path, text, file });
      }
      const list = this.opened.get(path);
      if (!list) continue;
      if (await this.isLinked(path)) await refuse(path, messages.listLink);
      else open.push(list);
    }
    return open;
  }

  private async isLinked(path: string): Promise<boolean> {
    for (const place of [...ancestorsOf(path), path]) {
      if ((await statOf(toAbsolute(this.root, place)))?.isSymbolicLink()) return true;
    }
    return false;
  }
}

const mostFolders = 200;

const diskOf = (root: string): Disk => ({
  exists: async path => (await statOf(toAbsolute(root, path))) !== undefined,
  foldersBeside: async folder => {
    const parent = folderOf(folder);
    const entries = await readdir(toAbsolute(root, parent), { withFileTypes: true }).catch(() => []);
    const names = entries.filter(entry => entry.isDirectory() && !isSkippedFolder(entry.name)).map(entry => entry.name);
    return names.slice(0, mostFolders).map(name => (parent === '' ? name : `${parent}/${name}`));
  },
});

/** Where a row goes with its image: its own list under a new name, or, where that is of the split that the image leaves, the other split's. */
function placeRow(
  list: OpenList,
  match: MatchedRow,
  to: string,
  rootPath: string,
  open: readonly OpenList[],
): { readonly list: OpenList; readonly ref: string } | { readonly note: Note } {
  const { image } = match;
  const about = splitOfList(list.path)?.split;
  const split = splitOfPath(to);
  const leaves = about !== undefined && splitOfPath(image) === about && split !== about;
  const ref = movedRef(match, to, rootPath);
  if (!leaves) return ref === undefined ? { note: note(messages.listPlace, image, list.path, to) } : { list, ref };
  const other = split === undefined ? undefined : open.find(each => isCounterpart(list.path, each.path, split));
  if (!other) return { note: note(messages.listNoOther, image, list.path, about, split ?? folderOf(to)) };
  const base = counterpartBase(match, list.path, other.path, to);
  const its = movedRef({ ...match, base }, to, rootPath);
  return its === undefined ? { note: note(messages.listPlace, image, other.path, to) } : { list: other, ref: its };
}

/** What names in the other list are relative to. */
function counterpartBase({ base }: MatchedRow, list: string, other: string, to: string): string {
  if (base === folderOf(list)) return folderOf(other);
  if (base === '') return '';
  const target = to.split('/');
  return base
    .split('/')
    .map((segment, i) => (splitOfName(segment) === undefined ? segment : target[i]))
    .join('/');
}
