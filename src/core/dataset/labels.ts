/**
 * Which folders are classes, by a rule that docs/LABELS.md states for the user. In short: split, date, camera, batch and container
 * folders are looked through; of the folders that are left, those at the ends of the tree that hold images are classes, if there are
 * at least two of different names. `settings.classFolders` overrides it.
 */
import type { ScanSettings } from '../settings/scanSettings';
import { effectiveTree } from './effectiveTree';
import { buildFolderTree, descendants } from './folderTree';
import type { FolderKind, FolderNode } from './folderTree';
import { classFoldersBySetting } from './classFolders';
import { ancestorsOf, compareBytes, folderOf } from './paths';
import { splitsBySetting } from './splits';

/** Why a folder is a class, or none. */
export type FolderReason =
  FolderKind | 'class' | 'setting-class' | 'only-one' | 'holds-classes' | 'part-of-class' | 'no-images' | 'rule-off';

export interface FolderExplanation {
  /** Below the root, with `/`. */
  readonly folder: string;
  /** Images that stand directly in it. */
  readonly images: number;
  readonly isClass: boolean;
  readonly reason: FolderReason;
}

export interface FolderAnalysis {
  /** The class of an image by its path below the root. */
  labelOf(path: string): string | undefined;
  splitOf(path: string): string | undefined;
  /** Names, in byte order. */
  readonly classes: readonly string[];
  readonly splits: readonly string[];
  /** Every folder with images in or below it, in byte order. */
  readonly folders: readonly FolderExplanation[];
  /** Folders of the root itself are classes, so that any other folder put there would look like one to most loaders. */
  readonly isClassRoot: boolean;
}

export type LabelSettings = Pick<ScanSettings, 'labels' | 'classFolders' | 'splits'>;

/**
 * Labels and splits of one root's images.
 *
 * @param imagePaths All of them, below the root, with `/`: which folders are classes depends on the whole tree.
 * @param givenLabels What a file or sidecars say, where `settings.labels` asks for those.
 */
export function analyseFolders(
  imagePaths: Iterable<string>,
  settings: LabelSettings,
  givenLabels?: ReadonlyMap<string, string>,
): FolderAnalysis {
  const counts = new Map<string, number>();
  const givenClasses = new Set<string>();
  const bySetting = splitsBySetting(settings.splits);
  const splits = new Set<string>();
  for (const path of imagePaths) {
    const folder = folderOf(path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
    const label = givenLabels?.get(path);
    if (label !== undefined) givenClasses.add(label);
    const split = bySetting?.(path);
    if (split !== undefined) splits.add(split);
  }
  const overrides = classFoldersBySetting(settings.classFolders);
  const root = buildFolderTree(counts, folder => overrides?.says(folder) === false);

  const explained = settings.labels === 'folders' ? (overrides?.replacesRule ? explainSetting : explainRule) : explainNone;
  const { labels, reasons } = explained(root, overrides?.says);

  const folders = [...descendants(root)].map(node => {
    const reason = reasons.get(node) ?? node.kind;
    return { folder: node.path, images: node.images, isClass: reason === 'class' || reason === 'setting-class', reason };
  });
  folders.sort((a, b) => compareBytes(a.folder, b.folder));

  const splitByFolder = new Map<string, string | undefined>();
  for (const node of [root, ...descendants(root)]) {
    const split = outermostSplit(node);
    splitByFolder.set(node.path, split);
    if (!bySetting && split !== undefined && node.images > 0) splits.add(split);
  }

  const classes = givenLabels ? givenClasses : new Set([...labels.values()]);
  return {
    labelOf: givenLabels ? path => givenLabels.get(path) : path => labels.get(folderOf(path)),
    splitOf: bySetting ?? (path => splitByFolder.get(folderOf(path))),
    classes: [...classes].sort(compareBytes),
    splits: [...splits].sort(compareBytes),
    folders,
    isClassRoot: folders.some(({ folder, isClass }) => isClass && !folder.includes('/')),
  };
}

interface Explained {
  /** Folder → label of the images directly in it. */
  readonly labels: ReadonlyMap<string, string>;
  readonly reasons: ReadonlyMap<FolderNode, FolderReason>;
}

function explainRule(root: FolderNode): Explained {
  const labels = new Map<string, string>();
  const reasons = new Map<FolderNode, FolderReason>();
  for (const { node, merged, isLeaf, images, isClass } of effectiveTree(root)) {
    for (const folder of node.folders) {
      reasons.set(folder, isClass ? 'class' : isLeaf && images > 0 ? 'only-one' : images > 0 ? 'holds-classes' : 'no-images');
    }
    for (const part of merged) for (const folder of part.folders) reasons.set(folder, 'part-of-class');
    if (isClass) for (const part of [node, ...merged]) for (const folder of part.imageFolders) labels.set(folder, node.name);
  }
  return { labels, reasons };
}

function explainSetting(root: FolderNode, says: ((folder: string) => boolean | undefined) | undefined): Explained {
  const labels = new Map<string, string>();
  const reasons = new Map<FolderNode, FolderReason>();
  for (const node of descendants(root)) {
    const nearest = [...ancestorsOf(node.path), node.path].reverse().find(folder => says?.(folder) === true);
    if (nearest !== undefined) labels.set(node.path, nearest.slice(nearest.lastIndexOf('/') + 1));
    reasons.set(node, nearest === node.path ? 'setting-class' : nearest !== undefined ? 'part-of-class' : 'setting-not');
  }
  return { labels, reasons };
}

const explainNone = (root: FolderNode): Explained => ({
  labels: new Map(),
  reasons: new Map([...descendants(root)].filter(node => node.kind !== 'split').map(node => [node, 'rule-off'])),
});

/** The outermost wins: in `test/train/1.jpg` the class is `train` (the vehicle) and the split is test. */
function outermostSplit(node: FolderNode): string | undefined {
  let split: string | undefined;
  for (let at: FolderNode | undefined = node; at; at = at.parent) split = at.split ?? split;
  return split;
}
