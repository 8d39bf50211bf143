import { createMessageConnection } from 'vscode-jsonrpc/browser';
import type { CancellationToken, Disposable, MessageConnection } from 'vscode-jsonrpc/browser';
import type { GroupsPage, PairsPage, PairsQuery, ScanProgress } from '../protocol/engine';
import type { Interval } from '../core/metrics/interval';
import type { ClassesAnswer, EstimateAnswer } from '../protocol/labeling';
import {
  FocusNotification,
  PanelActionRequest,
  PanelAimRequest,
  PanelClassesRequest,
  PanelEstimateRequest,
  PanelGroupsRequest,
  PanelPairsRequest,
  PanelPreviewRequest,
  PanelProgressNotification,
  ReadyRequest,
  SetThresholdNotification,
  SnapshotNotification,
} from '../protocol/panel';
import type { Aim, PanelAction, PanelSnapshot } from '../protocol/panel';
import { PanelTrainingNotification } from '../protocol/panelTraining';
import type { TrainingSnapshot } from '../protocol/panelTraining';
import { acquirePort } from './vscodePort';

export interface PreviewPlace {
  readonly root: number;
  readonly path: string;
  readonly side: number;
}
export interface PreviewAnswer {
  readonly uri?: string;
  readonly problem?: string;
}

/** The extension's end of the conversation, as the page sees it. Requests reject with the host's words. */
export interface Host {
  ready(): Promise<PanelSnapshot>;
  setThreshold(threshold: number, settled: boolean): void;
  pairs(query: PairsQuery, token?: CancellationToken): Promise<PairsPage>;
  groups(query: { readonly threshold: number; readonly offset: number; readonly limit: number }): Promise<GroupsPage>;
  preview(place: PreviewPlace): Promise<PreviewAnswer>;
  /** What the audits say at a threshold. */
  estimate(threshold: number): Promise<EstimateAnswer | null>;
  /** What the pairs under a threshold say of each class. */
  classes(threshold: number): Promise<ClassesAnswer | null>;
  /** The threshold at which the audits expect a precision or recall; null where none does. */
  aim(aim: Aim, value: number): Promise<{ readonly threshold: number; readonly estimate: Interval } | null>;
  act(action: PanelAction): Promise<boolean>;
  onSnapshot(listener: (snapshot: PanelSnapshot) => void): Disposable;
  onProgress(listener: (progress: ScanProgress | null) => void): Disposable;
  onTraining(listener: (training: TrainingSnapshot) => void): Disposable;
  onFocus(listener: () => void): Disposable;
  /** What {@link saveState} kept, also after the page was hidden or the window reloaded. */
  savedState(): unknown;
  saveState(state: unknown): void;
}

/** Speaks with the extension over the webview's `postMessage`. Make one only. */
export function connectToHost(): Host {
  const { reader, writer, api } = acquirePort();
  const connection: MessageConnection = createMessageConnection(reader, writer);
  connection.listen();
  return {
    ready: () => connection.sendRequest(ReadyRequest),
    setThreshold: (threshold, settled) => void connection.sendNotification(SetThresholdNotification, { threshold, settled }),
    pairs: (query, token) => connection.sendRequest(PanelPairsRequest, query, token),
    groups: query => connection.sendRequest(PanelGroupsRequest, query),
    preview: place => connection.sendRequest(PanelPreviewRequest, place),
    estimate: threshold => connection.sendRequest(PanelEstimateRequest, { threshold }),
    classes: threshold => connection.sendRequest(PanelClassesRequest, { threshold }),
    aim: (aim, value) => connection.sendRequest(PanelAimRequest, { aim, value }),
    act: async action => (await connection.sendRequest(PanelActionRequest, action)).done,
    onSnapshot: listener => connection.onNotification(SnapshotNotification, listener),
    onProgress: listener => connection.onNotification(PanelProgressNotification, listener),
    onTraining: listener => connection.onNotification(PanelTrainingNotification, listener),
    onFocus: listener => connection.onNotification(FocusNotification, listener),
    savedState: () => api.getState(),
    saveState: state => api.setState(state),
  };
}
