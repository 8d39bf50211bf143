import { parentPort } from 'node:worker_threads';
import { signatureAt } from '../descriptor/signatureTable';
import { PairComparer } from './pairScorer';
import { scorePairs } from './scorePairs';
import type { WorkerAnswer, WorkerRequest } from './workerMessages';

// The entry of a worker thread: scores the pairs it is sent, against signatures in shared memory.
const port = parentPort;
if (!port) throw new Error('rescoreWorker must run as a worker thread');

let comparer: PairComparer | undefined;
port.on('message', (request: WorkerRequest) => {
  if (request.kind === 'table') {
    const { chunks, length } = request.signatures;
    comparer = new PairComparer(row => signatureAt(chunks, length, row));
    return;
  }
  if (!comparer) throw new Error('pairs came before the table');
  const answer: WorkerAnswer = { job: request.job, distances: scorePairs(comparer, request.pairs) };
  port.postMessage(answer, [answer.distances.buffer as ArrayBuffer]);
});
