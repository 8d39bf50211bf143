import { CancellationError } from 'vscode';
import { ErrorCodes, ResponseError } from 'vscode-jsonrpc';

/** LSP's code for a cancelled request: what jsonrpc's peers agree on. */
const requestCancelled = -32800;

/** Whether an error only says that someone cancelled. */
export const isCancellation = (error: unknown): boolean =>
  error instanceof CancellationError ||
  (error instanceof ResponseError && error.code === requestCancelled) ||
  (error instanceof Error && (error.name === 'Canceled' || error.name === 'AbortError'));

/** Whether the process ended before it answered. */
export const isEngineLoss = (error: unknown): boolean =>
  error instanceof ResponseError &&
  (error.code === ErrorCodes.PendingResponseRejected || error.code === ErrorCodes.ConnectionInactive);

/** An error's words, for people. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
