/**
 * Stands in for the engine process: answers each request with what a script says, and keeps what it was asked. The script is the JSON
 * file that `TWINLINT_SCRIPT` names; the requests go to the same name with `.asked` added.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter, ResponseError } from 'vscode-jsonrpc/node';
import type { CancellationToken } from 'vscode-jsonrpc/node';
import { engineErrorCodes } from '../../../src/protocol/engineErrors';
import { TrainProgressNotification, type TrainProgress } from '../../../src/protocol/training';

export interface Script {
  /** By method. */
  readonly answers: Readonly<Record<string, unknown>>;
  /** Told before a training's answer. */
  readonly progress?: readonly TrainProgress[];
  /** A training answers only once it is cancelled: with this, or, where it is null, that it was cancelled with nothing reached. */
  readonly onCancel?: unknown;
  /** The line that every request but the first is refused with. */
  readonly refusal?: { readonly message: string; readonly args: readonly string[] };
}

const scriptFile = process.env.TWINLINT_SCRIPT ?? '';
const script = JSON.parse(readFileSync(scriptFile, 'utf8')) as Script;
const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);

connection.onRequest(async (method, given: unknown, token: CancellationToken) => {
  const params = given as { readonly outPath?: string } | undefined;
  if (method === 'engine/initialize') return {};
  appendFileSync(`${scriptFile}.asked`, `${JSON.stringify({ method, params })}\n`);
  if (script.refusal) {
    return new ResponseError(engineErrorCodes.note, 'refused', script.refusal);
  }
  const isTraining = method.startsWith('train/');
  if (isTraining) for (const each of script.progress ?? []) await connection.sendNotification(TrainProgressNotification, each);
  if (isTraining && script.onCancel !== undefined) {
    if (!token.isCancellationRequested) {
      await new Promise<void>(resolve => token.onCancellationRequested(() => resolve()));
    }
    if (script.onCancel === null) return new ResponseError(engineErrorCodes.cancelled, 'Cancelled.');
  }
  if (params?.outPath !== undefined) writeFileSync(params.outPath, 'written by the engine');
  return (isTraining && script.onCancel) || script.answers[method];
});
connection.listen();
