import { createMessageConnection, ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import type { CancellationToken, MessageConnection, NotificationType, RequestParam } from 'vscode-jsonrpc/node';
import type { Disposable, LogOutputChannel } from 'vscode';
import type { Translate } from '../../core/l10n';
import type { GroupsPage, PairsPage, PairsQuery, ScanProgress } from '../../protocol/engine';
import { portTransports, type MessagePort } from '../../protocol/messagePort';
import type { ImageRecord } from '../../core/dataset/image';
import type { EmbeddingMap, MapProgress } from '../../protocol/map';
import type { Interval } from '../../core/metrics/interval';
import type { ClassesAnswer, EstimateAnswer } from '../../protocol/labeling';
import {
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
  type Aim,
  type PanelAction,
  type PanelSnapshot,
} from '../../protocol/panel';
import { PanelTrainingNotification, type TrainingSnapshot } from '../../protocol/panelTraining';
import { isCancellation, wordsOf } from '../engineProcess/errors';
import { LatestThrottle } from '../util/latestThrottle';
import {
  parseAction,
  parseAim,
  parseAt,
  parseFilter,
  parseGroupsQuery,
  parseMapImage,
  parseMapKinds,
  parsePairsQuery,
  parsePreview,
  parseThreshold,
} from './panelMessages';

/** At most 10 progress messages a second. */
const progressIntervalMs = 100;
/** Snapshots carry all distances: no more than 10 a second, newest wins. */
const snapshotIntervalMs = 100;

/** What the page asks of the host. */
export interface PanelServices {
  snapshot(): Promise<PanelSnapshot>;
  setThreshold(threshold: number, settled: boolean): void;
  pairs(query: PairsQuery): Promise<PairsPage>;
  groups(query: { readonly threshold: number; readonly offset: number; readonly limit: number }): Promise<GroupsPage>;
  preview(request: {
    readonly root: number;
    readonly path: string;
    readonly side: number;
  }): Promise<{ readonly uri?: string; readonly problem?: string }>;
  /** What the audits say at a threshold. */
  estimate(at: { readonly threshold: number }): Promise<EstimateAnswer | null>;
  /** What the pairs say of each class. */
  classes(at: { readonly threshold: number }): Promise<ClassesAnswer | null>;
  aim(wish: {
    readonly aim: Aim;
    readonly value: number;
  }): Promise<{ readonly threshold: number; readonly estimate: Interval } | null>;
  map(token: CancellationToken): Promise<EmbeddingMap | null>;
  mapKinds(of: { readonly edition: number; readonly threshold: number }): Promise<{ readonly kinds: Uint8Array } | null>;
  mapImage(of: { readonly edition: number; readonly image: number }): Promise<ImageRecord | null>;
  /** @throws Error with words for the user where the map is of other images */
  filter(by: { readonly edition: number; readonly images: Uint32Array | null }): Promise<void>;
  act(action: PanelAction): Promise<boolean>;
}

/** One page's end of the conversation. A page that is hidden is gone; the next one gets a host of its own. */
export class PanelHost implements Disposable {
  private readonly connection: MessageConnection;
  private readonly snapshots: LatestThrottle<void>;
  private readonly progress: LatestThrottle<ScanProgress | null>;
  private readonly training: LatestThrottle<TrainingSnapshot>;
  /** What the page has for certain; undefined where a snapshot may have brought it others. */
  private sentModels: TrainingSnapshot['models'] | undefined;
  private readonly mapProgress: LatestThrottle<MapProgress>;
  private isReady = false;
  private disposed = false;

  constructor(
    port: MessagePort,
    private readonly services: PanelServices,
    private readonly log: LogOutputChannel,
    private readonly t: Translate,
  ) {
    const { reader, writer } = portTransports(port);
    this.connection = createMessageConnection(reader, writer);
    this.snapshots = new LatestThrottle(snapshotIntervalMs, () => this.sendSnapshot());
    this.progress = new LatestThrottle(progressIntervalMs, value => this.notify(PanelProgressNotification, value));
    this.training = new LatestThrottle(progressIntervalMs, value => this.sendTraining(value));
    this.mapProgress = new LatestThrottle(progressIntervalMs, value => this.notify(PanelMapProgressNotification, value));
    this.connection.onRequest(ReadyRequest, () =>
      this.answer(async () => {
        const snapshot = await services.snapshot();
        this.isReady = true;
        return snapshot;
      }),
    );
    this.connection.onNotification(SetThresholdNotification, params => {
      const parsed = parseThreshold(params);
      if (parsed) services.setThreshold(parsed.threshold, parsed.settled);
    });
    this.connection.onRequest(PanelPairsRequest, params => this.answer(() => services.pairs(parsePairsQuery(params))));
    this.connection.onRequest(PanelGroupsRequest, params => this.answer(() => services.groups(parseGroupsQuery(params))));
    this.connection.onRequest(PanelPreviewRequest, params => this.answer(() => services.preview(parsePreview(params))));
    this.connection.onRequest(PanelEstimateRequest, params => this.answer(() => services.estimate(parseAt(params))));
    this.connection.onRequest(PanelClassesRequest, params => this.answer(() => services.classes(parseAt(params))));
    this.connection.onRequest(PanelAimRequest, params => this.answer(() => services.aim(parseAim(params))));
    this.connection.onRequest(PanelMapRequest, token => this.answer(() => services.map(token)));
    this.connection.onRequest(PanelMapKindsRequest, params => this.answer(() => services.mapKinds(parseMapKinds(params))));
    this.connection.onRequest(PanelMapImageRequest, params => this.answer(() => services.mapImage(parseMapImage(params))));
    this.connection.onRequest(PanelFilterRequest, params => this.answer(() => services.filter(parseFilter(params))));
    this.connection.onRequest(PanelActionRequest, params =>
      this.answer(async () => ({ done: await services.act(parseAction(params)) })),
    );
    this.connection.listen();
  }

  /** A whole snapshot, soon. Before the page is ready there is no need: it is answered with one. */
  refresh(): void {
    if (this.isReady) this.snapshots.push();
  }

  setProgress(progress: ScanProgress | null): void {
    if (this.isReady) this.progress.push(progress);
  }

  /** Apart from the snapshots, which carry all distances. */
  setTraining(training: TrainingSnapshot): void {
    if (this.isReady) this.training.push(training);
  }

  setMapProgress(progress: MapProgress): void {
    if (this.isReady) this.mapProgress.push(progress);
  }

  dispose(): void {
    this.disposed = true;
    this.mapProgress.dispose();
    this.snapshots.dispose();
    this.progress.dispose();
    this.training.dispose();
    this.connection.dispose();
  }

  private async sendSnapshot(): Promise<void> {
    try {
      const snapshot = await this.services.snapshot();
      this.sentModels = undefined;
      if (!this.disposed) await this.connection.sendNotification(SnapshotNotification, snapshot);
    } catch (error) {
      if (!isCancellation(error)) this.log.error('The panel could not be updated:', wordsOf(error, this.t));
    }
  }

  private async sendTraining(now: TrainingSnapshot): Promise<void> {
    const { models, problems: _problems, previous: _previous, ...rest } = now;
    const isKnown = models === this.sentModels;
    this.sentModels = models;
    await this.notify(PanelTrainingNotification, isKnown ? rest : now);
  }

  private async notify<T>(type: NotificationType<T>, value: T): Promise<void> {
    if (!this.disposed) await this.connection.sendNotification(type, value as NoInfer<RequestParam<T>>);
  }

  /** Failures become words that the page shows, instead of a request that never ends. */
  private async answer<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isCancellation(error)) this.log.warn('The panel was told:', wordsOf(error, this.t));
      throw error instanceof ResponseError ? error : new ResponseError(ErrorCodes.InternalError, wordsOf(error, this.t));
    }
  }
}
