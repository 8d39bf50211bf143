import type { Uri } from 'vscode';
import type { EngineStatus, FindingsPage, FindingsQuery, ScanProgress, ScanSummary } from '../protocol/engine';
import type { PanelSnapshot } from '../protocol/panel';
import type { TrainingSnapshot } from '../protocol/panelTraining';
import type { Published } from './diagnostics/publisher';
import type { LagReport } from './lagProbe';

/** What `activate` exports: for tests and measurements, and for other extensions that want to ask. */
export interface TwinlintApi {
  readonly version: 1;
  /** How long `activate()` took. */
  readonly activationMs: number;
  /** Resolves once no scan, update or publication is under way or waiting. File changes that VS Code has not reported yet are not known. */
  whenIdle(): Promise<void>;
  /** Scans folders as the command does, without progress, messages or panel. None: all workspace folders. */
  scan(folders?: readonly Uri[]): Promise<ScanSummary | undefined>;
  cancelScan(): void;
  /** Of the current scan. */
  summary(): ScanSummary | undefined;
  progress(): ScanProgress | null;
  threshold(): number | undefined;
  setThreshold(threshold: number, settled: boolean): void;
  /** What Problems shows, and how many times it was written. */
  published(): Published & { readonly updates: number };
  /** From the engine, whatever Problems shows. Waits for a restart where it crashed. */
  findings(query: FindingsQuery): Promise<FindingsPage>;
  /** The running engine's; undefined where none runs (asking starts none). */
  engineStatus(): Promise<EngineStatus | undefined>;
  /** The training under way or the last one, and the models; the command `twinlint.train` starts one. */
  training(): TrainingSnapshot;
  readonly panel: {
    isVisible(): boolean;
    snapshot(): Promise<PanelSnapshot>;
  };
  /** The event loop's lag between the two calls. */
  readonly lag: { start(): void; stop(): LagReport };
}
