import { createMessageConnection, ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import type { Disposable, LogOutputChannel } from 'vscode';
import type { Translate } from '../../core/l10n';
import type { Relation } from '../../core/verdicts/verdict';
import type { ContentPairKey } from '../../protocol/labeling';
import { portTransports, type MessagePort } from '../../protocol/messagePort';
import {
  AnswerRequest,
  LabelingActionRequest,
  LabelingPreviewRequest,
  LabelingReadyRequest,
  LabelingSnapshotNotification,
  SetRelationRequest,
  UndoAnswerRequest,
} from '../../protocol/panelLabeling';
import type { LabelAnswer, LabelingAction, LabelingSnapshot } from '../../protocol/panelLabeling';
import { isCancellation, wordsOf } from '../engineProcess/errors';
import { parsePreview } from '../panel/panelMessages';
import { LatestThrottle } from '../util/latestThrottle';
import { parseAnswer, parseLabelingAction, parseRelation } from './labelingMessages';

const snapshotIntervalMs = 100;

/** What the labeling page asks of the host. */
export interface LabelingServices {
  snapshot(): Promise<LabelingSnapshot>;
  answer(pairs: readonly ContentPairKey[], answer: LabelAnswer): Promise<LabelingSnapshot>;
  undo(): Promise<LabelingSnapshot>;
  setRelation(relation: Relation): Promise<LabelingSnapshot>;
  preview(place: {
    readonly root: number;
    readonly path: string;
    readonly side: number;
  }): Promise<{ readonly uri?: string; readonly problem?: string }>;
  act(action: LabelingAction): Promise<void>;
}

/** One labeling page's end of the conversation. A page that is hidden is gone; the next one gets a host of its own. */
export class LabelingHost implements Disposable {
  private readonly connection: MessageConnection;
  private readonly snapshots: LatestThrottle<void>;
  private isReady = false;
  private disposed = false;

  constructor(
    port: MessagePort,
    private readonly services: LabelingServices,
    private readonly log: LogOutputChannel,
    private readonly t: Translate,
  ) {
    const { reader, writer } = portTransports(port);
    this.connection = createMessageConnection(reader, writer);
    this.snapshots = new LatestThrottle(snapshotIntervalMs, () => this.sendSnapshot());
    this.connection.onRequest(LabelingReadyRequest, () =>
      this.answer(async () => {
        const snapshot = await services.snapshot();
        this.isReady = true;
        return snapshot;
      }),
    );
    this.connection.onRequest(AnswerRequest, params =>
      this.answer(() => {
        const { pairs, answer } = parseAnswer(params);
        return services.answer(pairs, answer);
      }),
    );
    this.connection.onRequest(UndoAnswerRequest, () => this.answer(() => services.undo()));
    this.connection.onRequest(SetRelationRequest, params =>
      this.answer(() => services.setRelation(parseRelation(params).relation)),
    );
    this.connection.onRequest(LabelingPreviewRequest, params => this.answer(() => services.preview(parsePreview(params))));
    this.connection.onRequest(LabelingActionRequest, params => this.answer(() => services.act(parseLabelingAction(params))));
    this.connection.listen();
  }

  /** A whole snapshot, soon. */
  refresh(): void {
    if (this.isReady) this.snapshots.push();
  }

  dispose(): void {
    this.disposed = true;
    this.snapshots.dispose();
    this.connection.dispose();
  }

  private async sendSnapshot(): Promise<void> {
    try {
      const snapshot = await this.services.snapshot();
      if (!this.disposed) await this.connection.sendNotification(LabelingSnapshotNotification, snapshot);
    } catch (error) {
      if (!isCancellation(error)) this.log.error('The labeling page could not be updated:', wordsOf(error, this.t));
    }
  }

  private async answer<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isCancellation(error)) this.log.warn('The labeling page was told:', wordsOf(error, this.t));
      throw error instanceof ResponseError ? error : new ResponseError(ErrorCodes.InternalError, wordsOf(error, this.t));
    }
  }
}
