/** The engine process: answers the requests of src/protocol/engine.ts on its IPC channel, and ends when its parent does. */
import os from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { serveDescriber } from './decode/describers';
import { isFoldWorker, serveFolds } from './labels/foldThreads';
import { startEngine } from './server';

if (isMainThread) main();
else if (isFoldWorker()) serveFolds();
else serveDescriber();

function main(): void {
  process.on('uncaughtException', error => end('Uncaught error', error));
  process.on('unhandledRejection', error => end('Unhandled rejection', error));
  process.on('disconnect', () => process.exit(0));
  // A terminal sends Ctrl+C to the whole group; the parent decides what it means: a training is to keep its best so far.
  process.on('SIGINT', () => undefined);
  // The editor and the user's own work go first; who started it may have put it lower still.
  try {
    const { PRIORITY_BELOW_NORMAL } = os.constants.priority;
    if (os.getPriority() < PRIORITY_BELOW_NORMAL) os.setPriority(PRIORITY_BELOW_NORMAL);
  } catch {
    // Not allowed everywhere, and not needed.
  }
  if (!process.send) end('The engine is started by the editor or the command line', 'there is no parent to talk to');
  else startEngine(process);
}

function end(what: string, error: unknown): void {
  console.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exit(1);
}
