import { commands as vscodeCommands, Uri, window, workspace } from 'vscode';
import { CompareModelsRequest, type ModelComparison } from '../../protocol/labeling';
import type { ModelChange } from '../../protocol/panelTraining';
import { ExportOnnxRequest, type TrainSummary } from '../../protocol/training';
import { isModelName, modelNameOf } from '../../workspace/models';
import { noFolderText } from '../commands/onDisk';
import type { Engine } from '../engineProcess/engine';
import { wordsOf } from '../engineProcess/errors';
import type { RootSpec } from '../scan/rootSpecs';
import type { Words } from '../scan/scanText';
import type { Session } from '../session/session';
import type { Messenger } from '../util/messages';
import type { ModelComparer } from './modelComparer';
import type { DeletedModel, ModelLibrary } from './modelLibrary';
import { readTrainSettings } from './trainSettings';
import { changeText, shareText } from './trainText';

export interface ModelFlowParts {
  readonly library: ModelLibrary;
  readonly comparer: ModelComparer;
  readonly engine: Engine;
  readonly session: Session;
  readonly messenger: Messenger;
  readonly words: Words;
  readonly roots: () => readonly RootSpec[];
  /** Something that the page shows has changed. */
  readonly changed: () => void;
}

/** With fewer audits, held-back pairs say more of whether a model does worse. */
const leastAudits = 20;

/** What a person does to models. Each resolves to whether it was done. */
export class ModelFlow {
  private lastDeleted: DeletedModel | undefined;
  private lastChange: ModelChange | null = null;

  constructor(private readonly parts: ModelFlowParts) {}

  /** What the last change of models did to the findings. */
  get change(): ModelChange | null {
    return this.lastChange;
  }

  /** Why nothing can be changed here; null where it can. */
  get locked(): string | null {
    const { messenger, roots } = this.parts;
    const { t } = messenger;
    if (!workspace.isTrusted) return t('This workspace is not trusted: nothing is trained, and its models are not used.');
    if (roots().length === 0) return noFolderText(t);
    return null;
  }

  /** False, having said why, where nothing may be written. */
  mayWrite(): boolean {
    const { messenger } = this.parts;
    const { t } = messenger;
    if (!workspace.isTrusted) {
      messenger.warn(t('This workspace is not trusted: nothing is trained, and its models are not used.'), {
        label: t('Manage Workspace Trust'),
        run: () => vscodeCommands.executeCommand('workbench.trust.manage'),
      });
      return false;
    }
    if (this.locked !== null) messenger.info(this.locked);
    return this.locked === null;
  }

  /** The folder that something is for: the only one, or the one chosen. */
  async pickRoot(placeHolder: string): Promise<RootSpec | undefined> {
    const roots = this.parts.roots();
    if (roots.length <= 1) return roots[0];
    const picked = await window.showQuickPick(
      roots.map(root => ({ label: root.name, description: root.path, root })),
      { placeHolder },
    );
    return picked?.root;
  }

  /**
   * A training has ended: its model is made active where the settings say so and it is not known to do worse than the active one, else
   * it is offered. Where there are enough audits they say which does worse; else the held-back pairs do, as far as they are known.
   *
   * @param text How the training went.
   */
  async offer(rootPath: string, { model, before }: TrainSummary, text: string): Promise<void> {
    const { messenger, roots } = this.parts;
    const { t } = messenger;
    const { activate } = readTrainSettings();
    const root = roots().find(each => each.path === rootPath);
    if (!root) {
      messenger.info(`${text} ${t('It lies in {0}, which is not open any more.', rootPath)}`);
      return;
    }
    const accuracy = before && model.metrics ? { before: before.accuracy, after: model.metrics.accuracy } : null;
    const judged = await this.judgedByAudits(root, model);
    const told = judged ? `${text} ${this.auditText(judged)}` : text;
    const isWorse = judged ? judged.after < judged.before : accuracy !== null && accuracy.after < accuracy.before;
    if (activate === 'better' && !isWorse) {
      if (!(await this.telling(() => this.makeActive(root, model.path, told, accuracy)))) messenger.info(told);
      return;
    }
    const words = !isWorse
      ? told
      : judged
        ? `${told} ${t('It does worse than the active model, so it was not made active.')}`
        : `${told} ${t('It does worse than the model it started from, so it was not made active.')}`;
    messenger.info(words, ...(activate === 'never' ? [] : [this.activateChoice(root, model.path)]));
  }

