import type { Disposable } from 'vscode';

/**
 * Runs a task for the newest value only: never two at a time, never more often than once an interval (start to start), and the last
 * value always lands. Values that a newer one overtakes are dropped.
 */
export class LatestThrottle<T> implements Disposable {
  private waiting: { readonly value: T } | undefined;
  private running = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastStartMs = -Infinity;
  private idleListeners: (() => void)[] = [];
  private disposed = false;

  /** @param task Must handle its own failures: what it throws is dropped. */
  constructor(
    private readonly intervalMs: number,
    private readonly task: (value: T) => Promise<void> | void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  push(value: T): void {
    if (this.disposed) return;
    this.waiting = { value };
    this.schedule();
  }

  get isIdle(): boolean {
    return !this.running && this.waiting === undefined;
  }

  /** Whether a newer value waits: what the running task does beyond its main work would be for nothing. */
  get isSettling(): boolean {
    return this.waiting !== undefined;
  }

  /** Resolves once the newest value has landed; at once if it has. */
  whenIdle(): Promise<void> {
    return this.isIdle ? Promise.resolve() : new Promise(resolve => this.idleListeners.push(resolve));
  }

  dispose(): void {
    this.disposed = true;
    this.waiting = undefined;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.settle();
  }

  private schedule(): void {
    if (this.running || this.timer !== undefined || this.waiting === undefined) return;
    const waitMs = this.lastStartMs + this.intervalMs - this.now();
    if (waitMs <= 0) {
      void this.run();
    } else {
      this.timer = setTimeout(() => {
        this.timer = undefined;
        void this.run();
      }, waitMs);
    }
  }

  private async run(): Promise<void> {
    const { value } = this.waiting!;
    this.waiting = undefined;
    this.running = true;
    this.lastStartMs = this.now();
    try {
      await this.task(value);
    } catch {
      // See the constructor.
    } finally {
      this.running = false;
      this.schedule();
      this.settle();
    }
  }

  private settle(): void {
    if (!this.isIdle) return;
    const listeners = this.idleListeners;
    this.idleListeners = [];
    for (const listener of listeners) listener();
  }
}
