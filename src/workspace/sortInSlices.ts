import { breathe } from './breathe';

/** Sorted runs of this many items take a few milliseconds at most. */
const runLength = 4096;

/** A stable merge sort that gives the event loop a turn between slices, so that 100,000 names never block it. */
export async function sortInSlices<T>(items: readonly T[], compare: (a: T, b: T) => number, signal?: AbortSignal): Promise<T[]> {
  let from = items.slice();
  for (let start = 0; start < from.length; start += runLength) {
    const run = from.slice(start, start + runLength).sort(compare);
    for (let i = 0; i < run.length; i++) from[start + i] = run[i];
    await pause(signal);
  }
  let into = new Array<T>(from.length);
  for (let width = runLength; width < from.length; width *= 2) {
    for (let start = 0; start < from.length; start += 2 * width) {
      const middle = Math.min(start + width, from.length);
      const end = Math.min(start + 2 * width, from.length);
      let left = start;
      let right = middle;
      for (let i = start; i < end; i++) {
        const takeLeft = left < middle && (right >= end || compare(from[left], from[right]) <= 0);
        into[i] = takeLeft ? from[left++] : from[right++];
        if (i % runLength === 0) await pause(signal);
      }
    }
    [from, into] = [into, from];
  }
  return from;
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await breathe();
  signal?.throwIfAborted();
}
