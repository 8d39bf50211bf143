import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Batcher } from '../../../src/extension/util/batcher';
import { LatestThrottle } from '../../../src/extension/util/latestThrottle';

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('LatestThrottle', () => {
  test('a slider dragged for 2 s at 60 moves a second: at most 4 runs a second, and the last value lands', async () => {
    const runs: { value: number; atMs: number }[] = [];
    const throttle = new LatestThrottle<number>(250, value => {
      runs.push({ value, atMs: performance.now() });
    });
    for (let move = 0; move < 120; move++) {
      throttle.push(move);
      await vi.advanceTimersByTimeAsync(1000 / 60);
    }
    await vi.advanceTimersByTimeAsync(500);
    expect(runs.at(-1)!.value).toBe(119);
    for (let i = 1; i < runs.length; i++) expect(runs[i].atMs - runs[i - 1].atMs).toBeGreaterThan(249.9);
    expect(runs.length).toBeGreaterThanOrEqual(8);
    expect(runs.length).toBeLessThanOrEqual(10);
  });

  test('the first value runs at once', () => {
    const task = vi.fn();
    new LatestThrottle<string>(250, task).push('a');
    expect(task).toHaveBeenCalledExactlyOnceWith('a');
  });

  test('never two at a time; values that a newer one overtook are dropped', async () => {
    const finish: (() => void)[] = [];
    const seen: number[] = [];
    const throttle = new LatestThrottle<number>(250, value => {
      seen.push(value);
      return new Promise<void>(resolve => finish.push(resolve));
    });
    throttle.push(1);
    await vi.advanceTimersByTimeAsync(1000);
    throttle.push(2);
    throttle.push(3);
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen).toEqual([1]);
    expect(throttle.isSettling).toBe(true);
    finish.shift()!();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual([1, 3]);
    expect(throttle.isIdle).toBe(false);
    const idle = throttle.whenIdle();
    finish.shift()!();
    await idle;
    expect(throttle.isIdle).toBe(true);
  });

  test('a task that fails does not stop the next', async () => {
    const seen: number[] = [];
    const throttle = new LatestThrottle<number>(10, value => {
      seen.push(value);
      if (value === 1) throw new Error('no');
    });
    throttle.push(1);
    throttle.push(2);
    await vi.advanceTimersByTimeAsync(20);
    expect(seen).toEqual([1, 2]);
  });

  test('after dispose nothing runs, and nobody waits for ever', async () => {
    const task = vi.fn();
    const throttle = new LatestThrottle<number>(250, task);
    throttle.push(1);
    await vi.advanceTimersByTimeAsync(1);
    throttle.push(2);
    const idle = throttle.whenIdle();
    throttle.dispose();
    throttle.push(3);
    await vi.advanceTimersByTimeAsync(1000);
    await idle;
    expect(task).toHaveBeenCalledTimes(1);
  });
});

describe('Batcher', () => {
  test('hands over once it has been quiet for a while, without doubles', async () => {
    const batches: (readonly string[])[] = [];
    const batcher = new Batcher<string>(300, 1000, items => batches.push(items));
    batcher.add('a');
    await vi.advanceTimersByTimeAsync(200);
    batcher.add('b');
    batcher.add('a');
    await vi.advanceTimersByTimeAsync(299);
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([['a', 'b']]);
    expect(batcher.isEmpty).toBe(true);
  });

  test('a change never waits longer than the longest wait while others keep coming', async () => {
    const atMs: number[] = [];
    const batcher = new Batcher<number>(300, 1000, () => atMs.push(performance.now()));
    for (let i = 0; i < 40; i++) {
      batcher.add(i);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(atMs[0]).toBeLessThanOrEqual(1000);
    for (let i = 1; i < atMs.length; i++) expect(atMs[i] - atMs[i - 1]).toBeLessThanOrEqual(1100);
  });
});
