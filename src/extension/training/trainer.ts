import { CancellationTokenSource, EventEmitter } from 'vscode';
import type { CancellationToken, Disposable, Event } from 'vscode';
import { EngineStoppedError } from '../../client/engineClient';
import { workspaceMessages } from '../../core/dataset/messages';
import { note, NoteError } from '../../core/dataset/note';
import type { Translate } from '../../core/l10n';
import type { TrainingRun } from '../../protocol/panelTraining';
import { TrainRequest, type TrainProgress, type TrainSummary } from '../../protocol/training';
import { isThere } from '../../workspace/identity';
import { modelNameOf } from '../../workspace/models';
import { claimTraining } from '../../workspace/trainingClaim';
import type { Engine } from '../engineProcess/engine';
import { isCancellation, isEngineLoss, wordsOf } from '../engineProcess/errors';
import type { JobStore, TrainingJob } from './jobStore';

/** An engine process that trains; ended after each training, so that none leaves memory behind. */
export interface TrainingEngine extends Engine {
  readonly onDidTrainProgress: Event<TrainProgress>;
  stop(): Promise<void>;
}

export type TrainEnd =
  | { readonly kind: 'done'; readonly summary: TrainSummary }
  /** Cancelled before there was anything to keep; `canGoOn`: but what it was to go on from. */
  | { readonly kind: 'stopped'; readonly canGoOn?: true }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Runs one training at a time in an engine process of its own, and knows how far it is. */
export class Trainer implements Disposable {
  private current: TrainingRun | null = null;
  private running: CancellationTokenSource | undefined;
  private aside: CancellationTokenSource | undefined;
  private readonly emitter = new EventEmitter<TrainingRun>();
  readonly onDidChange = this.emitter.event;
  private readonly asideEmitter = new EventEmitter<void>();
  /** A training that the page does not show began or ended. */
  readonly onDidTrainAside = this.asideEmitter.event;
  private readonly subscription: Disposable;

  constructor(
    private readonly engine: TrainingEngine,
    private readonly jobs: JobStore,
    private readonly t: Translate,
  ) {
    this.subscription = engine.onDidTrainProgress(progress => {
      if (this.running) this.change({ progress });
    });
  }

  /** The training under way, or the last one of this window. */
  get run(): TrainingRun | null {
    return this.current;
  }

  get isTraining(): boolean {
    return this.running !== undefined || this.aside !== undefined;
  }

  /**
   * @param resumed Goes on with what an earlier window began: its checkpoint is used.
   */
  async train(job: TrainingJob, resumed = false): Promise<TrainEnd> {
    if (this.isTraining) throw new Error('A training is under way already.');
    const source = new CancellationTokenSource();
    this.running = source;
    const { params } = job;
    this.current = {
      id: job.id,
      name: modelNameOf(params.outPath),
      learnFrom: params.learnFrom,
      relation: params.relation ?? (params.learnFrom.includes('labels') ? 'same-class' : 'same-picture'),
      startedAt: job.startedAt,
      resumed,
      state: 'running',
      progress: null,
      summary: null,
      problem: null,
    };
    this.emitter.fire(this.current);
    const end = await this.request(job, resumed, source);
    this.running = undefined;
    source.dispose();
    if (end.kind === 'done') this.change({ state: 'done', summary: end.summary });
    else if (end.kind === 'stopped') this.change({ state: 'stopped' });
    else this.change({ state: 'failed', problem: wordsOf(end.error, this.t) });
    return end;
  }

  /**
   * Trains what the page does not show, in the same process and as alone as any training. It is not taken up where it is interrupted.
   *
   * @throws what `work` throws; NoteError where another window trains in the folder
   */
  async trainAside<T>(root: string, token: CancellationToken, work: (token: CancellationToken) => Promise<T>): Promise<T> {
    if (this.isTraining) throw new Error('A training is under way already.');
    const source = new CancellationTokenSource();
    this.aside = source;
    this.asideEmitter.fire();
    const link = token.onCancellationRequested(() => source.cancel());
    let giveUp: (() => Promise<void>) | undefined;
    try {
      giveUp = await claimTraining(root);
      if (!giveUp) throw new NoteError(note(workspaceMessages.trainingElsewhere));
      return await work(source.token);
    } finally {
      link.dispose();
      await this.engine.stop().catch(() => undefined);
      await giveUp?.();
      this.aside = undefined;
      source.dispose();
      this.asideEmitter.fire();
    }
  }

  /** The training ends soon, and keeps the best so far where it is one that the page shows. */
  cancel(): void {
    this.aside?.cancel();
    if (!this.running || this.current?.state === 'cancelling') return;
    this.change({ state: 'cancelling' });
    this.running.cancel();
  }

  dispose(): void {
    this.subscription.dispose();
    this.emitter.dispose();
    this.asideEmitter.dispose();
  }

  private async request(job: TrainingJob, resumed: boolean, source: CancellationTokenSource): Promise<TrainEnd> {
    let giveUp: (() => Promise<void>) | undefined;
    try {
      giveUp = await claimTraining(job.root);
      if (!giveUp) throw new NoteError(note(workspaceMessages.trainingElsewhere));
    } catch (error) {
      return { kind: 'failed', error };
    }
    let isLost = false;
    // By its own words, as the request's error does not always come from this process's end.
    const crash = this.engine.onDidCrash(() => (isLost = true));
    try {
      if (!resumed) await this.jobs.clear();
      await this.jobs.save(job);
      const summary = await this.engine.request(TrainRequest, job.params, source.token);
      return { kind: 'done', summary };
    } catch (error) {
      // This window is closing: the next one is to go on.
      isLost ||= error instanceof EngineStoppedError || isEngineLoss(error);
      // What it has learned can be saved once its folder is back.
      isLost ||= !isCancellation(error) && !(await isThere(job.root));
      if (!isCancellation(error)) return { kind: 'failed', error };
      const canGoOn = resumed && (await isThere(this.jobs.checkpointPath));
      isLost ||= canGoOn;
      return { kind: 'stopped', ...(canGoOn && { canGoOn }) };
    } finally {
      crash.dispose();
      // Else the checkpoint is what the training can go on from.
      if (!isLost) await this.jobs.clear().catch(() => undefined);
      await this.engine.stop().catch(() => undefined);
      await giveUp();
    }
  }

  private change(change: Partial<TrainingRun>): void {
    if (!this.current) return;
    this.current = { ...this.current, ...change };
    this.emitter.fire(this.current);
  }
}
