import type { CancellationToken, Event } from 'vscode';
import type { RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { ScanProgress } from '../../protocol/engine';
import type { SearchProgress } from '../../protocol/search';

/** Why the engine's process ended, when nobody asked it to. */
export interface EngineStop {
  readonly code: number | null;
  readonly signal: string | null;
  /** It ended too often of late: only a restart on purpose starts it again. */
  readonly givenUp: boolean;
}

/** The engine process as the rest of the host sees it: started by the first request, and again by the next one after a crash. */
export interface Engine {
  request<P, R>(type: RequestType<P, R, void>, params: P, token?: CancellationToken): Promise<R>;
  request0<R>(type: RequestType0<R, void>, token?: CancellationToken): Promise<R>;
  readonly onDidProgress: Event<ScanProgress>;
  readonly onDidSearchProgress: Event<SearchProgress>;
  readonly onDidCrash: Event<EngineStop>;
  /** Grows with every process started; what an earlier one knew is gone. 0 before the first. */
  readonly epoch: number;
  readonly isRunning: boolean;
  restart(): Promise<void>;
}
