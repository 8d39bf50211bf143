import { Uri, window, workspace, WorkspaceEdit, Range } from 'vscode';
import type { TextDocument } from 'vscode';
import { journalMessages } from '../../core/curation/messages';
import type { Splice } from '../../core/curation/splices';
import { freePlace } from '../../core/curation/splitPlaces';
import type { ImageRecord } from '../../core/dataset/image';
import { note } from '../../core/dataset/note';
import { folderOf, nameOf } from '../../core/dataset/paths';
import { displayPath } from '../../core/findings/findingMessage';
import type { Finding } from '../../core/findings/finding';
import type { Translate } from '../../core/l10n';
import type { ScanRoot } from '../../protocol/engine';
import { readText } from '../../workspace/journal/editText';
import { planEdit } from '../../workspace/journal/planSteps';
import { boxTexts, type SeenBox } from '../../workspace/labels/boxTexts';
import { labelTexts, relabelSplices, type LabelText } from '../../workspace/labels/labelTexts';
import type { Messenger } from '../util/messages';
import type { FileWork } from './fileWork';
import type { Journals } from './journals';

/**
 * Where an image goes to have another label: the folder of that class in its split; beside its own class folder where there is none yet.
 * Undefined where its label is no folder above it.
 */
export function placeWithLabel(image: ImageRecord, label: string, images: readonly ImageRecord[]): string | undefined {
  const folders = folderOf(image.path).split('/');
  const at = image.label === undefined ? -1 : folders.lastIndexOf(image.label);
  if (at < 0) return undefined;
  const own = [...folders.with(at, label)].join('/');
  const others = images.filter(each => each.root === image.root && each.label === label && each.split === image.split);
  const isThere = others.some(each => folderOf(each.path) === own);
  // In another branch of the tree (vehicle/car for animal/cat).
  const elsewhere = isThere || others.length === 0 ? undefined : folderOf(others[0].path);
  const taken = new Set(images.filter(each => each.root === image.root).map(each => each.path));
  return freePlace(`${elsewhere ?? own}/${nameOf(image.path)}`, path => taken.has(path));
}

/** Asks for a label: the suggested one first. */
export async function pickLabel(
  classes: readonly string[],
  own: string | undefined,
  suggested: string | undefined,
  t: Translate,
): Promise<string | undefined> {
  const known = classes.filter(each => each !== own && each !== suggested).map(label => ({ label, description: '' }));
  const items = [...(suggested === undefined ? [] : [{ label: suggested, description: t('suggested') }]), ...known];
  const picked = await window.showQuickPick(items, { placeHolder: t('Choose the right label') });
  return picked?.label;
}

export interface RelabelParts {
  readonly work: FileWork;
  readonly journals: Journals;
  readonly messenger: Messenger;
}

/** Gives images another label: moves them to its folder, or edits what says it: their rows, or the files beside them. @returns whether it was done. */
export async function relabel(
  root: ScanRoot,
  images: readonly ImageRecord[],
  label: string,
  all: readonly ImageRecord[],
  parts: RelabelParts,
): Promise<boolean> {
  const { work, messenger } = parts;
  const { t } = messenger;
  if (root.settings.labels === 'none') {
    messenger.warn(t('Labels are off here, so there is none to change.'));
    return false;
  }
  if (root.settings.labels !== 'folders') return relabelTexts(root, images, label, all, parts);
  const travels = [];
  for (const image of images) {
    const to = placeWithLabel(image, label, all);
    if (to === undefined) {
      messenger.warn(t('{0} has no label from its folders, so no folder says where it would go.', displayPath(image.path)));
    } else travels.push({ file: image, to, ...(image.label !== undefined && { relabel: [image.label, label] as const }) });
  }
  const first = displayPath(nameOf(images[0].path));
  const what = (count: number) =>
    count === 1 ? note(journalMessages.relabeled, first, label) : note(journalMessages.relabeledMany, count, label);
  return travels.length > 0 && work.move(root.path, what, travels);
}

