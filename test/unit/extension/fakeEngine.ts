import type { RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { EngineStop } from '../../../src/extension/engineProcess/engine';
import type { TrainingEngine } from '../../../src/extension/training/trainer';
import type { TrainProgress } from '../../../src/protocol/training';
import type { ScanParams, ScanProgress, ScanSummary } from '../../../src/protocol/engine';
import type { SearchProgress } from '../../../src/protocol/search';
import { CancellationError, EventEmitter } from './fakeVscode';

export type Token = { isCancellationRequested: boolean; onCancellationRequested(listener: () => unknown): unknown };
type Handler = (params: never, token: Token | undefined) => unknown;

/** An engine whose answers a test gives by method name. A process is started by the first request, and again after {@link crash}. */
export class FakeEngine implements TrainingEngine {
  readonly calls: { readonly method: string; readonly params: unknown }[] = [];
  readonly handlers = new Map<string, Handler>();
  readonly progress = new EventEmitter<ScanProgress>();
  readonly trainProgress = new EventEmitter<TrainProgress>();
  private readonly crashes = new EventEmitter<EngineStop>();
  readonly onDidProgress = this.progress.event as never;
  readonly searchProgress = new EventEmitter<SearchProgress>();
  readonly onDidSearchProgress = this.searchProgress.event as never;
  readonly onDidTrainProgress = this.trainProgress.event as never;
  readonly onDidCrash = this.crashes.event as never;
  epoch = 0;
  isRunning = false;

  on(type: { readonly method: string }, handler: (params: never, token?: Token) => unknown): this {
    this.handlers.set(type.method, handler);
    return this;
  }

  async request<P, R>(type: RequestType<P, R, void>, params: P, token?: unknown): Promise<R> {
    this.start();
    this.calls.push({ method: type.method, params });
    const handler = this.handlers.get(type.method);
    if (!handler) throw new Error(`The test gives no answer to ${type.method}.`);
    return (await handler(params as never, token as Token | undefined)) as R;
  }

  request0<R>(type: RequestType0<R, void>, token?: unknown): Promise<R> {
    return this.request(type as never, undefined as never, token);
  }

  crash(): void {
    this.isRunning = false;
    this.crashes.fire({ code: null, signal: 'SIGSEGV', givenUp: false });
  }

  restart(): Promise<void> {
    this.isRunning = false;
    this.start();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.isRunning = false;
    return Promise.resolve();
  }

  methods(): string[] {
    return this.calls.map(call => call.method);
  }

  private start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.epoch++;
  }
}

export const summaryOf = (params: Pick<ScanParams, 'roots'>, changes: Partial<ScanSummary> = {}): ScanSummary => ({
  generation: 1,
  edition: 1,
  roots: params.roots.map(({ path, name }) => ({ path, name })),
  images: 10,
  readable: 10,
  pairs: 3,
  radius: 0.5,
  defaultThreshold: 0.25,
  expectedFalsePairs: 0,
  counts: { 'near-duplicate': 3 },
  classes: [],
  splits: [],
  notes: [],
  elapsedMs: 1,
  scannedAt: '2026-01-01T00:00:00.000Z',
  ...changes,
});

/** A scan that ends only when it is cancelled. */
export const untilCancelled = (token?: Token): Promise<never> =>
  new Promise((_, reject) => {
    if (token?.isCancellationRequested) reject(new CancellationError());
    token?.onCancellationRequested(() => reject(new CancellationError()));
  });

/** VS Code's storage, in memory. */
export class FakeMemento {
  readonly values = new Map<string, unknown>();
  get(key: string, fallback?: unknown): unknown {
    return this.values.get(key) ?? fallback;
  }
  update(key: string, value: unknown): Promise<void> {
    if (value === undefined) this.values.delete(key);
    // Storage keeps JSON.
    else this.values.set(key, JSON.parse(JSON.stringify(value)));
    return Promise.resolve();
  }
  keys(): string[] {
    return [...this.values.keys()];
  }
}
