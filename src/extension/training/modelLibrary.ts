import { basename } from 'node:path';
import { EventEmitter } from 'vscode';
import type { Disposable, LogOutputChannel, Memento } from 'vscode';
import type { ScanSettings } from '../../core/settings/scanSettings';
import type { ModelChange, ModelRow, TrainingSnapshot } from '../../protocol/panelTraining';
import { ListModelsRequest, type ModelInfo } from '../../protocol/training';
import { isThere } from '../../workspace/identity';
import { modelNameOf, modelsFolder, renameModel, trashModel } from '../../workspace/models';
import { restoreFromTrash } from '../../workspace/trash/restore';
import type { Engine } from '../engineProcess/engine';
import type { RootSpec } from '../scan/rootSpecs';
import type { ScanController } from '../scan/scanController';
import type { ScanStore } from '../scan/scanStore';
import { pathBelow, type Session } from '../session/session';
import { activePathOf, setActiveModel } from './activeModel';
import { findingsNow, kindChanges, type FindingsNow } from './modelChange';

const previousKey = 'twinlint.previousModels';

export interface LibraryParts {
  readonly engine: Engine;
  readonly session: Session;
  readonly scans: ScanController;
  readonly store: ScanStore;
  readonly settingsOf: (root: RootSpec) => Promise<{ readonly settings: ScanSettings }>;
  /** Whose models are listed. */
  readonly roots: () => readonly RootSpec[];
  /** Scans again, quietly; false where that failed. */
  readonly scanAgain: () => Promise<boolean>;
  readonly state: Memento;
  readonly log: LogOutputChannel;
}

/** The listed part of what the page shows. */
export type Library = Pick<TrainingSnapshot, 'models' | 'problems' | 'previous'>;

/** A model in the trash, and how it comes back. */
export interface DeletedModel {
  readonly root: string;
  readonly path: string;
  readonly folder: string;
  readonly wasActive: boolean;
}

/** The models of the workspace: files below `.twinlint/models`, of which the settings name the active one. */
export class ModelLibrary implements Disposable {
  private listed: Library = { models: [], problems: [], previous: null };
  private reading: Promise<void> | undefined;
  private isStale = false;
  private readonly emitter = new EventEmitter<void>();
  readonly onDidChange = this.emitter.event;

  constructor(private readonly parts: LibraryParts) {}

  get current(): Library {
    return this.listed;
  }

  /** Reads the folders anew; calls while it reads make it read once more. */
  async refresh(): Promise<void> {
    if (this.reading) {
      this.isStale = true;
      return this.reading;
    }
    this.reading = this.read().finally(() => (this.reading = undefined));
    await this.reading;
    if (!this.isStale) return;
    this.isStale = false;
    await this.refresh();
  }

  rowOf(path: string): ModelRow | undefined {
    return this.listed.models.find(({ info }) => info.path === path);
  }

  /** The root a model file lies below. */
  rootOf(path: string): RootSpec | undefined {
    return this.parts.roots().find(root => pathBelow(modelsFolder(root.path), path) !== undefined);
  }

  async activePath(root: RootSpec): Promise<string | null> {
    return activePathOf(root.path, (await this.parts.settingsOf(root)).settings.model);
  }

  /**
   * Makes a model the active one (null: the built-in measure) and scans again with it.
   *
   * @returns What that changed in the findings; null where nothing was scanned before, or the scan failed.
   */
  async activate(root: RootSpec, path: string | null): Promise<ModelChange | null> {
    const { state } = this.parts;
    const old = await this.activePath(root);
    if (old === path) return null;
    const before = await this.findings();
    await setActiveModel(root.path, path);
    await state.update(previousKey, { ...this.previousOf(), [root.path]: { path: old } });
    const change = await this.rescored(before, old, path);
    await this.refresh();
    return change;
  }

  /** Back to the model that was active before; there again is the next way back. */
  async activatePrevious(root: RootSpec): Promise<ModelChange | null> {
    const previous = this.previousOf()[root.path];
    return previous ? this.activate(root, previous.path) : null;
  }