  /** Puts a model beside another one of its folder. */
  async compare(path: string): Promise<boolean> {
    const { library, comparer } = this.parts;
    const root = library.rootOf(path);
    const row = library.rowOf(path);
    if (!this.mayWrite() || !root || !row) return this.tellGone();
    let isDone = false;
    const isTold = await this.telling(async () => {
      isDone = await comparer.compare(row, await library.activePath(root));
    });
    return isTold && isDone;
  }

  async activate(path: string | null): Promise<boolean> {
    const { library, roots } = this.parts;
    if (!this.mayWrite()) return false;
    const root = path === null ? ((await this.rootWithModel()) ?? roots()[0]) : library.rootOf(path);
    if (!root || (path !== null && !library.rowOf(path))) return this.tellGone();
    return this.telling(() => this.makeActive(root, path));
  }

  async previous(): Promise<boolean> {
    const { library, messenger } = this.parts;
    const { t } = messenger;
    if (!this.mayWrite()) return false;
    const root = library.rootWithPrevious();
    if (!root) {
      messenger.info(t('There is no previous model to go back to.'));
      return false;
    }
    return this.telling(async () => {
      this.lastChange = await library.activatePrevious(root);
      const path = await library.activePath(root);
      this.tellActive(path, this.lastChange, undefined);
    });
  }

  async rename(path: string): Promise<boolean> {
    const { library, messenger } = this.parts;
    const { t } = messenger;
    const root = library.rootOf(path);
    if (!this.mayWrite() || !root || !library.rowOf(path)) return this.tellGone();
    const old = modelNameOf(path);
    const name = await window.showInputBox({
      title: t('Rename the model {0}', old),
      value: old,
      validateInput: text => (isModelName(text) ? undefined : t('A name must not be empty, nor hold any of < > : " / \\ | ? *')),
    });
    if (name === undefined || !isModelName(name) || name === old) return false;
    return this.telling(async () => void (await library.rename(root, path, name)));
  }

  async delete(path: string): Promise<boolean> {
    const { library, messenger } = this.parts;
    const { t } = messenger;
    const root = library.rootOf(path);
    if (!this.mayWrite() || !root || !library.rowOf(path)) return this.tellGone();
    return this.telling(async () => {
      const deleted = await library.delete(root, path);
      this.lastDeleted = deleted;
      messenger.info(t('The model {0} is in the trash.', modelNameOf(path)), {
        label: t('Undo'),
        run: () => this.undoDelete(deleted),
      });
    });
  }

  async undoDelete(deleted = this.lastDeleted): Promise<boolean> {
    const { library, messenger, roots } = this.parts;
    const root = roots().find(each => each.path === deleted?.root);
    if (!deleted || !root) return false;
    if (this.lastDeleted === deleted) this.lastDeleted = undefined;
    return this.telling(async () => {
      const isBack = await library.restore(root, deleted);
      if (!isBack) messenger.warn(messenger.t('The model {0} could not be restored.', modelNameOf(deleted.path)));
    });
  }

