import { QuickPickItemKind, window } from 'vscode';
import { journalMessages } from '../../core/curation/messages';
import { decideKeeps, keepPolicies, type KeepDecision, type KeepPolicy } from '../../core/curation/keepPolicy';
import { countSplits, resplit } from '../../core/curation/resplit';
import { freePlace, SplitPlaces } from '../../core/curation/splitPlaces';
import { setsOfIdentities } from '../../core/dataset/identity';
import { filesExcludeTest } from '../../core/dataset/globs';
import type { ImageRecord } from '../../core/dataset/image';
import { note } from '../../core/dataset/note';
import { ancestorsOf, nameOf } from '../../core/dataset/paths';
import { displayPath } from '../../core/findings/findingMessage';
import type { ScannedImages } from '../../protocol/curation';
import type { ScanRoot } from '../../protocol/engine';
import { SidecarFinder } from '../../workspace/sidecars/sidecarFiles';
import type { Messenger } from '../util/messages';
import type { FileWork } from './fileWork';

export interface CurateSettings {
  readonly keep: readonly string[];
  readonly protectedFolders: readonly string[];
}

/** The groups that an image is in, or all, as they are to be after a cleaning: decided by the settings. */
export async function decideGroups(
  scanned: ScannedImages,
  roots: readonly ScanRoot[],
  { keep, protectedFolders }: CurateSettings,
): Promise<KeepDecision[]> {
  const policies = keep.filter((each): each is KeepPolicy => (keepPolicies as readonly string[]).includes(each));
  const isProtected = protectionOf(protectedFolders);
  const captioned = new Set<number>();
  if (policies.includes('has-caption')) {
    const finders = roots.map(root => new SidecarFinder(root.path));
    for (const index of scanned.groups.flat()) {
      const { root, path } = scanned.images[index];
      if ((await finders[root].of(path)).length > 0) captioned.add(index);
    }
  }
  return decideKeeps(scanned, policies, {
    isProtected,
    hasCaption: ({ index }) => captioned.has(index),
    sharpness: ({ index }) => measured(scanned.sharpness[index]),
    centrality: ({ index }) => measured(scanned.centrality[index]),
  });
}

const measured = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);

/** Whether a folder above an image is never touched, by globs. */
export function protectionOf(globs: readonly string[]): (image: ImageRecord) => boolean {
  const isNamed = filesExcludeTest([...globs]);
  return ({ path }) => globs.length > 0 && [...ancestorsOf(path), path].some(isNamed);
}

/** Shows what would go; the groups that the person leaves picked. */
export async function previewGroups(decisions: readonly KeepDecision[], { t }: Messenger): Promise<KeepDecision[] | undefined> {
  const total = decisions.reduce((sum, { trash }) => sum + trash.length, 0);
  const items = decisions.map(decision => {
    const { keep, trash, stay } = decision;
    const names = trash.map(each => displayPath(each.path)).join(', ');
    return {
      label: t('Keep {0}', displayPath(keep.path)),
      description:
        stay.length > 0 ? t('{0} to the trash, {1} stay', trash.length, stay.length) : t('{0} to the trash', trash.length),
      detail: names.length > 400 ? `${names.slice(0, 400)}…` : names,
      picked: true,
      decision,
    };
  });
  const picked = await window.showQuickPick(items, {
    canPickMany: true,
    title: t('{0} images of {1} groups go to the trash; the best of each is kept', total, decisions.length),
    placeHolder: t('Take away the check marks of groups to leave as they are'),
    matchOnDetail: true,
  });
  return picked?.map(item => item.decision);
}

/** Tells why files can't be moved between splits, where they can't. */
function splitsAreFolders(root: ScanRoot, messenger: Messenger): boolean {
  if (Object.keys(root.settings.splits).length === 0) return true;
  const { t } = messenger;
  messenger.warn(
    t('Splits come from globs here (the setting twinlint.splits), so moving files between folders would not change them.'),
  );
  return false;
}

/** The image, its near-duplicates, and the images of its identity with theirs. */
function belongingTo(image: ImageRecord, { images, groups }: ScannedImages): ImageRecord[] {
  const { root, identity } = image;
  const own = identity === undefined ? [image] : images.filter(each => each.root === root && each.identity === identity);
  const members = new Set(own.map(({ index }) => index));
  for (const group of groups) if (group.some(index => members.has(index))) group.forEach(index => members.add(index));
  return [...members].map(index => images[index]);
}

