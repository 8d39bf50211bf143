import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import os from 'node:os';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import type {
  CancellationToken,
  MessageConnection,
  NotificationType,
  RequestParam,
  RequestType,
  RequestType0,
} from 'vscode-jsonrpc/node';
import { ProcessEnd } from './processEnd';
import { CheckProgressNotification } from '../protocol/checks';
import type { CheckProgress } from '../protocol/checks';
import { InitializeRequest, ScanProgressNotification } from '../protocol/engine';
import type { EngineStatus, InitializeParams, ScanProgress } from '../protocol/engine';
import { LabelProgressNotification } from '../protocol/labels';
import type { LabelProgress } from '../protocol/labels';
import { MapProgressNotification } from '../protocol/map';
import type { MapProgress } from '../protocol/map';
import { SearchProgressNotification } from '../protocol/search';
import type { SearchProgress } from '../protocol/search';
import { SuggestProgressNotification } from '../protocol/suggest';
import type { SuggestProgress } from '../protocol/suggest';
import { TrainProgressNotification } from '../protocol/training';
import type { TrainProgress } from '../protocol/training';

export interface EngineClientOptions {
  /** The bundled engine, `dist/engine.js`. */
  readonly enginePath: string;
  readonly initialize: InitializeParams;
  /** As `os.setPriority` takes it; absent = the engine's own choice, below the editor's. Not allowed everywhere, and then left out. */
  readonly priority?: number;
  /** Lines that the engine writes to stderr. */
  readonly log?: (line: string) => void;
  /** For tests: the crash limit's clock. */
  readonly now?: () => number;
}

/** How the engine ended without being asked to. */
export interface EngineCrash {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last that it wrote to stderr. */
  readonly stderrTail: string;
  /** It crashed too often of late: it will not start again until {@link EngineClient.restart} is called. */
  readonly givenUp: boolean;
}

/** A request that the engine could not answer because it ended. */
export class EngineCrashedError extends Error {
  constructor(readonly crash: EngineCrash) {
    super(
      crash.givenUp
        ? `The engine crashed ${crashLimit} times within a minute and was stopped.`
        : `The engine crashed (${howItEnded(crash)}).`,
    );
    this.name = 'EngineCrashedError';
  }
}

/** A request that was under way when the engine was told to end. */
export class EngineStoppedError extends Error {
  constructor() {
    super('The engine was stopped.');
    this.name = 'EngineStoppedError';
  }
}

export type Listener<T> = (event: T) => void;
export interface Subscription {
  dispose(): void;
}

const crashLimit = 3;
const crashWindowMs = 60_000;
const tailBytes = 4096;

interface Running {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  readonly ready: Promise<EngineStatus>;
  readonly end: ProcessEnd;
}

/**
 * Owns the engine process: starts it with the first request, and again with the next request after it ended. Requests that were
 * under way when it ended are rejected. For the extension host and the command line alike; knows nothing of VS Code.
 */
export class EngineClient {
  readonly #options: EngineClientOptions;
  readonly #now: () => number;
  readonly #progress = new EventSource(ScanProgressNotification);
  readonly #training = new EventSource(TrainProgressNotification);
  readonly #labels = new EventSource(LabelProgressNotification);
  readonly #map = new EventSource(MapProgressNotification);
  readonly #checks = new EventSource(CheckProgressNotification);
  readonly #searches = new EventSource(SearchProgressNotification);
  readonly #suggestions = new EventSource(SuggestProgressNotification);
  readonly #crashListeners = new Set<Listener<EngineCrash>>();
  #running: Running | undefined;
  #crashTimes: number[] = [];
  #lastCrash: EngineCrash | undefined;
  #epoch = 0;
  #isDisposed = false;

