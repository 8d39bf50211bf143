import { commands as vscodeCommands, ProgressLocation, Uri, ViewColumn, window, workspace } from 'vscode';
import type { Memento } from 'vscode';
import type { ImageRecord } from '../../core/dataset/image';
import { extensionOf, imageKindOf } from '../../core/dataset/imageFiles';
import { displayPath } from '../../core/findings/findingMessage';
import type { PairRow, ScanRoot } from '../../protocol/engine';
import { contextKeys } from '../contributions';
import type { Diagnostics } from '../diagnostics/diagnostics';
import type { ScanController } from '../scan/scanController';
import type { Session } from '../session/session';
import type { Messenger } from '../util/messages';
import type { Trash, TrashMove, VerdictBook } from './ports';

/** Moving as many takes long enough to show that something happens. */
const manyFiles = 20;
const trashExplainedKey = 'twinlint.trashExplained';

/** What VS Code's own image preview opens. */
const previewable: ReadonlySet<string> = new Set('jpg jpe jpeg png bmp gif webp avif svg'.split(' '));
/** The preview's editor; SVG would open as text without it. */
const previewEditor = 'imagePreview.previewEditor';

export interface ActionParts {
  readonly session: Session;
  readonly scans: ScanController;
  readonly diagnostics: Diagnostics;
  readonly verdicts: VerdictBook;
  readonly trash: Trash;
  readonly messenger: Messenger;
  /** Kept across windows. */
  readonly globalState: Memento;
  /** Shows a pair in our own compare view. */
  readonly compare: (pair: PairRow) => Promise<void>;
  /** Something that the panel shows has changed. */
  readonly changed: () => void;
}

interface SavedVerdict {
  readonly root: ScanRoot;
  readonly id: string;
}

/** What a person does to a finding: from a notification, a menu, the palette or the panel. Each resolves to whether it was done. */
export class Actions {
  private readonly savedVerdicts: SavedVerdict[] = [];
  private readonly moves: TrashMove[] = [];

  constructor(private readonly parts: ActionParts) {}

  get canUndoTrash(): boolean {
    return this.moves.length > 0;
  }

  async notDuplicate(pair: PairRow): Promise<boolean> {
    const { session, verdicts, scans, messenger } = this.parts;
    const { t } = messenger;
    if (!this.mayWrite()) return false;
    const root = session.roots[pair.a.root];
    const saved = await verdicts.addDifferent(root, [pair.a, pair.b]);
    messenger.notes(saved.notes);
    messenger.notes(await scans.refreshVerdicts());
    if (saved.id === undefined) return true;
    const verdict = { root, id: saved.id };
    this.savedVerdicts.push(verdict);
    this.updateContext();
    messenger.info(t('{0} and {1} are remembered as different pictures.', nameOf(pair.a), nameOf(pair.b)), {
      label: t('Undo'),
      run: () => this.retract(verdict),
    });
    return true;
  }

  async undoVerdict(): Promise<boolean> {
    const last = this.savedVerdicts.at(-1);
    if (!last) {
      this.parts.messenger.info(this.parts.messenger.t('There is no verdict of this window to undo.'));
      return false;
    }
    return this.retract(last);
  }

  async keepAndTrash(keep: ImageRecord, files: readonly ImageRecord[]): Promise<boolean> {
    const { session, trash, scans, diagnostics, messenger } = this.parts;
    const { t } = messenger;
    if (!this.mayWrite() || !(await this.confirmTrash(keep, files))) return false;
    const done: TrashMove[] = [];
    const move = async (): Promise<void> => {
      // Each root has a trash of its own, on its own disk.
      for (const index of new Set(files.map(file => file.root))) {
        const ofRoot = files.filter(file => file.root === index);
        const result = await trash.move(session.roots[index], { root: session.roots[keep.root], image: keep }, ofRoot);
        messenger.notes(result.notes);
        if (result.move) done.push(result.move);
      }
    };
    if (files.length < manyFiles) await move();
    else {
      const title = t('Moving {0} images to the trash', files.length);
      await window.withProgress({ location: ProgressLocation.Notification, title }, move);
    }
    if (done.length === 0) return false;
    this.moves.push(...done);
    this.updateContext();
    const gone = done.flatMap(pathsOf);
    diagnostics.remove(gone.map(path => Uri.file(path)));
    await scans.update(gone);
    // Captions and masks went along.
    const asked = new Set(files.map(file => file.path));
    const images = done.flatMap(each => each.paths.filter(path => asked.has(path)));
    const text =
      images.length === 1
        ? t('{0} is in the trash; {1} was kept.', displayPath(images[0]), nameOf(keep))
        : t('{0} images are in the trash; {1} was kept.', images.length, nameOf(keep));
    messenger.info(text, { label: t('Undo'), run: () => this.restore(done) });
    return true;
  }

  async undoTrash(): Promise<boolean> {
    const { trash, scans, messenger } = this.parts;
    const last = this.moves.at(-1) ?? (await trash.list(this.trashRoots(scans))).at(0);
    if (!last) {
      messenger.info(messenger.t('The trash is empty.'));
      return false;
    }
    return this.restore([last]);
  }

  async restoreFromTrash(): Promise<boolean> {
    const { trash, scans, messenger } = this.parts;
    const { t } = messenger;
    const moves = await trash.list(this.trashRoots(scans));
    if (moves.length === 0) {
      messenger.info(t('The trash is empty.'));
      return false;
    }
    const picked = await window.showQuickPick(
      moves.map(move => ({
        label: displayPath(move.paths[0] ?? ''),
        description: move.paths.length > 1 ? t('and {0} more', move.paths.length - 1) : '',
        detail: `${new Date(move.time).toLocaleString()} · ${move.rootPath}`,
        move,
      })),
      { canPickMany: true, placeHolder: t('Choose what goes back to where it was'), matchOnDetail: true },
    );
    if (!picked || picked.length === 0) return false;
    return this.restore(picked.map(item => item.move));
  }

