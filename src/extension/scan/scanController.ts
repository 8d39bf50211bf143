import { CancellationTokenSource, EventEmitter } from 'vscode';
import type { CancellationToken, Disposable, LogOutputChannel } from 'vscode';
import { english } from '../../core/l10n';
import type { Verdict } from '../../core/verdicts/verdict';
import {
  ClearRequest,
  RestoreRequest,
  ScanRequest,
  SetVerdictsRequest,
  UpdateRequest,
  type ScanNote,
  type ScanParams,
  type ScanProgress,
  type ScanSummary,
} from '../../protocol/engine';
import { SetFilterRequest } from '../../protocol/map';
import { SetJudgementRequest, type Judgement } from '../../protocol/labels';
import type { Engine } from '../engineProcess/engine';
import { isCancellation } from '../engineProcess/errors';
import type { Session } from '../session/session';
import type { RootSpec } from './rootSpecs';
import type { ScanStore } from './scanStore';

export type ScanOutcome =
  | { readonly kind: 'done'; readonly summary: ScanSummary; readonly notes: readonly ScanNote[] }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Makes a scan's parameters from the settings, the config files and the verdicts as they are now. */
export interface ParamsSource {
  /** `notes`: what could not be used of them. */
  build(specs: readonly RootSpec[]): Promise<{ readonly params: ScanParams; readonly notes: readonly ScanNote[] }>;
}

/**
 * Runs everything that changes what the engine holds, one thing at a time. A new scan cancels the one under way and takes its place;
 * updates and verdicts wait for it.
 */
export class ScanController implements Disposable {
  private tail: Promise<unknown> = Promise.resolve();
  private queued = 0;
  private running: CancellationTokenSource | undefined;
  private params: ScanParams | undefined;
  /** What was wrong with settings and verdicts when they were last read: it is told once, however often they are read again. */
  private knownNotes: ReadonlySet<string> = new Set();
  private lastProgress: ScanProgress | null = null;
  /** The engine process that holds the session's scan; another one has to restore it first. */
  private loadedEpoch = 0;
  private idleListeners: (() => void)[] = [];
  private readonly progressEmitter = new EventEmitter<ScanProgress | null>();
  /** Null: no scan is under way any more. */
  readonly onDidProgress = this.progressEmitter.event;
  private readonly subscription: Disposable;

  constructor(
    private readonly engine: Engine,
    private readonly session: Session,
    private readonly source: ParamsSource,
    private readonly store: ScanStore,
    private readonly log: LogOutputChannel,
  ) {
    this.subscription = engine.onDidProgress(progress => {
      if (this.running) this.setProgress(progress);
    });
  }

  get progress(): ScanProgress | null {
    return this.lastProgress;
  }

  /** Of the scan under way, once they are known. */
  get runningParams(): ScanParams | undefined {
    return this.params;
  }

  get isScanning(): boolean {
    return this.running !== undefined;
  }

  get isIdle(): boolean {
    return this.queued === 0;
  }

  whenIdle(): Promise<void> {
    return this.isIdle ? Promise.resolve() : new Promise(resolve => this.idleListeners.push(resolve));
  }

  /** Scans folders; the result becomes the session. */
  scan(specs: readonly RootSpec[], token?: CancellationToken): Promise<ScanOutcome> {
    return this.replaceRunning(token, async cancellation => {
      const { params, notes } = await this.source.build(specs);
      if (cancellation.isCancellationRequested) return { kind: 'cancelled' };
      this.newNotes(notes);
      this.params = params;
      const summary = await this.engine.request(ScanRequest, params, cancellation);
      this.load(params, summary);
      this.logModels(summary);
      await this.store.setLastScan(specs);
      return { kind: 'done', summary, notes: [...notes, ...summary.notes] };
    });
  }

  /** The last scan of this window, without reading the images again. False where there is none. */
  async restore(): Promise<boolean> {
    const specs = this.store.lastScan;
    if (specs.length === 0) return false;
    const outcome = await this.replaceRunning(undefined, cancellation => this.restoreNow(specs, cancellation));
    if (outcome.kind === 'failed') this.log.warn('The last scan could not be restored:', String(outcome.error));
    return outcome.kind === 'done';
  }

  /** Files or folders (absolute paths) that were added, changed or deleted. */
  update(changed: readonly string[]): Promise<void> {
    return this.enqueue(async () => {
      const { state } = this.session;
      if (!state || !(await this.ensureLoaded())) return;
      const summary = await this.engine.request(UpdateRequest, { changed });
      if (!summary || !this.session.state) return;
      this.load(state.params, summary);
      this.logNotes(summary.notes, state.summary.notes);
    });
  }

  /**
   * Verdict files or the verdicts in memory changed.
   *
   * @returns what is wrong with them that was not a moment ago
   */
  refreshVerdicts(): Promise<readonly ScanNote[]> {
    return this.enqueue(async () => {
      const { state } = this.session;
      if (!state) return [];
      const { params, notes: all } = await this.source.build(this.specs());
      const notes = this.newNotes(all);
      // Our own line comes back as a change of its file.
      if (isSameList(params.verdicts, state.params.verdicts)) return notes;
      if (!(await this.ensureLoaded())) return notes;
      const { generation } = await this.engine.request(SetVerdictsRequest, { verdicts: params.verdicts });
      this.session.setVerdicts(params.verdicts, generation);
      return notes;
    });
  }

  /** Doubtful labels become findings. False where there is no scan any more. */
  setJudgement(judgement: Judgement): Promise<boolean> {
    return this.replaceSummary(() => this.engine.request(SetJudgementRequest, judgement));
  }

