import { commands as vscodeCommands, Disposable, workspace } from 'vscode';
import type { LogOutputChannel, Memento } from 'vscode';
import type { ScanSettings } from '../../core/settings/scanSettings';
import type { TrainingAction, TrainingSnapshot } from '../../protocol/panelTraining';
import { diskFolders } from '../commands/picking';
import type { HandlersOf } from '../commands/register';
import { contextKeys } from '../contributions';
import type { Engine } from '../engineProcess/engine';
import { rootSpecs, type RootSpec } from '../scan/rootSpecs';
import type { ParamsSource, ScanController } from '../scan/scanController';
import type { ScanFlow } from '../scan/scanFlow';
import type { ScanStore } from '../scan/scanStore';
import type { Words } from '../scan/scanText';
import type { Session } from '../session/session';
import type { Messenger } from '../util/messages';
import { JobStore } from './jobStore';
import { ModelComparer } from './modelComparer';
import { ModelFlow } from './modelFlow';
import { ModelLibrary } from './modelLibrary';
import { RescorerFlow } from './rescorerFlow';
import { TakeUp } from './takeUp';
import { Trainer, type TrainingEngine } from './trainer';
import { TrainFlow } from './trainFlow';

export interface TrainingParts {
  /** The one for interactive work: it lists and exports models, and is asked what changed. */
  readonly engine: Engine;
  readonly trainingEngine: TrainingEngine;
  readonly session: Session;
  readonly scans: ScanController;
  readonly flow: ScanFlow;
  readonly store: ScanStore;
  readonly source: ParamsSource & { settingsOf(root: RootSpec): Promise<{ readonly settings: ScanSettings }> };
  readonly messenger: Messenger;
  readonly words: Words;
  readonly log: LogOutputChannel;
  /** Of this workspace. */
  readonly state: Memento;
  /** Where the training under way is remembered: of this workspace alone. */
  readonly storageFolder: string;
  /** Opens the page "Training and Models". */
  readonly showPage: (preserveFocus: boolean) => void;
}

export type TrainingCommand = 'train' | 'trainRescorer' | 'cancelTraining' | 'openTraining' | 'previousModel';

/** Trainings and models: puts the parts together, and is what the rest of the host knows of them. */
export class Training implements Disposable {
  readonly trainer: Trainer;
  readonly library: ModelLibrary;
  private readonly comparer: ModelComparer;
  private readonly models: ModelFlow;
  private readonly flow: TrainFlow;
  private readonly rescorers: RescorerFlow;
  private readonly takeUp: TakeUp;
  private readonly subscription: Disposable;
  private readonly listeners = new Set<(snapshot: TrainingSnapshot) => void>();

  constructor(private readonly parts: TrainingParts) {
    const { engine, trainingEngine, session, scans, flow, store, source, messenger, words, log, state, showPage } = parts;
    const roots = (): readonly RootSpec[] => this.roots();
    const jobs = new JobStore(parts.storageFolder);
    this.trainer = new Trainer(trainingEngine, jobs, messenger.t);
    this.library = new ModelLibrary({
      engine,
      session,
      scans,
      store,
      settingsOf: root => source.settingsOf(root),
      roots,
      scanAgain: () => this.scanAgain(),
      state,
      log,
    });
    const changed = (): void => this.changed();
    this.comparer = new ModelComparer({ library: this.library, engine, session, messenger, changed });
    this.models = new ModelFlow({
      library: this.library,
      comparer: this.comparer,
      engine,
      session,
      messenger,
      words,
      roots,
      changed,
    });
    const { trainer, library, models } = this;
    const ofFlows = { trainer, session, scans, flow, source, messenger, words, log };
    this.flow = new TrainFlow({ ...ofFlows, library, models, jobs, showPage: () => showPage(true) });
    this.rescorers = new RescorerFlow({ ...ofFlows, trainingEngine, engine, rootToTrain: () => this.flow.rootToTrain() });
    this.takeUp = new TakeUp({ jobs, messenger, log, goOn: job => this.flow.goOn(job), refresh: () => library.refresh() });
    this.subscription = Disposable.from(
      trainer.onDidChange(() => this.changed()),
      trainer.onDidTrainAside(() => this.changed()),
      library.onDidChange(() => this.changed()),
      session.onDidChange(({ cause }) => {
        if (cause === 'scan') void library.refresh();
      }),
      workspace.onDidChangeWorkspaceFolders(() => void library.refresh()),
      workspace.onDidGrantWorkspaceTrust(() => void library.refresh()),
    );
  }

