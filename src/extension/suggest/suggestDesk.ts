import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { commands as vscodeCommands, Uri, window, workspace } from 'vscode';
import type { Disposable, Event } from 'vscode';
import type { ImageRecord } from '../../core/dataset/image';
import { extensionOf } from '../../core/dataset/imageFiles';
import { nameOf } from '../../core/dataset/paths';
import { displayPath } from '../../core/findings/findingMessage';
import { classMoves } from '../../core/suggest/classPlaces';
import type { ClassMove } from '../../core/suggest/classPlaces';
import { acceptedNote } from '../../core/suggest/suggestMessages';
import type { Suggestion, SuggestSummary } from '../../core/suggest/suggestion';
import type { SuggestAction, SuggestSnapshot, SuggestedImage } from '../../protocol/panelSuggest';
import { SuggestRequest, type SuggestProgress } from '../../protocol/suggest';
import type { FileActions } from '../actions/fileActions';
import { areOnDisk } from '../commands/onDisk';
import { isUri, pickFolder, shownPath, urisOf } from '../commands/picking';
import type { HandlersOf } from '../commands/register';
import type { Engine } from '../engineProcess/engine';
import { isCancellation } from '../engineProcess/errors';
import type { ParamsSource } from '../scan/scanController';
import { pathBelow } from '../session/session';
import type { Messenger } from '../util/messages';
import { showProgress } from '../util/progress';
import { pickHome, pickReferences, rootOfFolder } from './suggestFolders';
import type { ClassHome } from './suggestFolders';

export interface SuggestEngine extends Engine {
  readonly onDidSuggestProgress: Event<SuggestProgress>;
}

export interface SuggestDeskParts {
  readonly engine: SuggestEngine;
  readonly source: ParamsSource;
  readonly files: Pick<FileActions, 'moveImages' | 'table'>;
  readonly messenger: Messenger;
  readonly showPage: () => void;
  /** Something that the page shows has changed. */
  readonly changed: () => void;
}

/** What one run suggested, and what became of it. */
interface Batch {
  readonly folder: Uri;
  readonly references: Uri;
  readonly home: ClassHome;
  readonly summary: SuggestSummary;
  /** By place, in path order; those accepted are gone from `open`. */
  readonly open: Map<string, Suggestion>;
}

interface Accepted {
  readonly suggestions: readonly Suggestion[];
  readonly undo: () => Promise<boolean>;
}

/** What is undone in one window is done again by hand sooner than remembered any longer. */
const rememberedActions = 100;

/** Labels suggested from references: asked for by a command, shown by the panel, accepted in bulk. */
export class SuggestDesk implements Disposable {
  private batch: Batch | undefined;
  private accepted: Accepted[] = [];
  private problem: string | undefined;
  private isBusy = false;

  constructor(private readonly parts: SuggestDeskParts) {}

  table(): HandlersOf<'suggestLabels'> {
    return {
      suggestLabels: (...args) => this.suggest(urisOf(args)[0], isUri(args[1]) ? args[1] : undefined),
    };
  }

  snapshot(): SuggestSnapshot | null {
    const { batch, problem } = this;
    if (!batch) return null;
    const { folder, references, home, summary, open } = batch;
    const inOrder = summary.suggestions.filter(({ path }) => open.has(path));
    return {
      folder: displayPath(shownPath(folder)),
      home: displayPath(shownPath(Uri.file(home.folder))),
      encoder: summary.encoder,
      classes: summary.classes.map(({ label, references: own }) => ({
        label,
        references: own.length,
        example: imageAt(Uri.joinPath(references, ...own[0].split('/')).fsPath),
      })),
      ...(summary.trial && { trial: summary.trial }),
      images: inOrder.map(each => this.shownImage(folder, each)),
      accepted: summary.suggestions.length - inOrder.length,
      ...(problem !== undefined && { problem }),
    };
  }

  /** Whether the page may show a file: an image with a suggestion, or a reference. */
  shows(path: string): boolean {
    const { batch } = this;
    if (!batch) return false;
    const place = pathBelow(batch.folder.fsPath, path);
    if (place !== undefined && batch.open.has(place)) return true;
    const reference = pathBelow(batch.references.fsPath, path);
    return reference !== undefined && batch.summary.classes.some(({ references }) => references.includes(reference));
  }

  /** Resolves to whether it was done. */
  async act(action: SuggestAction): Promise<boolean> {
    if (action.kind === 'show') {
      this.parts.showPage();
      return true;
    }
    if (action.kind === 'open') return this.openImage(action.place);
    if (this.isBusy) return false;
    this.isBusy = true;
    this.problem = undefined;
    try {
      return await this.change(action);
    } finally {
      this.isBusy = false;
      this.parts.changed();
    }
  }

  private async change(action: Exclude<SuggestAction, { kind: 'open' }>): Promise<boolean> {
    switch (action.kind) {
      case 'undo':
        return this.undo();
      case 'accept':
        return this.accept(action.places, undefined);
      case 'other': {
        const label = await this.pickClass();
        return label !== undefined && this.accept(action.places, label);
      }
      default:
        return false;
    }
  }

  dispose(): void {
    this.batch = undefined;
    this.accepted = [];
  }

