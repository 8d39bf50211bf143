import { areHashBuckets, areYears, isPartOfDate, nameKindOf } from './folderNames';
import { nameOf } from './paths';
import { splitOfName } from './splits';

/** `candidate` may be a class; `album` stands among or below date and camera folders; the others are looked through. */
export type FolderKind =
  'candidate' | 'number' | 'split' | 'date' | 'camera' | 'album' | 'batch' | 'container' | 'unlabelled' | 'setting-not';

export interface FolderNode {
  readonly name: string;
  readonly path: string;
  readonly parent?: FolderNode;
  readonly children: Map<string, FolderNode>;
  /** Images directly in it. */
  images: number;
  kind: FolderKind;
  split?: string;
}

const newNode = (path: string, parent?: FolderNode): FolderNode => ({
  name: nameOf(path),
  path,
  ...(parent && { parent }),
  children: new Map(),
  images: 0,
  kind: 'candidate',
});

/**
 * The folders above some images, each with what its name and its neighbours say about it.
 *
 * @param counts Folder (`''` = the root) → images directly in it.
 * @param isNone Whether the settings say that a folder is no class.
 */
export function buildFolderTree(counts: ReadonlyMap<string, number>, isNone: (folder: string) => boolean): FolderNode {
  const root = newNode('');
  root.kind = 'container';
  for (const [folder, images] of counts) {
    let node = root;
    for (const name of folder === '' ? [] : folder.split('/')) {
      let child = node.children.get(name);
      if (!child) {
        child = newNode(node === root ? name : `${node.path}/${name}`, node);
        node.children.set(name, child);
      }
      node = child;
    }
    node.images += images;
  }
  setKinds(root, false, isNone);
  return root;
}

/** All folders below, parents before children. */
export function* descendants(node: FolderNode): Generator<FolderNode> {
  const stack = [...node.children.values()];
  for (let next = stack.pop(); next; next = stack.pop()) {
    yield next;
    stack.push(...next.children.values());
  }
}

function setKinds(root: FolderNode, inSplit: boolean, isNone: (folder: string) => boolean): void {
  const stack: { node: FolderNode; inSplit: boolean }[] = [{ node: root, inSplit }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const children = [...next.node.children.values()];
    setChildKinds(next.node, children, next.inSplit);
    for (const child of children) {
      if (isNone(child.path)) child.kind = 'setting-not';
      stack.push({ node: child, inSplit: next.inSplit || child.split !== undefined });
    }
  }
}

function setChildKinds(parent: FolderNode, children: readonly FolderNode[], inSplit: boolean): void {
  if (parent.kind === 'unlabelled') {
    for (const child of children) child.kind = 'unlabelled';
    return;
  }
  const kinds = new Map(children.map(child => [child, nameKindOf(child.name)]));
  const numbers = children.filter(child => kinds.get(child) === 'number');
  const years = areYears(numbers.map(child => child.name));
  const buckets = areHashBuckets(children.map(child => child.name));
  const inAlbum = parent.kind === 'date' || parent.kind === 'camera' || parent.kind === 'album';
  for (const child of children) {
    const kind = kinds.get(child)!;
    if (buckets) child.kind = 'batch';
    else if ((kind === 'number' && years) || (parent.kind === 'date' && isPartOfDate(child.name))) child.kind = 'date';
    else child.kind = kind === 'other' ? 'candidate' : kind;
  }
  const isAlbum = inAlbum || children.some(child => child.kind === 'date' || child.kind === 'camera');
  if (isAlbum) {
    for (const child of children) if (child.kind === 'candidate' || child.kind === 'number') child.kind = 'album';
  }
  if (!inSplit) setSplits(children);
}

/**
 * Folders named like splits are splits, but for one alone among folders that may be classes: `car bus train` are vehicles.
 * Such a one is still a split where it holds folders itself, as in `train/cat train/dog extra`.
 */
function setSplits(children: readonly FolderNode[]): void {
  const named = children.filter(child => splitOfName(child.name) !== undefined);
  const isLone = new Set(named.map(child => splitOfName(child.name))).size === 1;
  const amongClasses = children.some(child => !named.includes(child) && child.kind === 'candidate');
  for (const child of named) {
    if (isLone && amongClasses && child.children.size === 0) continue;
    child.kind = 'split';
    child.split = splitOfName(child.name)!;
  }
}
