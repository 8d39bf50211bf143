import { Uri, window, workspace } from 'vscode';
import { boxContent } from '../../core/findings/boxContent';
import { displayPath } from '../../core/findings/findingMessage';
import type { Finding } from '../../core/findings/finding';
import { nameOf } from '../../core/dataset/paths';
import type { ImageRecord } from '../../core/dataset/image';
import { ScannedImagesRequest, type ScannedImages } from '../../protocol/curation';
import { FindingsRequest } from '../../protocol/engine';
import type { LabelQuestion } from '../../protocol/labelReview';
import type { HandlersOf } from '../commands/register';
import { activeImage, diskFolders, shownPath, urisOf } from '../commands/picking';
import { actionSettings, settingsSection } from '../contributions';
import type { Engine } from '../engineProcess/engine';
import type { ScanController } from '../scan/scanController';
import type { RootSpec } from '../scan/rootSpecs';
import type { Session } from '../session/session';
import type { Messenger } from '../util/messages';
import { FileWork } from './fileWork';
import { decideGroups, moveGroup, previewGroups, resplitRoot, type CurateSettings } from './groupActions';
import { Journals } from './journals';
import type { Trash, VerdictBook } from './ports';
import { pickLabel, relabel, relabelBox, seenBox } from './relabel';
import type { Note } from '../../core/dataset/note';
import type { SeenTravel } from '../../workspace/sidecars/planTravels';
import type { ScanSettings } from '../../core/settings/scanSettings';

/** Of one image, to find the one that is meant. */
const mostBoxes = 1000;

export type FileCommand =
  'undoAction' | 'redoAction' | 'showHistory' | 'relabel' | 'labelIsRight' | 'moveGroupToTrain' | 'trashGroups' | 'resplit';

export interface FileActionParts {
  readonly engine: Engine;
  readonly session: Session;
  readonly scans: ScanController;
  readonly verdicts: VerdictBook;
  readonly trash: Trash;
  readonly messenger: Messenger;
  readonly settingsOf: (root: RootSpec) => Promise<ScanSettings>;
  readonly changed: () => void;
}

/** Commands that move or edit files, and those that take it back. */
export class FileActions {
  private readonly journals: Journals;
  private readonly work: FileWork;
  private readonly quietWork: FileWork;

  constructor(private readonly parts: FileActionParts) {
    const { scans, messenger, changed, settingsOf } = parts;
    this.journals = new Journals(() => this.allRoots(), settingsOf);
    this.work = new FileWork({ journals: this.journals, scans, messenger, changed });
    this.quietWork = new FileWork({ journals: this.journals, scans, messenger, changed, quiet: true });
  }

  table(): HandlersOf<FileCommand> {
    return {
      undoAction: () => this.turnLast('undo'),
      redoAction: () => this.turnLast('redo'),
      showHistory: () => this.showHistory(),
      relabel: (...args) => this.relabel(args),
      labelIsRight: (...args) => this.labelIsRight(args),
      moveGroupToTrain: (...args) => this.moveGroupToTrain(args),
      trashGroups: () => this.trashGroups(),
      resplit: () => this.resplit(),
    };
  }

  /**
   * Gives one image another label, for a page that shows itself what was done.
   * @returns null where it was not done; `undo` is absent where the label stands in a file that is open and not saved
   */
  async giveLabel(
    { image, label: before, at }: LabelQuestion,
    label: string,
  ): Promise<{ readonly undo?: () => Promise<boolean> } | null> {
    const { session, messenger } = this.parts;
    const root = session.roots[image.root];
    const scanned = await this.scanned();
    if (!scanned || !root || !this.quietWork.mayWrite()) return null;
    const last = await this.journals.lastDone();
    const parts = { work: this.quietWork, journals: this.journals, messenger };
    const isDone = at
      ? await relabelBox(root, { image: image.path, at, label: before }, label, parts)
      : await relabel(root, [image], label, scanned.images, parts);
    if (!isDone) return null;
    const done = await this.journals.lastDone();
    if (!done || done.item.id === last?.item.id) return {};
    return { undo: () => this.quietWork.turn(done.rootPath, done.item.id, 'undo') };
  }

  /**
   * Moves images below a folder in one action, for a page that shows itself what was done.
   * @returns the way back; null where nothing moved
   */
  async moveImages(
    rootPath: string,
    what: (count: number) => Note,
    travels: readonly SeenTravel[],
  ): Promise<{ readonly undo: () => Promise<boolean> } | null> {
    if (!(await this.quietWork.move(rootPath, what, travels))) return null;
    const done = await (await this.journals.of(rootPath)).lastDone();
    return done ? { undo: () => this.quietWork.turn(rootPath, done.id, 'undo') } : null;
  }