  async export(path: string): Promise<boolean> {
    const { library, engine, messenger } = this.parts;
    const { t } = messenger;
    if (!library.rowOf(path)) return this.tellGone();
    const folder = workspace.workspaceFolders?.[0]?.uri ?? Uri.joinPath(Uri.file(path), '..');
    const target = await window.showSaveDialog({
      defaultUri: Uri.joinPath(folder, `${modelNameOf(path)}.onnx`),
      filters: { ONNX: ['onnx'] },
      title: t('Export the model {0} as ONNX', modelNameOf(path)),
    });
    if (!target) return false;
    if (target.scheme !== 'file') {
      messenger.error(t('{0} is not on disk.', target.toString()));
      return false;
    }
    return this.telling(async () => {
      const { sizeBytes } = await engine.request(ExportOnnxRequest, { path, outPath: target.fsPath });
      const size = t('{0} MB', (sizeBytes / 2 ** 20).toFixed(1));
      messenger.info(t('{0} was written ({1}).', workspace.asRelativePath(target), size));
    });
  }

  private async makeActive(
    root: RootSpec,
    path: string | null,
    text?: string,
    accuracy: ModelChange['accuracy'] = null,
  ): Promise<void> {
    const change = await this.parts.library.activate(root, path);
    this.lastChange = change && { ...change, accuracy };
    this.parts.changed();
    // The sentence about the training has the accuracies already.
    this.tellActive(path, change, text);
  }

  private tellActive(path: string | null, change: ModelChange | null, text: string | undefined): void {
    const { messenger, words } = this.parts;
    const { t } = messenger;
    const active = path === null ? t('The built-in measure is active') : t('The model {0} is active', modelNameOf(path));
    const line = change ? t('{0}: {1}.', active, changeText(change, words)) : t('{0}.', active);
    messenger.info(text === undefined ? line : `${text} ${line}`, {
      label: t('Go Back'),
      run: () => this.previous(),
    });
  }

  /** Accuracies of the active model and of a new one on the same audits; undefined where those are too few, or cannot be judged. */
  private async judgedByAudits(
    root: RootSpec,
    model: TrainSummary['model'],
  ): Promise<{ readonly audits: number; readonly before: number; readonly after: number } | undefined> {
    const { library, engine, session } = this.parts;
    if (!session.state) return undefined;
    try {
      const active = await library.activePath(root);
      const { relation } = model;
      // Models of different relations answer different questions; the built-in measure knows pictures only.
      const activeRelation = active === null ? 'same-picture' : library.rowOf(active)?.info.relation;
      if (activeRelation !== relation || active === model.path) return undefined;
      const found: ModelComparison | null = await engine.request(CompareModelsRequest, {
        models: [active, model.path],
        relation,
      });
      if (!found?.accuracies || found.audits < leastAudits) return undefined;
      const [before, after] = found.accuracies.map(({ accuracy }) => accuracy.value);
      return { audits: found.audits, before, after };
    } catch {
      // A damaged active model, or an engine that has ended: the held-back pairs remain.
      return undefined;
    }
  }

  private auditText({
    audits,
    before,
    after,
  }: {
    readonly audits: number;
    readonly before: number;
    readonly after: number;
  }): string {
    const { messenger, words } = this.parts;
    return messenger.t('On {0} audits: accuracy {1} → {2}.', audits, shareText(before, words), shareText(after, words));
  }

  private activateChoice(root: RootSpec, path: string): { readonly label: string; readonly run: () => Promise<boolean> } {
    return { label: this.parts.messenger.t('Make Active'), run: () => this.telling(() => this.makeActive(root, path)) };
  }

  private async rootWithModel(): Promise<RootSpec | undefined> {
    for (const root of this.parts.roots()) if ((await this.parts.library.activePath(root)) !== null) return root;
    return undefined;
  }

  private tellGone(): false {
    if (this.locked === null) this.parts.messenger.warn(this.parts.messenger.t('This model is no longer there.'));
    void this.parts.library.refresh();
    return false;
  }

  /** Does something to files; a failure is told in words. */
  private async telling(work: () => Promise<void>): Promise<boolean> {
    const { messenger, changed } = this.parts;
    try {
      await work();
      return true;
    } catch (error) {
      messenger.error(wordsOf(error, messenger.t), messenger.showLogChoice());
      return false;
    } finally {
      changed();
    }
  }
}
