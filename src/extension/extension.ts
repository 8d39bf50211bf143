import { constants } from 'node:os';
import { env, l10n, Uri, window, workspace } from 'vscode';
import type { Disposable, ExtensionContext, LogOutputChannel } from 'vscode';
import type { Translate } from '../core/l10n';
import type { PanelView } from '../protocol/panel';
import { Actions } from './actions/actions';
import { FileActions } from './actions/fileActions';
import { registerLabelRows } from './actions/labelRows';
import { recoverTrash } from './actions/recoverTrash';
import { WorkspaceTrash } from './actions/trash';
import { WorkspaceVerdicts } from './actions/verdictBook';
import type { TwinlintApi } from './api';
import { createApi } from './createApi';
import { CheckDiagnostics } from './checks/checkDiagnostics';
import { CheckFlow } from './checks/checkFlow';
import { CommandHandlers } from './commands/handlers';
import { FindingPicker } from './commands/picking';
import { registerCommands } from './commands/register';
import { ConfigurationFollower } from './config/followConfiguration';
import { Params } from './config/params';
import { syncContextKeys } from './contextKeys';
import { labelingViewType } from './contributions';
import { Diagnostics } from './diagnostics/diagnostics';
import { tellCrashes } from './engineProcess/crashes';
import { EngineHost } from './engineProcess/engineHost';
import { LabelFlow } from './labels/labelFlow';
import { ReviewDesk } from './labels/reviewDesk';
import { LabelingRoom } from './labeling/labeling';
import { LabelingDesk } from './labeling/labelingDesk';
import { LabelingView } from './labeling/labelingView';
import { PanelModel } from './panel/panelModel';
import { PairsPanel } from './panel/pairsPanel';
import { FileWatcher } from './scan/fileWatcher';
import { ScanController } from './scan/scanController';
import { ScanFlow } from './scan/scanFlow';
import { ScanStore } from './scan/scanStore';
import { Session } from './session/session';
import { SuggestDesk } from './suggest/suggestDesk';
import { Training } from './training/training';
import { Messenger } from './util/messages';
import { registerStartView } from './views/startView';
import { StatusBar } from './views/statusBar';
import { TrainingStatus } from './views/trainingStatus';

export function activate(context: ExtensionContext): TwinlintApi {
  const startedMs = performance.now();
  const log = window.createOutputChannel('Twinlint', { log: true });
  context.subscriptions.push(log);
  try {
    const api = wire(context, log, startedMs);
    log.info(`Activated in ${api.activationMs.toFixed(1)} ms.`);
    return api;
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    void window.showErrorMessage(l10n.t('Twinlint could not start: {0}', error instanceof Error ? error.message : String(error)));
    throw error;
  }
}

