import type { Disposable } from 'vscode';

/**
 * Gathers items until none has come for a while, or the first one has waited long enough, and hands them over together, without doubles.
 */
export class Batcher<T> implements Disposable {
  private items = new Set<T>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private firstMs = 0;

  constructor(
    private readonly quietMs: number,
    private readonly longestMs: number,
    private readonly deliver: (items: readonly T[]) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(item: T): void {
    if (this.items.size === 0) this.firstMs = this.now();
    this.items.add(item);
    clearTimeout(this.timer);
    const waitMs = Math.max(0, Math.min(this.quietMs, this.firstMs + this.longestMs - this.now()));
    this.timer = setTimeout(() => this.flush(), waitMs);
  }

  get isEmpty(): boolean {
    return this.items.size === 0;
  }

  flush(): void {
    clearTimeout(this.timer);
    if (this.items.size === 0) return;
    const items = [...this.items];
    this.items = new Set();
    this.deliver(items);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.items.clear();
  }
}
