import { EventEmitter, workspace } from 'vscode';
import type { CancellationToken, Disposable, LogOutputChannel } from 'vscode';
import type { RequestType, RequestType0 } from 'vscode-jsonrpc';
import { EngineClient } from '../../client/engineClient';
import type { ScanProgress } from '../../protocol/engine';
import type { CheckProgress } from '../../protocol/checks';
import type { LabelProgress } from '../../protocol/labels';
import type { MapProgress } from '../../protocol/map';
import type { SearchProgress } from '../../protocol/search';
import type { SuggestProgress } from '../../protocol/suggest';
import type { TrainProgress } from '../../protocol/training';
import { readThreads } from '../config/readSettings';
import { settingsSection } from '../contributions';
import type { CheckEngine } from '../checks/checkFlow';
import type { LabelEngine } from '../labels/labelFlow';
import type { SuggestEngine } from '../suggest/suggestDesk';
import type { TrainingEngine } from '../training/trainer';
import type { EngineStop } from './engine';

/** How a process differs from the one for interactive work. */
export interface EngineTraits {
  /** Names it in the log. */
  readonly name: string;
  /** As `os.setPriority` takes it; absent = the engine's own choice. */
  readonly priority?: number;
  /** Settings that take a new process wait for its work to be done. */
  readonly patient?: boolean;
}

/** The engine's client in VS Code's terms: settings, log and events. */
export class EngineHost implements TrainingEngine, LabelEngine, CheckEngine, SuggestEngine, Disposable {
  private client: EngineClient;
  /** Epochs of clients that were replaced. */
  private earlierEpochs = 0;
  private readonly progressEmitter = new EventEmitter<ScanProgress>();
  private readonly searchProgressEmitter = new EventEmitter<SearchProgress>();
  private readonly suggestProgressEmitter = new EventEmitter<SuggestProgress>();
  private readonly trainProgressEmitter = new EventEmitter<TrainProgress>();
  private readonly labelProgressEmitter = new EventEmitter<LabelProgress>();
  private readonly mapProgressEmitter = new EventEmitter<MapProgress>();
  private readonly checkProgressEmitter = new EventEmitter<CheckProgress>();
  private readonly crashEmitter = new EventEmitter<EngineStop>();
  private readonly subscription: Disposable;
  readonly onDidProgress = this.progressEmitter.event;
  readonly onDidSearchProgress = this.searchProgressEmitter.event;
  readonly onDidSuggestProgress = this.suggestProgressEmitter.event;
  readonly onDidTrainProgress = this.trainProgressEmitter.event;
  readonly onDidLabelProgress = this.labelProgressEmitter.event;
  readonly onDidMapProgress = this.mapProgressEmitter.event;
  readonly onDidCheckProgress = this.checkProgressEmitter.event;
  readonly onDidCrash = this.crashEmitter.event;

  /**
   * @param enginePath The bundled engine.
   * @param cacheDir Where the engine keeps what can be made again.
   */
  constructor(
    private readonly enginePath: string,
    private readonly cacheDir: string,
    private readonly log: LogOutputChannel,
    private readonly traits: EngineTraits = { name: 'engine' },
  ) {
    this.client = this.createClient();
    this.subscription = workspace.onDidChangeConfiguration(event => {
      if (!event.affectsConfiguration(`${settingsSection}.threads`)) return;
      if (!this.traits.patient || !this.isRunning) void this.replaceClient();
    });
  }

  get epoch(): number {
    return this.earlierEpochs + this.client.epoch;
  }

  get isRunning(): boolean {
    return this.client.isRunning;
  }

  request<P, R>(type: RequestType<P, R, void>, params: P, token?: CancellationToken): Promise<R> {
    return this.client.request(type, params, token);
  }

  request0<R>(type: RequestType0<R, void>, token?: CancellationToken): Promise<R> {
    return this.client.request0(type, token);
  }

  async restart(): Promise<void> {
    const status = await this.client.restart();
    this.log.info(`The ${this.traits.name} was restarted (process ${status.pid}).`);
  }

  /** Ends the process, if there is one; the next request starts another. */
  async stop(): Promise<void> {
    await this.replaceClient();
  }

  dispose(): void {
    this.subscription.dispose();
    void this.client.dispose();
    this.progressEmitter.dispose();
    this.searchProgressEmitter.dispose();
    this.suggestProgressEmitter.dispose();
    this.trainProgressEmitter.dispose();
    this.labelProgressEmitter.dispose();
    this.mapProgressEmitter.dispose();
    this.checkProgressEmitter.dispose();
    this.crashEmitter.dispose();
  }

  private createClient(): EngineClient {
    const threads = readThreads();
    const client = new EngineClient({
      enginePath: this.enginePath,
      initialize: { cacheDir: this.cacheDir, ...(threads !== undefined && { threads }) },
      ...(this.traits.priority !== undefined && { priority: this.traits.priority }),
      log: line => this.log.info(`${this.traits.name}: ${line}`),
    });
    client.onDidProgress(progress => this.progressEmitter.fire(progress));
    client.onDidSearchProgress(progress => this.searchProgressEmitter.fire(progress));
    client.onDidSuggestProgress(progress => this.suggestProgressEmitter.fire(progress));
    client.onDidTrainProgress(progress => this.trainProgressEmitter.fire(progress));
    client.onDidLabelProgress(progress => this.labelProgressEmitter.fire(progress));
    client.onDidMapProgress(progress => this.mapProgressEmitter.fire(progress));
    client.onDidCheckProgress(progress => this.checkProgressEmitter.fire(progress));
    client.onDidCrash(({ code, signal, stderrTail, givenUp }) => {
      this.log.error(`The ${this.traits.name} ended (code ${code}, signal ${signal}). Its last words: ${stderrTail || '(none)'}`);
      this.crashEmitter.fire({ code, signal, givenUp });
    });
    return client;
  }

  /** Threads are given to the process when it starts. */
  private async replaceClient(): Promise<void> {
    const old = this.client;
    this.earlierEpochs += old.epoch;
    this.client = this.createClient();
    await old.dispose();
  }
}