  async openBoth(pair: PairRow): Promise<boolean> {
    const { session, compare } = this.parts;
    const images = [pair.a, pair.b];
    if (!images.every(image => previewable.has(extensionOf(image.path)))) {
      await compare(pair);
      return true;
    }
    const columns = [ViewColumn.One, ViewColumn.Two];
    for (const [i, image] of images.entries()) {
      await vscodeCommands.executeCommand('vscode.openWith', session.uriOf(image), previewEditor, {
        viewColumn: columns[i],
        preview: false,
        preserveFocus: i > 0,
      });
    }
    return true;
  }

  async openImage(image: ImageRecord): Promise<boolean> {
    const uri = this.parts.session.uriOf(image);
    if (previewable.has(extensionOf(image.path))) {
      await vscodeCommands.executeCommand('vscode.openWith', uri, previewEditor, ViewColumn.Active);
    } else {
      await vscodeCommands.executeCommand('vscode.open', uri);
    }
    return true;
  }

  async revealImage(image: ImageRecord): Promise<boolean> {
    await vscodeCommands.executeCommand('revealInExplorer', this.parts.session.uriOf(image));
    return true;
  }

  private async retract(verdict: SavedVerdict): Promise<boolean> {
    const { verdicts, scans, messenger } = this.parts;
    const index = this.savedVerdicts.indexOf(verdict);
    if (index < 0) return false;
    this.savedVerdicts.splice(index, 1);
    this.updateContext();
    messenger.notes(await verdicts.retract(verdict.root, verdict.id));
    messenger.notes(await scans.refreshVerdicts());
    return true;
  }

  private async restore(moves: readonly TrashMove[], underNewNames = false): Promise<boolean> {
    const { trash, scans, messenger } = this.parts;
    const { t } = messenger;
    const back: string[] = [];
    const taken: TrashMove[] = [];
    for (const move of moves) {
      const { paths, conflicts, notes } = await trash.restore(move, underNewNames);
      back.push(...pathsOf({ rootPath: move.rootPath, paths }));
      const index = this.moves.findIndex(each => each.folder === move.folder);
      if (index >= 0 && conflicts.length === 0) this.moves.splice(index, 1);
      if (conflicts.length > 0) taken.push(move);
      if (conflicts.length === 0) messenger.notes(notes);
    }
    this.updateContext();
    if (taken.length > 0) {
      messenger.warn(t('Where some files were, other files stand now; they stay in the trash.'), {
        label: t('Restore under New Names'),
        run: () => this.restore(taken, true),
      });
    }
    if (back.length === 0) return false;
    await scans.update(back);
    const images = back.filter(path => imageKindOf(path));
    const [first] = images.length > 0 ? images : back;
    messenger.info(
      images.length <= 1
        ? t('{0} is back where it was.', displayPath(workspace.asRelativePath(Uri.file(first))))
        : t('{0} images are back where they were.', images.length),
    );
    return true;
  }

  private async confirmTrash(keep: ImageRecord, files: readonly ImageRecord[]): Promise<boolean> {
    const { globalState, messenger } = this.parts;
    const { t } = messenger;
    if (globalState.get(trashExplainedKey) === true) return true;
    const yes = t('Move to Trash');
    const question =
      files.length === 1
        ? t('Move {0} to the trash and keep {1}?', nameOf(files[0]), nameOf(keep))
        : t('Move {0} images to the trash and keep {1}?', files.length, nameOf(keep));
    const detail = t(
      'Nothing is deleted: the file goes to the trash folder of the workspace, and "Undo Last Move to Trash" brings it back. You are asked this once.',
    );
    if ((await window.showWarningMessage(question, { modal: true, detail }, yes)) !== yes) return false;
    await globalState.update(trashExplainedKey, true);
    return true;
  }

  private mayWrite(): boolean {
    const { messenger } = this.parts;
    if (workspace.isTrusted) return true;
    messenger.warn(messenger.t('This workspace is not trusted: Twinlint shows findings, but writes and moves nothing here.'), {
      label: messenger.t('Manage Workspace Trust'),
      run: () => vscodeCommands.executeCommand('workbench.trust.manage'),
    });
    return false;
  }

  private trashRoots(scans: ScanController): ReturnType<ScanController['specs']> {
    const specs = scans.specs();
    const folders = (workspace.workspaceFolders ?? []).filter(folder => folder.uri.scheme === 'file');
    const known = new Set(specs.map(spec => spec.path));
    return [
      ...specs,
      ...folders
        .filter(folder => !known.has(folder.uri.fsPath))
        .map(folder => ({ path: folder.uri.fsPath, name: folder.name, only: [] })),
    ];
  }

  private updateContext(): void {
    void vscodeCommands.executeCommand('setContext', contextKeys.canUndoTrash, this.canUndoTrash);
    void vscodeCommands.executeCommand('setContext', contextKeys.canUndoVerdict, this.savedVerdicts.length > 0);
    this.parts.changed();
  }
}

const nameOf = (image: ImageRecord): string => displayPath(image.path.slice(image.path.lastIndexOf('/') + 1));

const pathsOf = (move: { readonly rootPath: string; readonly paths: readonly string[] }): string[] =>
  move.paths.map(path => Uri.joinPath(Uri.file(move.rootPath), ...path.split('/')).fsPath);