/** Moves the members of an image's group that are in other splits to one split. @returns whether any moved. */
export async function moveGroup(
  scanned: ScannedImages,
  image: ImageRecord,
  root: ScanRoot,
  split: string,
  settings: CurateSettings,
  parts: { readonly work: FileWork; readonly messenger: Messenger },
): Promise<boolean> {
  const { work, messenger } = parts;
  const { t } = messenger;
  if (!splitsAreFolders(root, messenger)) return false;
  const members = belongingTo(image, scanned).filter(each => each.root === image.root && !each.reference);
  const isProtected = protectionOf(settings.protectedFolders);
  const moving = members.filter(each => each.split !== split && !isProtected(each));
  if (moving.length === 0) {
    messenger.info(t('The whole group of {0} is in {1} already, or protected.', displayPath(nameOf(image.path)), split));
    return false;
  }
  const own = scanned.images.filter(each => each.root === image.root).map(each => each.path);
  const places = new SplitPlaces(own);
  const taken = new Set(own);
  const travels = moving.map(file => {
    const to = freePlace(places.placeOf(file.path, split), path => taken.has(path));
    taken.add(to);
    return { file, to };
  });
  const yes = t('Move to {0}', split);
  const lines = travels.slice(0, 12).map(({ file, to }) => `${displayPath(file.path)} → ${displayPath(to)}`);
  const detail = [...lines, ...(travels.length > 12 ? [t('and {0} more', travels.length - 12)] : [])].join('\n');
  const question = t('Move {0} images of this group to {1}?', travels.length, split);
  if ((await window.showWarningMessage(question, { modal: true, detail }, yes)) !== yes) return false;
  return work.move(root.path, count => note(journalMessages.movedToSplit, count, split), travels);
}

/** Deals the images of a root to splits anew, after showing what would change. @returns whether any moved. */
export async function resplitRoot(
  scanned: ScannedImages,
  rootIndex: number,
  root: ScanRoot,
  settings: CurateSettings,
  parts: { readonly work: FileWork; readonly messenger: Messenger },
): Promise<boolean> {
  const { work, messenger } = parts;
  const { t } = messenger;
  if (!splitsAreFolders(root, messenger)) return false;
  const typed = await window.showInputBox({
    title: t('Deal the images of {0} to splits', root.name),
    prompt: t('Shares of train, val and test, and a seed'),
    value: '0.8 0.1 0.1 1',
    validateInput: text => (parseShares(text) ? undefined : t('Type three shares that add up to 1, and a whole number.')),
  });
  const chosen = typed === undefined ? undefined : parseShares(typed);
  if (!chosen) return false;
  const isProtected = protectionOf(settings.protectedFolders);
  const images = scanned.images.filter(each => each.root === rootIndex && !each.reference);
  const place = new Map(images.map((each, i) => [each.index, i]));
  const groups = scanned.groups.map(group => group.flatMap(index => place.get(index) ?? [])).filter(group => group.length > 1);
  const together = [...groups, ...setsOfIdentities(images.map(({ identity }) => identity))];
  const { splits, moves } = resplit({ images, together, ...chosen });
  const travels = moves.map(({ image, to }) => ({ file: images[image], to })).filter(({ file }) => !isProtected(file));
  const going = new Set(travels.map(({ file }) => file.path));
  const after = splits.map((split, i) => (going.has(images[i].path) ? split : (images[i].split ?? '')));
  const { names, rows } = countSplits(images, after, Object.keys(chosen.shares));
  const line = ({ label, before, after: now }: (typeof rows)[number]) => ({
    label: label === '' ? t('all') : displayPath(label),
    description: names.map((name, i) => `${name || '–'} ${before[i]} → ${now[i]}`).join('   '),
    go: false,
  });
  const go = { label: `$(check) ${t('Move {0} images', travels.length)}`, description: '', go: true };
  const items = [go, { label: '', description: '', kind: QuickPickItemKind.Separator, go: false }, ...rows.map(line)];
  const picked = await window.showQuickPick(items, { title: t('What would change'), matchOnDescription: true });
  if (!picked?.go || travels.length === 0) return false;
  return work.move(root.path, count => note(journalMessages.resplit, count), travels);
}

/** `0.8 0.1 0.1 7` */
export function parseShares(text: string): { readonly shares: Record<string, number>; readonly seed: number } | undefined {
  const numbers = text
    .trim()
    .split(/[\s,;]+/)
    .map(Number);
  const [train, val, test, seed] = numbers;
  if (numbers.length !== 4 || !numbers.every(each => each >= 0) || !Number.isInteger(seed)) return undefined;
  if (Math.abs(train + val + test - 1) > 1e-6) return undefined;
  const shares = Object.entries({ train, val, test }).filter(([, share]) => share > 0);
  return { shares: Object.fromEntries(shares), seed };
}