  /** @param folder what a menu passed; what is missing is asked for. Resolves to whether there are suggestions. */
  private async suggest(given: Uri | undefined, givenReferences: Uri | undefined): Promise<boolean> {
    const { engine, source, messenger, showPage } = this.parts;
    const { t } = messenger;
    const folder = given ?? (await pickFolder(t, t('Choose the folder of images to label'), t('Suggest Labels')));
    if (!folder || !areOnDisk([folder], messenger)) return false;
    const references = givenReferences ?? (await pickReferences(t));
    if (!references || !areOnDisk([references], messenger)) return false;
    const home = await pickHome(folder, references, t);
    if (!home) return false;
    const params = {
      root: await rootOfFolder(folder, source, messenger),
      references: await rootOfFolder(references, source, messenger),
      trusted: workspace.isTrusted,
    };
    try {
      const summary = await showProgress({
        title: t('Twinlint: suggesting labels for {0}', displayPath(shownPath(folder))),
        onDidProgress: engine.onDidSuggestProgress,
        stage: ({ done, total }) => ({
          message: t('{0} of {1} images', done, total),
          percent: (100 * done) / Math.max(1, total),
        }),
        work: token => engine.request(SuggestRequest, params, token),
      });
      const open = new Map(summary.suggestions.map(each => [each.path, each]));
      this.batch = { folder, references, home, summary, open };
      this.accepted = [];
      this.problem = undefined;
      messenger.notes(summary.notes);
      showPage();
      return true;
    } catch (error) {
      if (!isCancellation(error)) messenger.failure(t('No labels could be suggested.'), error);
      return false;
    }
  }

  private shownImage(folder: Uri, { path, label, confidence, second }: Suggestion): SuggestedImage {
    return { image: imageAt(Uri.joinPath(folder, ...path.split('/')).fsPath), place: path, label, confidence, second };
  }

  private async pickClass(): Promise<string | undefined> {
    const { t } = this.parts.messenger;
    const labels = this.batch?.summary.classes.map(({ label }) => label) ?? [];
    return window.showQuickPick(labels, { placeHolder: t('Choose the right label') });
  }

  /** Moves images to the folders of their classes. @param label of all of them, instead of their own */
  private async accept(places: readonly string[], label: string | undefined): Promise<boolean> {
    const { batch } = this;
    const chosen = places.flatMap(place => batch?.open.get(place) ?? []);
    if (!batch || chosen.length === 0) return false;
    const { folder, home } = batch;
    const before = pathBelow(home.root, folder.fsPath) ?? '';
    const below = (place: string): string => (before === '' ? place : `${before}/${place}`);
    const wanted = chosen.map(each => ({ path: below(each.path), content: each.content, label: label ?? each.label }));
    const moves = await this.plan(wanted, home);
    if (!moves) return false;
    const labelOf = new Map(wanted.map(each => [each.path, each.label]));
    const done = await this.parts.files.moveImages(
      home.root,
      () => acceptedNote(moves.map(({ path }) => labelOf.get(path)!)),
      moves.map(({ path, content, to }) => ({ file: { path, content }, to })),
    );
    // What is in its class folder already is accepted without a move.
    const at = pathBelow(home.root, home.folder) ?? '';
    const isHome = (path: string, own: string): boolean =>
      below(path) === [at, own, nameOf(path)].filter(part => part !== '').join('/');
    const gone = chosen.filter(({ path, label: own }) => isHome(path, label ?? own) || !existsSync(join(home.root, below(path))));
    for (const { path } of gone) batch.open.delete(path);
    if (gone.length < chosen.length) {
      this.problem = this.parts.messenger.t('{0} images stayed where they are.', chosen.length - gone.length);
    }
    if (gone.length === 0) return false;
    const undo = done?.undo ?? ((): Promise<boolean> => Promise.resolve(true));
    this.accepted = [...this.accepted, { suggestions: gone, undo }].slice(-rememberedActions);
    return true;
  }

  /**
   * Where the images go. Where names are taken in the class folders, a person is asked; nothing is ever overwritten.
   * @returns undefined where nothing is to be moved
   */
  private async plan(wanted: Parameters<typeof classMoves>[0], home: ClassHome): Promise<readonly ClassMove[] | undefined> {
    const { t } = this.parts.messenger;
    const isThere = (place: string): boolean => existsSync(join(home.root, place));
    const folder = pathBelow(home.root, home.folder) ?? '';
    const moves = classMoves(wanted, folder);
    const taken = moves.filter(({ to }) => isThere(to));
    if (taken.length === 0) return moves;
    const both = t('Keep Both, with Numbers');
    const leave = t('Leave Them Here');
    const question = t('{0} files of these names are in their class folders already, such as {1}.', taken.length, taken[0].to);
    const detail = t('Nothing is overwritten: the images get numbered names, or stay where they are.');
    const answer = await window.showWarningMessage(question, { modal: true, detail }, both, leave);
    if (answer === both) return classMoves(wanted, folder, isThere);
    return answer === leave ? moves.filter(move => !taken.includes(move)) : undefined;
  }

  /** Takes back what was accepted last; without it, the last action of the journal. */
  private async undo(): Promise<boolean> {
    const { batch } = this;
    const last = this.accepted.at(-1);
    if (!batch || !last) return (await this.parts.files.table().undoAction()) === true;
    if (!(await last.undo())) return false;
    this.accepted = this.accepted.slice(0, -1);
    for (const each of last.suggestions) {
      if (existsSync(Uri.joinPath(batch.folder, ...each.path.split('/')).fsPath)) batch.open.set(each.path, each);
    }
    return true;
  }

  private async openImage(place: string): Promise<boolean> {
    const { batch } = this;
    if (!batch?.open.has(place)) return false;
    await vscodeCommands.executeCommand('vscode.open', Uri.joinPath(batch.folder, ...place.split('/')));
    return true;
  }
}

/** An image that no scan knows: its path is absolute, and nothing else of it is known. */
const imageAt = (path: string): ImageRecord => ({
  index: -1,
  root: -1,
  path,
  content: '',
  sizeBytes: 0,
  modifiedMs: 0,
  width: 0,
  height: 0,
  format: extensionOf(path),
});