  /** The root whose active model was changed, if any. */
  rootWithPrevious(): RootSpec | undefined {
    const all = this.previousOf();
    return this.parts.roots().find(root => all[root.path] !== undefined);
  }

  async rename(root: RootSpec, path: string, name: string): Promise<string> {
    const wasActive = (await this.activePath(root)) === path;
    const renamed = await renameModel(path, name);
    if (wasActive) await setActiveModel(root.path, renamed);
    const previous = this.previousOf();
    if (previous[root.path]?.path === path) {
      await this.parts.state.update(previousKey, { ...previous, [root.path]: { path: renamed } });
    }
    // Its content is the same, so the findings are; but the settings have changed.
    if (wasActive && this.parts.session.state) await this.parts.scanAgain();
    await this.refresh();
    return renamed;
  }

  /** To Twinlint's trash; an active one first makes room for the built-in measure. */
  async delete(root: RootSpec, path: string): Promise<DeletedModel> {
    const wasActive = (await this.activePath(root)) === path;
    if (wasActive) await this.activate(root, null);
    const { settings } = await this.parts.settingsOf(root);
    const { folder } = await trashModel(root.path, settings, path);
    await this.refresh();
    return { root: root.path, path, folder, wasActive };
  }

  /** @returns whether it is back; not where another file has its place by now. */
  async restore(root: RootSpec, { path, folder, wasActive }: DeletedModel): Promise<boolean> {
    const { restored } = await restoreFromTrash({ root: root.path, folder });
    if (restored.length > 0 && wasActive) await this.activate(root, path);
    await this.refresh();
    return restored.length > 0;
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private async findings(): Promise<FindingsNow | undefined> {
    const { session, scans, engine } = this.parts;
    if (!session.state || !(await scans.ready())) return undefined;
    return findingsNow(engine, session.state.threshold);
  }

  private async rescored(before: FindingsNow | undefined, from: string | null, to: string | null): Promise<ModelChange | null> {
    const { session, store, scanAgain, engine } = this.parts;
    if (!before) return null;
    // The slider's place was chosen on another model's distances.
    await store.forgetThresholds();
    if (!(await scanAgain()) || !session.state) return null;
    const nameOf = (path: string | null): string | null => (path === null ? null : modelNameOf(path));
    return {
      from: nameOf(from),
      to: nameOf(to),
      kinds: kindChanges(before, await findingsNow(engine, session.state.threshold)),
      accuracy: null,
    };
  }

  private async read(): Promise<void> {
    const models: ModelRow[] = [];
    const problems: Library['problems'][number][] = [];
    for (const root of this.parts.roots()) {
      const folder = modelsFolder(root.path);
      // Where there are none no engine has to start.
      if (!(await isThere(folder))) continue;
      try {
        const active = await this.activePath(root);
        const found = await this.parts.engine.request(ListModelsRequest, { folder });
        models.push(...found.models.map(info => ({ info, name: modelNameOf(info.path), isActive: info.path === active })));
        problems.push(...found.problems);
      } catch (error) {
        this.parts.log.warn('Models could not be listed:', String(error));
      }
    }
    models.sort((a, b) => newestFirst(a.info, b.info));
    const rootBefore = this.rootWithPrevious();
    const previousPath = rootBefore && this.previousOf()[rootBefore.path].path;
    this.listed = {
      models,
      problems,
      previous: previousPath === undefined ? null : { name: previousPath === null ? null : modelNameOf(previousPath) },
    };
    this.emitter.fire();
  }

  private previousOf(): Readonly<Record<string, { readonly path: string | null }>> {
    const value: unknown = this.parts.state.get(previousKey);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, { path: string | null }] => {
        const path = (entry[1] as { path?: unknown } | null)?.path;
        return path === null || typeof path === 'string';
      }),
    );
  }
}

const newestFirst = (a: ModelInfo, b: ModelInfo): number =>
  a.trainedAt === b.trainedAt ? (basename(a.path) < basename(b.path) ? 1 : -1) : a.trainedAt < b.trainedAt ? 1 : -1;