  /** What the page shows, as it is known now. */
  snapshot(): TrainingSnapshot {
    const { models, problems, previous } = this.library.current;
    return {
      run: this.trainer.run,
      models,
      problems,
      previous,
      change: this.models.change,
      compared: this.comparer.compared,
      locked: this.models.locked,
    };
  }

  onDidChange(listener: (snapshot: TrainingSnapshot) => void): Disposable {
    this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  }

  /** Takes up what was interrupted when this window was reloaded, or says plainly what became of it. */
  resume(): Promise<void> {
    return this.takeUp.run();
  }

  table(): HandlersOf<TrainingCommand> {
    return {
      train: wish => this.flow.start(wish),
      trainRescorer: () => this.rescorers.start(),
      cancelTraining: () => this.trainer.cancel(),
      openTraining: () => this.open(),
      previousModel: () => this.models.previous(),
    };
  }

  /** The page's actions; resolves to whether it was done. */
  async act(action: TrainingAction): Promise<boolean> {
    const { models, trainer } = this;
    switch (action.kind) {
      case 'show':
        return this.open();
      case 'train':
        return this.flow.start(undefined);
      case 'cancel':
        trainer.cancel();
        return true;
      case 'previous':
        return models.previous();
      case 'builtIn':
        return models.activate(null);
      case 'undoDelete':
        return models.undoDelete();
      case 'compare':
        return models.compare(action.path);
      case 'endCompare':
        this.comparer.end();
        return true;
      case 'activate':
        return models.activate(action.path);
      case 'rename':
        return models.rename(action.path);
      case 'export':
        return models.export(action.path);
      case 'delete':
        return models.delete(action.path);
    }
  }

  dispose(): void {
    this.subscription.dispose();
    this.trainer.dispose();
    this.comparer.dispose();
    this.library.dispose();
    this.listeners.clear();
  }

  /** False where that failed. Where another scan took its place that one counts: it has the newest settings too. */
  private async scanAgain(): Promise<boolean> {
    const { session, scans, flow } = this.parts;
    const before = session.state;
    if (await flow.run(scans.specs(), true)) return true;
    await scans.whenIdle();
    return session.state !== undefined && session.state !== before;
  }

  private open(): boolean {
    this.parts.showPage(false);
    void this.library.refresh();
    return true;
  }

  /** Those of the scan, and the workspace's folders beside them. None without trust: what a workspace brings is not used then. */
  private roots(): readonly RootSpec[] {
    if (!workspace.isTrusted) return [];
    const scanned = this.parts.scans.specs();
    const known = new Set(scanned.map(spec => spec.path));
    const folders = diskFolders().map(folder => ({ path: folder.uri.fsPath, name: folder.name }));
    const others = rootSpecs(
      folders.map(folder => folder.path),
      folders,
    );
    return [...scanned, ...others.filter(spec => !known.has(spec.path))];
  }

  private changed(): void {
    const { trainer, library } = this;
    void vscodeCommands.executeCommand('setContext', contextKeys.training, trainer.isTraining);
    void vscodeCommands.executeCommand('setContext', contextKeys.canUsePreviousModel, library.current.previous !== null);
    const snapshot = this.snapshot();
    for (const listener of [...this.listeners]) listener(snapshot);
  }
}
