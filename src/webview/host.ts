import { CancellationTokenSource, createMessageConnection } from 'vscode-jsonrpc/browser';
import type { CancellationToken, Disposable, MessageConnection } from 'vscode-jsonrpc/browser';
import type { GroupsPage, PairsPage, PairsQuery, ScanProgress } from '../protocol/engine';
import type { Interval } from '../core/metrics/interval';
import type { ImageRecord } from '../core/dataset/image';
import type { ClassesAnswer, EstimateAnswer } from '../protocol/labeling';
import type { EmbeddingMap, MapProgress } from '../protocol/map';
import {
  FocusNotification,
  PanelActionRequest,
  PanelAimRequest,
  PanelClassesRequest,
  PanelEstimateRequest,
  PanelFilterRequest,
  PanelGroupsRequest,
  PanelMapImageRequest,
  PanelMapKindsRequest,
  PanelMapProgressNotification,
  PanelMapRequest,
  PanelPairsRequest,
  PanelPreviewRequest,
  PanelProgressNotification,
  ReadyRequest,
  SetThresholdNotification,
  SnapshotNotification,
} from '../protocol/panel';
import type { Aim, PanelAction, PanelSnapshot } from '../protocol/panel';
import { PanelTrainingNotification } from '../protocol/panelTraining';
import type { TrainingUpdate } from '../protocol/panelTraining';
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
  /** Draws the map of the scan's images; null without a scan. */
  map(): { readonly answer: Promise<EmbeddingMap | null>; readonly cancel: () => void };
  /** What is found on the map's rows; null where the images are no longer those of the map. The same for one image. */
  mapKinds(of: { readonly edition: number; readonly threshold: number }): Promise<{ readonly kinds: Uint8Array } | null>;
  mapImage(of: { readonly edition: number; readonly image: number }): Promise<ImageRecord | null>;
  /** Shows only what touches some images of a map, or all again. */
  filter(by: { readonly edition: number; readonly images: Uint32Array | null }): Promise<void>;
  act(action: PanelAction): Promise<boolean>;
  onMapProgress(listener: (progress: MapProgress) => void): Disposable;
  onSnapshot(listener: (snapshot: PanelSnapshot) => void): Disposable;
  onProgress(listener: (progress: ScanProgress | null) => void): Disposable;
  onTraining(listener: (update: TrainingUpdate) => void): Disposable;
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
    map: () => {
      const source = new CancellationTokenSource();
      return { answer: connection.sendRequest(PanelMapRequest, source.token), cancel: () => source.cancel() };
    },
    mapKinds: of => connection.sendRequest(PanelMapKindsRequest, of),
    mapImage: of => connection.sendRequest(PanelMapImageRequest, of),
    filter: by => connection.sendRequest(PanelFilterRequest, by),
    onMapProgress: listener => connection.onNotification(PanelMapProgressNotification, listener),
    act: async action => (await connection.sendRequest(PanelActionRequest, action)).done,
    onSnapshot: listener => connection.onNotification(SnapshotNotification, listener),
    onProgress: listener => connection.onNotification(PanelProgressNotification, listener),
    onTraining: listener => connection.onNotification(PanelTrainingNotification, listener),
    onFocus: listener => connection.onNotification(FocusNotification, listener),
    savedState: () => api.getState(),
    saveState: state => api.setState(state),
  };
}