  /**
   * Shows only what touches some images of an edition, or all again. False where the images are no longer those, or there is no scan any
   * more.
   */
  setFilter(edition: number, images: Uint32Array | null): Promise<boolean> {
    return this.replaceSummary(() => this.engine.request(SetFilterRequest, { edition, images }));
  }

  async clear(): Promise<void> {
    this.cancel();
    await this.enqueue(async () => {
      this.session.clear();
      await this.store.setLastScan([]);
      if (this.engine.isRunning) await this.engine.request0(ClearRequest);
    });
  }

  /** Makes sure that the engine holds the session's scan, e.g. after a crash. False where that failed: scan again. */
  async ready(): Promise<boolean> {
    if (this.session.state && this.loadedEpoch === this.engine.epoch && this.engine.isRunning) return true;
    return this.enqueue(() => this.ensureLoaded());
  }

  cancel(): void {
    this.running?.cancel();
  }

  /** What the session was scanned from. */
  specs(): RootSpec[] {
    return this.session.roots.map(({ path, name, only }) => ({ path, name, only }));
  }

  dispose(): void {
    this.cancel();
    this.subscription.dispose();
    this.progressEmitter.dispose();
  }

  private async ensureLoaded(): Promise<boolean> {
    if (!this.session.state) return false;
    if (this.loadedEpoch === this.engine.epoch && this.engine.isRunning) return true;
    const { params } = this.session.state;
    const summary = await this.engine.request(RestoreRequest, params);
    if (!summary) return false;
    this.load(params, summary);
    return true;
  }

  /** Something about the scan changed in the engine. False where it did not. */
  private replaceSummary(change: () => Promise<ScanSummary | null>): Promise<boolean> {
    return this.enqueue(async () => {
      if (!(await this.ensureLoaded())) return false;
      const summary = await change();
      if (!summary || !this.session.state) return false;
      this.load(this.session.state.params, summary);
      return true;
    });
  }

  private async restoreNow(specs: readonly RootSpec[], cancellation: CancellationToken): Promise<ScanOutcome> {
    const { params, notes } = await this.source.build(specs);
    const summary = await this.engine.request(RestoreRequest, params, cancellation);
    if (!summary) {
      await this.store.setLastScan([]);
      return { kind: 'cancelled' };
    }
    this.load(params, summary);
    this.logModels(summary);
    this.logNotes(summary.notes);
    return { kind: 'done', summary, notes };
  }

  /** Of a scan that nobody asked for: it interrupts no one, but that a model is gone can be read. */
  private logNotes(notes: readonly ScanNote[], before: readonly ScanNote[] = []): void {
    for (const each of notesBeside(notes, namesOf(before))) this.log.warn(english(each.message, ...each.args));
  }

  private logModels({ model, rescorer }: ScanSummary): void {
    if (model) this.log.info(`Compared with the model ${model.path} (${model.relation}).`);
    if (rescorer) this.log.info(`Pairs judged again by ${rescorer.path} (${rescorer.network}).`);
  }

  private newNotes(notes: readonly ScanNote[]): readonly ScanNote[] {
    const before = this.knownNotes;
    this.knownNotes = namesOf(notes);
    return notesBeside(notes, before);
  }

  private load(params: ScanParams, summary: ScanSummary): void {
    this.loadedEpoch = this.engine.epoch;
    const threshold = Math.min(this.store.threshold(params.roots) ?? summary.defaultThreshold, summary.radius);
    this.session.set({ params, summary, threshold });
  }

  private async replaceRunning(
    token: CancellationToken | undefined,
    work: (cancellation: CancellationToken) => Promise<ScanOutcome>,
  ): Promise<ScanOutcome> {
    this.running?.cancel();
    const source = new CancellationTokenSource();
    this.running = source;
    this.params = undefined;
    if (token?.isCancellationRequested) source.cancel();
    const link = token?.onCancellationRequested(() => source.cancel());
    const outcome = await this.enqueue(async (): Promise<ScanOutcome> => {
      if (source.token.isCancellationRequested) return { kind: 'cancelled' };
      this.setProgress({ phase: 'count', done: 0, total: 0 });
      try {
        return await work(source.token);
      } catch (error) {
        return isCancellation(error) ? { kind: 'cancelled' } : { kind: 'failed', error };
      }
    });
    link?.dispose();
    if (this.running === source) {
      this.running = undefined;
      this.params = undefined;
      this.setProgress(null);
    }
    source.dispose();
    return outcome;
  }

  private enqueue<T>(work: () => Promise<T>): Promise<T> {
    this.queued++;
    const result = this.tail.then(work);
    this.tail = result.then(
      () => this.finished(),
      () => this.finished(),
    );
    return result;
  }

  private finished(): void {
    this.queued--;
    if (this.queued > 0) return;
    const listeners = this.idleListeners;
    this.idleListeners = [];
    for (const listener of listeners) listener();
  }

  private setProgress(progress: ScanProgress | null): void {
    this.lastProgress = progress;
    this.progressEmitter.fire(progress);
  }
}

const namesOf = (notes: readonly ScanNote[]): ReadonlySet<string> => new Set(notes.map(each => JSON.stringify(each)));

/** Those that were not there before. */
const notesBeside = (notes: readonly ScanNote[], before: ReadonlySet<string>): readonly ScanNote[] =>
  notes.filter(each => !before.has(JSON.stringify(each)));

/** Ids are unique, and a verdict never changes. */
const isSameList = (a: readonly Verdict[], b: readonly Verdict[]): boolean =>
  a.length === b.length && a.every((verdict, i) => verdict.id === b[i].id);