/** Builds every part and connects them; the engine's process starts with the first request. */
function wire(context: ExtensionContext, log: LogOutputChannel, startedMs: number): TwinlintApi {
  const t: Translate = (message, ...args) => l10n.t(message, ...args);
  const words = { t, language: env.language };
  const cacheUri = Uri.joinPath(context.globalStorageUri, 'cache');
  const keep = <T extends Disposable>(disposable: T): T => {
    context.subscriptions.push(disposable);
    return disposable;
  };

  const messenger = new Messenger(log, t);
  const session = keep(new Session());
  const store = new ScanStore(context.workspaceState);
  const enginePath = context.asAbsolutePath('dist/engine.js');
  const engine = keep(new EngineHost(enginePath, cacheUri.fsPath, log));
  const trainingEngine = keep(
    new EngineHost(enginePath, cacheUri.fsPath, log, {
      name: 'training engine',
      // A little below the engine's own: at the very bottom it would stand still on a busy machine.
      priority: constants.priority.PRIORITY_BELOW_NORMAL + 4,
      patient: true,
    }),
  );
  const labelEngine = keep(
    new EngineHost(enginePath, cacheUri.fsPath, log, {
      name: 'label engine',
      priority: constants.priority.PRIORITY_BELOW_NORMAL + 4,
      patient: true,
    }),
  );
  const checkEngine = keep(
    new EngineHost(enginePath, cacheUri.fsPath, log, {
      name: 'check engine',
      priority: constants.priority.PRIORITY_BELOW_NORMAL + 4,
      patient: true,
    }),
  );
  const verdicts = new WorkspaceVerdicts();
  const source = new Params(verdicts, t);
  const trash = new WorkspaceTrash(async root => (await source.settingsOf(root)).settings);
  const scans = keep(new ScanController(engine, session, source, store, log));
  const diagnostics = keep(new Diagnostics(engine, session, log, t, env.language));
  const checkDiagnostics = keep(new CheckDiagnostics(t));
  const statusBar = keep(new StatusBar(words));

  const setThreshold = (threshold: number, settled: boolean): void => {
    session.setThreshold(threshold, settled);
    if (settled && session.state) void store.setThreshold(session.roots, session.state.threshold);
  };
  const showPanel = (view: PanelView | undefined, preserveFocus: boolean): void => {
    if (view) model.view = view;
    panel.show(preserveFocus);
    panel.refresh();
  };
  const model: PanelModel = new PanelModel({
    engine,
    session,
    scans,
    published: () => diagnostics.published,
    canUndoTrash: () => actions.canUndoTrash,
    setThreshold,
    training: () => training.snapshot(),
    review: () => review.snapshot(),
    suggest: { snapshot: () => suggestions.snapshot(), shows: path => suggestions.shows(path) },
    act: action => handlers.act(action),
    t,
    l10n: l10n.bundle ?? null,
  });
  const panel: PairsPanel = keep(
    new PairsPanel({ extensionUri: context.extensionUri, cacheUri }, webview => model.servicesFor(webview), log, t, env.language),
  );
  const flow = new ScanFlow({ scans, messenger, words, openPanel: () => showPanel({ kind: 'grid' }, true) });
  const actions: Actions = new Actions({
    session,
    scans,
    diagnostics,
    verdicts,
    trash,
    messenger,
    globalState: context.globalState,
    compare: async pair => showPanel({ kind: 'compare', pair }, false),
    changed: () => panel.refresh(),
  });
  const fileActions = new FileActions({
    engine,
    session,
    scans,
    verdicts,
    trash,
    messenger,
    settingsOf: async root => (await source.settingsOf(root)).settings,
    changed: () => panel.refresh(),
  });
  const training: Training = keep(
    new Training({
      engine,
      trainingEngine,
      session,
      scans,
      flow,
      store,
      source,
      messenger,
      words,
      log,
      state: context.workspaceState,
      storageFolder: (context.storageUri ?? context.globalStorageUri).fsPath,
      showPage: preserveFocus => showPanel({ kind: 'training' }, preserveFocus),
    }),
  );
  const trainingStatus = keep(new TrainingStatus(words));
  const handlers: CommandHandlers = new CommandHandlers({
    engine,
    session,
    scans,
    flow,
    source,
    picker: new FindingPicker(engine, session, scans, t),
    actions,
    messenger,
    log,
    showPanel,
    setThreshold,
    clearChecks: () => checkDiagnostics.clear(),
    actOnTraining: action => training.act(action),
    actOnReview: action => review.act(action),
    actOnSuggestions: action => suggestions.act(action),
  });
  const labels = new LabelFlow({ engine: labelEngine, session, scans, messenger, words });
  const review: ReviewDesk = keep(
    new ReviewDesk({
      engine,
      session,
      scans,
      verdicts,
      files: fileActions,
      flow: labels,
      messenger,
      showPage: () => showPanel({ kind: 'review' }, false),
      changed: () => panel.refresh(),
    }),
  );
  const suggestions: SuggestDesk = keep(
    new SuggestDesk({
      engine,
      source,
      files: fileActions,
      messenger,
      showPage: () => showPanel({ kind: 'suggest' }, false),
      changed: () => panel.refresh(),
    }),
  );
  const desk = keep(
    new LabelingDesk({
      engine,
      session,
      scans,
      verdicts,
      state: context.workspaceState,
      tellNotes: notes => messenger.notes(notes),
    }),
  );
  const labeling = keep(
    new LabelingRoom({
      desk,
      engine,
      session,
      scans,
      verdicts,
      messenger,
      isTraining: () => training.snapshot().run?.state === 'running',
      compare: pair => showPanel({ kind: 'compare', pair }, false),
      openImage: image => actions.openImage(image),
      l10n: l10n.bundle ?? null,
    }),
  );
  const labelingView = keep(
    new LabelingView(
      { extensionUri: context.extensionUri, cacheUri },
      webview => labeling.servicesFor(webview),
      log,
      t,
      env.language,
    ),
  );
  keep(window.registerWebviewViewProvider(labelingViewType, labelingView));
  keep(registerStartView());
  const configuration = keep(new ConfigurationFollower({ scans, flow, source, store, session, messenger }));
  const watcher = keep(
    new FileWatcher(session, {
      filesChanged: paths => void scans.update(paths).catch((error: unknown) => log.error('Update failed:', String(error))),
      verdictsChanged: () =>
        void scans.refreshVerdicts().then(
          notes => messenger.notes(notes),
          error => log.error(String(error)),
        ),
      configChanged: () => configuration.refresh(),
      modelsChanged: () => void training.library.refresh(),
    }),
  );

  let isSettled = true;
  const checks = new CheckFlow({ engine: checkEngine, source, diagnostics: checkDiagnostics, messenger });
  registerCommands(
    {
      ...handlers.table(),
      ...training.table(),
      ...labeling.table(),
      ...fileActions.table(),
      ...labels.table(),
      ...review.table(),
      ...suggestions.table(),
      ...checks.table(),
    },
    messenger,
  ).forEach(keep);
  keep(session.onDidChange(({ settled }) => settled && panel.refresh()));
  keep(scans.onDidProgress(progress => statusBar.setProgress(progress)));
  keep(scans.onDidProgress(progress => panel.setProgress(progress)));
  keep(scans.onDidProgress(progress => progress ?? panel.refresh()));
  keep(engine.onDidMapProgress(progress => panel.setMapProgress(progress)));
  keep(training.onDidChange(snapshot => panel.setTraining(snapshot)));
  keep(training.onDidChange(({ run }) => trainingStatus.set(run)));
  keep(
    diagnostics.onDidPublish(published =>
      statusBar.setPublished(session.state ? published : undefined, session.state?.summary.filtered),
    ),
  );
  // While the slider is dragged the page counts for itself.
  keep(session.onDidChange(({ settled }) => (isSettled = settled)));
  keep(diagnostics.onDidPublish(() => isSettled && panel.refresh()));
  keep(desk.onDidChange(() => labelingView.refresh()));
  keep(scans.onDidProgress(progress => progress ?? labelingView.refresh()));
  keep(workspace.onDidGrantWorkspaceTrust(() => labelingView.refresh()));
  keep(recoverTrash(session, trash, messenger));
  keep(registerLabelRows({ engine, session, scans, messenger }));
  keep(syncContextKeys(session, scans));
  keep(tellCrashes(engine, () => flow.again(), messenger));

  // Problems are back after a reload without a scan; a window that never scanned starts nothing.
  if (store.lastScan.length > 0) void scans.restore();
  training.resume().catch((error: unknown) => log.error(String(error)));

  const activationMs = performance.now() - startedMs;
  return createApi({ activationMs, engine, session, scans, diagnostics, watcher, panel, model, training, setThreshold });
}