  /** Asks for a label, the suggested one first. */
  pickLabel({ label, suggested }: LabelQuestion): Promise<string | undefined> {
    const classes = this.parts.session.state?.summary.classes ?? [];
    return pickLabel(classes, label, suggested, this.parts.messenger.t);
  }

  private async turnLast(direction: 'undo' | 'redo'): Promise<boolean> {
    const { messenger } = this.parts;
    const last = await (direction === 'undo' ? this.journals.lastDone() : this.journals.lastUndone());
    if (last) return this.work.turn(last.rootPath, last.item.id, direction);
    messenger.info(
      direction === 'undo'
        ? messenger.t('There is no Twinlint action to undo.')
        : messenger.t('There is no Twinlint action to do again.'),
    );
    return false;
  }

  private async showHistory(): Promise<void> {
    const { messenger } = this.parts;
    const { t } = messenger;
    const actions = await this.journals.history();
    if (actions.length === 0) {
      messenger.info(t('There are no Twinlint actions yet.'));
      return;
    }
    const several = new Set(actions.map(each => each.rootPath)).size > 1;
    const stateOf = (state: string): string =>
      state === 'undone' ? t('undone') : state === 'partly' ? t('partly done') : state === 'interrupted' ? t('interrupted') : '';
    const items = actions.map(({ rootPath, rootName, item }) => {
      const files = item.files === 1 ? t('1 file') : t('{0} files', item.files);
      const place = several ? rootName : '';
      return {
        label: `$(${item.state === 'undone' ? 'circle-slash' : 'check'}) ${displayPath(t(item.what.message, ...item.what.args))}`,
        description: [files, stateOf(item.state), place].filter(each => each !== '').join(' · '),
        detail: new Date(item.time).toLocaleString(),
        rootPath,
        item,
      };
    });
    const picked = await window.showQuickPick(items, {
      title: t('Twinlint history'),
      placeHolder: t('Choose an action to undo it, or one that was undone to do it again'),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (picked) await this.work.turn(picked.rootPath, picked.item.id, picked.item.state === 'undone' ? 'redo' : 'undo');
  }

  private async relabel(args: readonly unknown[]): Promise<boolean> {
    const { session, messenger } = this.parts;
    const { t } = messenger;
    const scanned = await this.scanned();
    if (!scanned || !this.work.mayWrite()) return false;
    const images = await this.imagesOf(args, scanned);
    if (images.length === 0) return false;
    const finding = await this.doubtOf(images[0], args.at(2));
    const given = typeof args[1] === 'string' ? args[1] : undefined;
    const classes = session.state?.summary.classes ?? [];
    const label = given ?? (await pickLabel(classes, images[0].label, finding?.details.labels?.[1], t));
    if (label === undefined) return false;
    let done = false;
    const box = finding && seenBox(finding);
    if (box) {
      return relabelBox(session.roots[finding.root], box, label, { work: this.work, journals: this.journals, messenger });
    }
    for (const [index, root] of session.roots.entries()) {
      if (root.settings.labelUnit === 'boxes' && images.some(image => image.root === index)) {
        messenger.info(t('In {0} boxes have labels, not images; relabel a box where it is doubted.', root.name));
        continue;
      }
      const own = images.filter(image => image.root === index && image.label !== label && !image.reference);
      if (own.length === 0) continue;
      const parts = { work: this.work, journals: this.journals, messenger };
      done = (await relabel(root, own, label, scanned.images, parts)) || done;
    }
    return done;
  }

  private async labelIsRight(args: readonly unknown[]): Promise<boolean> {
    const { session, scans, verdicts, messenger } = this.parts;
    const scanned = await this.scanned();
    if (!scanned || !this.work.mayWrite()) return false;
    const images = await this.imagesOf(args, scanned);
    for (const image of images) {
      const root = session.roots[image.root];
      const doubted = (await this.doubtOf(image, args.at(1)))?.details.box;
      const content = doubted ? boxContent(image.content, doubted) : image.content;
      const draft = {
        relation: 'same-class',
        verdict: 'ignore' as const,
        images: [{ content, path: image.path }],
      };
      const saved = await verdicts.add(root.path, [draft]);
      messenger.notes(saved.notes);
      const text = messenger.t('The label of {0} is remembered as right.', displayPath(nameOf(image.path)));
      messenger.info(text, {
        label: messenger.t('Undo'),
        run: async () => {
          messenger.notes(await verdicts.retractAll(root.path, saved.ids, 'same-class'));
          messenger.notes(await scans.refreshVerdicts());
        },
      });
    }
    if (images.length > 0) messenger.notes(await scans.refreshVerdicts());
    return images.length > 0;
  }

  private async moveGroupToTrain(args: readonly unknown[]): Promise<boolean> {
    const { session, messenger } = this.parts;
    const scanned = await this.scanned();
    if (!scanned || !this.work.mayWrite()) return false;
    const [image] = await this.imagesOf(args, scanned);
    if (!image) return false;
    return moveGroup(scanned, image, session.roots[image.root], 'train', this.settings(), { work: this.work, messenger });
  }

  private async trashGroups(): Promise<boolean> {
    const { session, trash, scans, messenger, changed } = this.parts;
    const { t } = messenger;
    const scanned = await this.scanned();
    if (!scanned || !this.work.mayWrite()) return false;
    const decisions = await decideGroups(scanned, session.roots, this.settings());
    if (decisions.length === 0) {
      messenger.info(t('There are no groups with images that may go, at the current threshold.'));
      return false;
    }
    const chosen = await previewGroups(decisions, messenger);
    if (!chosen || chosen.length === 0) return false;
    const gone: string[] = [];
    for (const [index, root] of session.roots.entries()) {
      const own = chosen
        .map(({ keep, trash: files }) => ({ keep, files: files.filter(file => file.root === index) }))
        .filter(({ files }) => files.length > 0);
      if (own.length === 0) continue;
      const sets = own.map(({ keep, files }) => ({ keep: { root: session.roots[keep.root], image: keep }, files }));
      const result = await trash.moveSets(root, sets);
      messenger.notes(result.notes);
      gone.push(...(result.move?.paths ?? []).map(path => Uri.joinPath(Uri.file(root.path), ...path.split('/')).fsPath));
    }
    if (gone.length === 0) return false;
    await scans.update(gone);
    changed();
    messenger.info(t('{0} files are in the trash.', gone.length), { label: t('Undo'), run: () => this.turnLast('undo') });
    return true;
  }

  private async resplit(): Promise<boolean> {
    const { session, messenger } = this.parts;
    const scanned = await this.scanned();
    if (!scanned || !this.work.mayWrite()) return false;
    const roots = session.roots.map((root, index) => ({ label: root.name, root, index })).filter(({ root }) => !root.reference);
    const picked =
      roots.length > 1 ? await window.showQuickPick(roots, { placeHolder: messenger.t('Choose the folder') }) : roots.at(0);
    if (!picked) return false;
    return resplitRoot(scanned, picked.index, picked.root, this.settings(), { work: this.work, messenger });
  }

  private async scanned(): Promise<ScannedImages | undefined> {
    const { engine, session, scans, messenger } = this.parts;
    const found =
      session.state && (await scans.ready())
        ? await engine.request(ScannedImagesRequest, { threshold: session.state.threshold })
        : undefined;
    if (!found) messenger.info(messenger.t('There is no scan yet. Run "Twinlint: Find Similar Images" on a folder first.'));
    return found ?? undefined;
  }

  /** From a link, which passes a path, from a menu, or the image in the active tab. */
  private async imagesOf(args: readonly unknown[], { images }: ScannedImages): Promise<ImageRecord[]> {
    const { session, messenger } = this.parts;
    const uris = typeof args[0] === 'string' ? [Uri.file(args[0])] : urisOf(args);
    const active = activeImage();
    const paths = uris.length > 0 ? uris : active ? [active] : [];
    if (paths.length === 0) {
      messenger.info(messenger.t('Open an image first, or choose one in the Explorer.'));
      return [];
    }
    const found: ImageRecord[] = [];
    for (const uri of paths) {
      const place = session.locate(uri.fsPath);
      const image = place && images.find(each => each.root === place.root && each.path === place.path);
      if (image) found.push(image);
      else messenger.warn(messenger.t('{0} is not among the scanned images.', shownPath(uri)));
    }
    return found;
  }

  /** The doubt about an image's label; of those about its boxes the one with an id, else the worst. */
  private async doubtOf(image: ImageRecord, id: unknown): Promise<Finding | undefined> {
    const path = this.parts.session.fsPathOf(image);
    const page = await this.parts.engine.request(FindingsRequest, { offset: 0, limit: mostBoxes, path, kinds: ['mislabeled'] });
    return page.findings.find(finding => finding.id === id) ?? page.findings.at(0);
  }

  private settings(): CurateSettings {
    const values = workspace.getConfiguration(settingsSection);
    const listOf = (key: keyof typeof actionSettings): readonly string[] => {
      const value: unknown = values.get(key);
      return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : actionSettings[key];
    };
    return { keep: listOf('curate.keep'), protectedFolders: listOf('curate.protectedFolders') };
  }

  private allRoots(): readonly RootSpec[] {
    const specs = this.parts.scans.specs();
    const known = new Set(specs.map(spec => spec.path));
    const folders = diskFolders().filter(folder => !known.has(folder.uri.fsPath));
    return [...specs, ...folders.map(folder => ({ path: folder.uri.fsPath, name: folder.name, only: [] }))];
  }
}
