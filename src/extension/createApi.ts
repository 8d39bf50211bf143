import { FindingsRequest, StatusRequest } from '../protocol/engine';
import type { TwinlintApi } from './api';
import { diskFolders } from './commands/picking';
import type { Diagnostics } from './diagnostics/diagnostics';
import type { Engine } from './engineProcess/engine';
import { LagProbe } from './lagProbe';
import type { PanelModel } from './panel/panelModel';
import type { PairsPanel } from './panel/pairsPanel';
import type { FileWatcher } from './scan/fileWatcher';
import { rootSpecs } from './scan/rootSpecs';
import type { ScanController } from './scan/scanController';
import type { Session } from './session/session';
import type { Training } from './training/training';

export interface ApiParts {
  readonly activationMs: number;
  readonly engine: Engine;
  readonly session: Session;
  readonly scans: ScanController;
  readonly diagnostics: Diagnostics;
  readonly watcher: FileWatcher;
  readonly panel: PairsPanel;
  readonly model: PanelModel;
  readonly training: Training;
  readonly setThreshold: (threshold: number, settled: boolean) => void;
}

/** How often idleness is looked at again: a file change that is being gathered ends by itself. */
const idlePollMs = 20;

/** What `activate` hands out. */
export function createApi(parts: ApiParts): TwinlintApi {
  const { activationMs, engine, session, scans, diagnostics, watcher, panel, model, training, setThreshold } = parts;
  const lag = new LagProbe();
  return {
    version: 1,
    activationMs,
    whenIdle: async () => {
      while (!(scans.isIdle && diagnostics.isIdle && watcher.isIdle)) {
        await Promise.all([scans.whenIdle(), diagnostics.whenIdle()]);
        await new Promise(resolve => setTimeout(resolve, idlePollMs));
      }
    },
    scan: async folders => {
      const chosen = (folders ?? diskFolders().map(folder => folder.uri)).map(uri => uri.fsPath);
      const holders = diskFolders().map(folder => ({ path: folder.uri.fsPath, name: folder.name }));
      const outcome = await scans.scan(rootSpecs(chosen, holders));
      if (outcome.kind === 'failed') throw outcome.error;
      return outcome.kind === 'done' ? outcome.summary : undefined;
    },
    cancelScan: () => scans.cancel(),
    summary: () => session.state?.summary,
    progress: () => scans.progress,
    threshold: () => session.state?.threshold,
    setThreshold,
    published: () => ({ ...diagnostics.published, updates: diagnostics.updates }),
    findings: async query => {
      await scans.ready();
      return engine.request(FindingsRequest, query);
    },
    engineStatus: async () => (engine.isRunning ? engine.request0(StatusRequest) : undefined),
    training: () => training.snapshot(),
    panel: { isVisible: () => panel.isVisible, snapshot: () => model.snapshot() },
    lag: { start: () => lag.start(), stop: () => lag.stop() },
  };
}