/** In the files that the labels come from. */
async function relabelTexts(
  root: ScanRoot,
  images: readonly ImageRecord[],
  label: string,
  all: readonly ImageRecord[],
  parts: RelabelParts,
): Promise<boolean> {
  const { work, messenger } = parts;
  const { t } = messenger;
  if (!work.mayWrite()) return false;
  const texts = await labelTexts({
    root: root.path,
    settings: root.settings,
    images: new Set(images.map(image => image.path)),
    all: all.filter(image => image.root === images[0].root).map(image => image.path),
    read: path => readAsOpen(root, path),
  });
  if (texts.some(text => relabelSplices(text, label).length > 0)) return editTexts(root, texts, images[0].path, label, parts);
  const isPlaced = texts.some(({ places }) => places.some(({ isLabel }) => isLabel));
  if (isPlaced && texts.some(({ file }) => file.kind === 'coco')) {
    messenger.warn(t('{0} has no category named {1}; add it there first.', texts[0].path, label));
  } else if (root.settings.labels === 'sidecars') {
    messenger.warn(t('No file beside {0} gives it a label.', displayPath(images[0].path)));
  } else messenger.warn(t('{0} has no row with a label for {1}.', root.settings.labels, displayPath(images[0].path)));
  return false;
}

/** The box of a finding about one. */
export const seenBox = ({ path, at, details }: Finding): SeenBox | undefined =>
  at && details.labels ? { image: path, at, label: details.labels[0] } : undefined;

/** Gives a box another class. @returns whether it was done */
export async function relabelBox(root: ScanRoot, box: SeenBox, label: string, parts: RelabelParts): Promise<boolean> {
  const { work, messenger } = parts;
  const { t } = messenger;
  if (!work.mayWrite()) return false;
  const texts = await boxTexts(root.path, [box], path => readAsOpen(root, path));
  if (texts.some(text => relabelSplices(text, label).length > 0)) return editTexts(root, texts, box.image, label, parts);
  const { file } = box.at;
  messenger.warn(
    texts.some(({ places }) => places.length > 0)
      ? t('{0} has no category named {1}; add it there first.', file, label)
      : t('{0} has changed since the labels were judged; judge them again.', file),
  );
  return false;
}

const uriIn = (root: ScanRoot, path: string): Uri => Uri.joinPath(Uri.file(root.path), ...path.split('/'));
const unsaved = (root: ScanRoot, path: string): TextDocument | undefined =>
  workspace.textDocuments.find(document => document.uri.fsPath === uriIn(root, path).fsPath && document.isDirty);
const readAsOpen = async (root: ScanRoot, path: string): Promise<string | undefined> =>
  unsaved(root, path)?.getText() ?? (await readText(uriIn(root, path).fsPath).catch(() => undefined));

/** Writes another label at all places of the texts; where one is open and not saved, in the editor. */
async function editTexts(
  root: ScanRoot,
  texts: readonly LabelText[],
  firstImage: string,
  label: string,
  { work, journals, messenger }: RelabelParts,
): Promise<boolean> {
  const { t } = messenger;
  const edits = texts.map(text => ({ ...text, splices: relabelSplices(text, label) })).filter(each => each.splices.length > 0);
  const steps = [];
  let isDone = false;
  for (const { path, text, splices } of edits) {
    const open = unsaved(root, path);
    if (open) {
      isDone = (await editOpen(open, splices)) || isDone;
      messenger.info(t('{0} was edited, and is not saved yet; undo it there.', workspace.asRelativePath(open.uri)));
      continue;
    }
    const planned = await planEdit(root.path, path, text, splices);
    if (planned) steps.push({ ...planned, unit: steps.length });
    else messenger.warn(t('{0} cannot be edited from here: it is a link, or lies outside of the folder.', path));
  }
  if (steps.length === 0) return isDone;
  const count = edits.reduce((sum, { places }) => sum + new Set(places.map(({ image }) => image)).size, 0);
  const first = displayPath(nameOf(firstImage));
  const what = count === 1 ? note(journalMessages.relabeled, first, label) : note(journalMessages.relabeledMany, count, label);
  const journal = await journals.of(root.path);
  return (await work.tell(root.path, await journal.perform({ what, steps }))) || isDone;
}

function editOpen(open: TextDocument, splices: readonly Splice[]): Thenable<boolean> {
  const edit = new WorkspaceEdit();
  for (const { at, before, after } of splices) {
    const [start, end] = [open.positionAt(at), open.positionAt(at + before.length)];
    edit.replace(open.uri, new Range(start.line, start.character, end.line, end.character), after);
  }
  return workspace.applyEdit(edit);
}
