import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';

const tickMs = 5;

export interface LagWatchReport {
  /** Longest time between two turns of the event loop beyond the timer's own, waiting for a processor included. */
  readonly maxMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Longest processor time that this thread spent in one turn; undefined where Node is too old to tell (before 23.9). */
  readonly maxBusyMs: number | undefined;
  /** The longest lag of a thread of this process that does nothing: the machine's share. */
  readonly idleThreadMaxMs: number;
}

/** What an idle thread sees: it waits for a processor as the host does, and does no work of its own. */
const idleThread = `
  const { parentPort } = require('node:worker_threads');
  const histogram = require('node:perf_hooks').monitorEventLoopDelay({ resolution: ${tickMs} });
  histogram.enable();
  parentPort.on('message', () => parentPort.postMessage(histogram.max / 1e6 - ${tickMs}));
  parentPort.postMessage('ready');
`;

/**
 * Measures how long the host's event loop is held up. On a busy machine a thread also waits for a processor, so the lag of an
 * idle thread and the processor time of each turn are measured beside it.
 */
export const watchLag = async (): Promise<{ stop(): Promise<LagWatchReport> }> => {
  const worker = new Worker(idleThread, { eval: true });
  const nextMessage = (): Promise<unknown> => new Promise(resolve => worker.once('message', resolve));
  await nextMessage();
  const histogram = monitorEventLoopDelay({ resolution: tickMs });
  histogram.enable();
  const threadCpuUsage = (process as { threadCpuUsage?: () => NodeJS.CpuUsage }).threadCpuUsage?.bind(process);
  const busyMs = (): number => {
    const { user, system } = threadCpuUsage?.() ?? { user: 0, system: 0 };
    return (user + system) / 1000;
  };
  let maxBusyMs = 0;
  let last = busyMs();
  const timer = setInterval(() => {
    const now = busyMs();
    maxBusyMs = Math.max(maxBusyMs, now - last);
    last = now;
  }, 1);
  return {
    async stop() {
      clearInterval(timer);
      histogram.disable();
      worker.postMessage('stop');
      const idleThreadMaxMs = Number(await nextMessage());
      await worker.terminate();
      const ms = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - tickMs);
      return {
        maxMs: ms(histogram.max),
        p50Ms: ms(histogram.percentile(50)),
        p99Ms: ms(histogram.percentile(99)),
        maxBusyMs: threadCpuUsage && maxBusyMs,
        idleThreadMaxMs,
      };
    },
  };
};

/** Whether a figure keeps its limit, in words: a busy machine may break it, so that the maxima are told and not asserted. */
export const limitText = (measuredMs: number, limitMs: number): string =>
  `limit ${limitMs} ms: ${measuredMs < limitMs ? 'kept' : 'not kept'}`;

export const lagText = ({ maxMs, p50Ms, p99Ms, maxBusyMs, idleThreadMaxMs }: LagWatchReport): string => {
  const busy = maxBusyMs === undefined ? 'unknown here' : `${maxBusyMs.toFixed(1)} ms (${limitText(maxBusyMs, 50)})`;
  return (
    `event loop lag p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms (${limitText(p99Ms, 50)}), ` +
    `max ${maxMs.toFixed(1)} ms (${limitText(maxMs, 50)}); longest turn by processor time ${busy}; ` +
    `an idle thread's max ${idleThreadMaxMs.toFixed(1)} ms`
  );
};
