import type { FolderNode } from './folderTree';

/**
 * A folder that may be a class, with all real folders that it stands for: `train/cat`, `test/cat` and `batch_2/cat` are one `cat`,
 * because what is looked through is left out of its path.
 */
export interface EffectiveNode {
  readonly name: string;
  readonly isNumber: boolean;
  readonly children: Map<string, EffectiveNode>;
  /** The real folders of this name. */
  readonly folders: FolderNode[];
  /** Real folders whose images have this node as their nearest: its own, and containers, splits and batches below them. */
  readonly imageFolders: string[];
  images: number;
}

export interface EffectiveResult {
  readonly node: EffectiveNode;
  /** Nodes below that count as parts of this one. */
  readonly merged: readonly EffectiveNode[];
  readonly isLeaf: boolean;
  /** With those of the merged ones. */
  readonly images: number;
  readonly isClass: boolean;
}

const newNode = (name: string, isNumber: boolean): EffectiveNode => ({
  name,
  isNumber,
  children: new Map(),
  folders: [],
  imageFolders: [],
  images: 0,
});

/** Every candidate of a tree of folders, with the parts merged into it, and whether it is a class. */
export function effectiveTree(root: FolderNode): EffectiveResult[] {
  const top = newNode('', false);
  const stack = [{ folder: root, node: top }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { folder } = next;
    let { node } = next;
    if (folder.kind === 'album' || folder.kind === 'unlabelled') continue; // nothing in or below it has a label
    if (folder.kind === 'candidate' || folder.kind === 'number') {
      let child = node.children.get(folder.name);
      if (!child) node.children.set(folder.name, (child = newNode(folder.name, folder.kind === 'number')));
      child.folders.push(folder);
      node = child;
    }
    node.images += folder.images;
    if (folder.images > 0) node.imageFolders.push(folder.path);
    for (const child of folder.children.values()) stack.push({ folder: child, node });
  }
  const results: EffectiveResult[] = [];
  visit(top, results, numberedParts(top));
  const names = new Set(results.filter(result => result.isLeaf && result.images > 0).map(result => result.node.name));
  return names.size < 2 ? results : results.map(result => ({ ...result, isClass: result.isLeaf && result.images > 0 }));
}

/**
 * Nodes whose numbered children are their parts (`person_a/0 person_a/1 person_b/0 …`), not classes (`mnist/0 … mnist/9`): where at
 * least as many neighbours are numbered as there are numbers.
 */
function numberedParts(top: EffectiveNode): ReadonlySet<EffectiveNode> {
  const parts = new Set<EffectiveNode>();
  const stack = [top];
  for (let node = stack.pop(); node; node = stack.pop()) {
    const children = [...node.children.values()];
    const numbered = children.filter(
      child => !child.isNumber && child.children.size > 0 && [...child.children.values()].every(part => part.isNumber),
    );
    const numbers = new Set(numbered.flatMap(child => [...child.children.keys()]));
    if (numbered.length >= 2 && numbered.length >= numbers.size) for (const child of numbered) parts.add(child);
    stack.push(...children);
  }
  return parts;
}

/** Children before parents; deep trees are as deep as paths are long, so recursion is safe. */
function visit(node: EffectiveNode, results: EffectiveResult[], numbered: ReadonlySet<EffectiveNode>): void {
  for (const child of node.children.values()) {
    const merges = numbered.has(child) || (isChain(child) && (child.images > 0 || hasFullNeighbour(child, node)));
    if (merges) {
      const merged = [...below(child)];
      const images = merged.reduce((sum, part) => sum + part.images, child.images);
      results.push({ node: child, merged, isLeaf: true, images, isClass: false });
    } else {
      results.push({ node: child, merged: [], isLeaf: child.children.size === 0, images: child.images, isClass: false });
      visit(child, results, numbered);
    }
  }
}

/** Never more than one child: a folder and its details, not a folder of classes. */
function isChain(node: EffectiveNode): boolean {
  for (let at = node; at.children.size > 0; at = [...at.children.values()][0]) if (at.children.size > 1) return false;
  return true;
}

/** In `cat/1.jpg dog/puppies/2.jpg` the class is `dog`, because its neighbour `cat` holds images itself. */
const hasFullNeighbour = (child: EffectiveNode, parent: EffectiveNode): boolean =>
  [...parent.children.values()].some(other => other !== child && other.images > 0);

function* below(node: EffectiveNode): Generator<EffectiveNode> {
  for (const child of node.children.values()) {
    yield child;
    yield* below(child);
  }
}