  constructor(options: EngineClientOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Grows with every process started; what an earlier one knew is gone. 0 before the first. */
  get epoch(): number {
    return this.#epoch;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  /**
   * Rejects with {@link EngineCrashedError} where the process ends first, and with {@link EngineStoppedError} where it was ended by
   * {@link restart} or {@link dispose}.
   */
  async request<P, R>(type: RequestType<P, R, void>, params: P, token?: CancellationToken): Promise<R> {
    const running = await this.#start();
    // The library's parameter type is only nominally narrower, which a generic P can't show.
    return unlessEnded(running, running.connection.sendRequest(type, params as NoInfer<RequestParam<P>>, token));
  }

  async request0<R>(type: RequestType0<R, void>, token?: CancellationToken): Promise<R> {
    const running = await this.#start();
    return unlessEnded(running, running.connection.sendRequest(type, token));
  }

  onDidProgress(listener: Listener<ScanProgress>): Subscription {
    return this.#progress.listen(listener);
  }

  onDidTrainProgress(listener: Listener<TrainProgress>): Subscription {
    return this.#training.listen(listener);
  }

  onDidLabelProgress(listener: Listener<LabelProgress>): Subscription {
    return this.#labels.listen(listener);
  }

  onDidMapProgress(listener: Listener<MapProgress>): Subscription {
    return this.#map.listen(listener);
  }

  onDidCheckProgress(listener: Listener<CheckProgress>): Subscription {
    return this.#checks.listen(listener);
  }

  onDidSearchProgress(listener: Listener<SearchProgress>): Subscription {
    return this.#searches.listen(listener);
  }

  onDidSuggestProgress(listener: Listener<SuggestProgress>): Subscription {
    return this.#suggestions.listen(listener);
  }

  onDidCrash(listener: Listener<EngineCrash>): Subscription {
    return subscribe(this.#crashListeners, listener);
  }

  /** Ends the process, if there is one, and starts a new one; also after it crashed too often. */
  async restart(): Promise<EngineStatus> {
    await this.#stop();
    this.#crashTimes = [];
    this.#lastCrash = undefined;
    return (await this.#start()).ready;
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    for (const source of this.#sources) source.clear();
    this.#crashListeners.clear();
    await this.#stop();
  }

  get #sources(): readonly Pick<EventSource<unknown>, 'follow' | 'clear'>[] {
    return [this.#progress, this.#training, this.#labels, this.#map, this.#checks, this.#searches, this.#suggestions];
  }

  async #start(): Promise<Running> {
    if (this.#isDisposed) throw new Error('The engine client was disposed.');
    if (!this.#running) {
      if (this.#lastCrash?.givenUp) throw new EngineCrashedError(this.#lastCrash);
      this.#running = this.#spawn();
    }
    const running = this.#running;
    await running.ready;
    return running;
  }

  #spawn(): Running {
    const { enginePath, initialize, log, priority } = this.#options;
    const child = fork(enginePath, [], {
      execArgv: [],
      serialization: 'advanced',
      silent: true,
      env: {
        ...process.env,
        // Under VS Code, `process.execPath` is Electron: this makes it plain Node.
        ELECTRON_RUN_AS_NODE: '1',
        // ONNX Runtime would keep a device id on disk and report to its maker; pictures are the user's own business.
        ORT_DISABLE_TELEMETRY: '1',
        // Decoding runs in libuv's threads, four by default; reading files needs some beside it.
        UV_THREADPOOL_SIZE: String(Math.max(4, (initialize.threads ?? os.availableParallelism()) + 2)),
      },
    });
    this.#epoch++;
    if (priority !== undefined) setPriority(child, priority);
    let stderrTail = '';
    const lines = lineSplitter(line => log?.(line));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderrTail = (stderrTail + text).slice(-tailBytes);
      lines(text);
    });
    child.stdout?.setEncoding('utf8').on('data', lines);

    const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    // A closed channel is news of the process's end, which is told below.
    connection.onError(() => undefined);
    for (const source of this.#sources) source.follow(connection);
    connection.listen();

    const end = new ProcessEnd();
    const over = (code: number | null, signal: string | null, error?: Error): void => {
      if (end.error) return;
      if (error) stderrTail = `${stderrTail}${error.message}`;
      const isCrash = this.#running?.child === child;
      if (isCrash) {
        this.#running = undefined;
        const crash = this.#noteCrash(code, signal, stderrTail);
        end.tell(new EngineCrashedError(crash));
        emit(this.#crashListeners, crash);
      } else {
        end.tell(new EngineStoppedError());
      }
      // Requests without an answer would wait for ever.
      connection.dispose();
    };
    child.once('error', error => over(null, null, error));
    // `close` comes once stderr is read to its end, but never where another process holds the pipe.
    child.once('exit', (code, signal) => {
      const late = setTimeout(() => over(code, signal), 500);
      child.once('close', () => {
        clearTimeout(late);
        over(code, signal);
      });
    });
    const ready = unlessEnded({ child, end }, connection.sendRequest(InitializeRequest, initialize));
    ready.catch(() => {
      // An engine that can't get ready is of no use; the next request tries anew.
      if (this.#running?.child === child) {
        this.#running = undefined;
        child.kill('SIGKILL');
      }
    });
    return { child, connection, ready, end };
  }

  #noteCrash(code: number | null, signal: string | null, stderrTail: string): EngineCrash {
    const now = this.#now();
    this.#crashTimes = [...this.#crashTimes.filter(time => now - time < crashWindowMs), now];
    this.#lastCrash = { code, signal, stderrTail, givenUp: this.#crashTimes.length >= crashLimit };
    return this.#lastCrash;
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    const { child } = running;
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      child.kill('SIGKILL');
      await running.end.wait();
    }
  }
}

/** Who listens to one kind of news from the engine, whichever process brings it. */
class EventSource<T> {
  readonly #listeners = new Set<Listener<T>>();

  constructor(private readonly type: NotificationType<T>) {}

  listen(listener: Listener<T>): Subscription {
    return subscribe(this.#listeners, listener);
  }

  clear(): void {
    this.#listeners.clear();
  }

  follow(connection: MessageConnection): void {
    connection.onNotification(this.type, event => emit(this.#listeners, event));
  }
}

/** The answer; but where the process has ended, that it did: a closed channel says so in many ways. */
const unlessEnded = async <T>({ child, end }: Pick<Running, 'child' | 'end'>, answer: Promise<T>): Promise<T> => {
  try {
    return await end.unless(answer);
  } catch (error) {
    const hasEnded = !child.connected || child.exitCode !== null || child.signalCode !== null;
    if (hasEnded) await end.wait();
    throw end.error ?? error;
  }
};

const setPriority = (child: ChildProcess, priority: number): void => {
  try {
    if (child.pid !== undefined) os.setPriority(child.pid, priority);
  } catch {
    // Not allowed everywhere, and not needed.
  }
};

const howItEnded = ({ code, signal }: { readonly code: number | null; readonly signal: string | null }): string =>
  signal ? `signal ${signal}` : `exit code ${code ?? 'unknown'}`;

const subscribe = <T>(listeners: Set<Listener<T>>, listener: Listener<T>): Subscription => {
  listeners.add(listener);
  return { dispose: () => void listeners.delete(listener) };
};

const emit = <T>(listeners: ReadonlySet<Listener<T>>, event: T): void => {
  for (const listener of [...listeners]) listener(event);
};

const lineSplitter = (onLine: (line: string) => void): ((text: string) => void) => {
  let rest = '';
  return text => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  };
};
