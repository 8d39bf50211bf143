const BETWEEN_REPORTS_MS = 100;

/** When to tell how far work is: the beginning of a phase and its end always, between them at most ten times a second. */
export class PhaseReports<Phase> {
  #phase: Phase | undefined;
  #startedMs = 0;
  #sentMs = -Infinity;

  /** @param now a clock, in milliseconds */
  constructor(readonly now: () => number = () => performance.now()) {}

  /**
   * @param share of the phase that is done, 0…1
   * @returns for how long the phase has lasted, in milliseconds; undefined where it is too early for another report
   */
  due(phase: Phase, share: number): number | undefined {
    const now = this.now();
    const isNew = phase !== this.#phase;
    if (isNew) [this.#phase, this.#startedMs] = [phase, now];
    if (!isNew && share < 1 && now - this.#sentMs < BETWEEN_REPORTS_MS) return undefined;
    this.#sentMs = now;
    return now - this.#startedMs;
  }
}

interface Counted {
  readonly done: number;
  readonly total: number;
}

/** Passes on, now and then, how many of all are done; the last always. */
export function countReports(send: (progress: Counted) => void): (progress: Counted) => void {
  const reports = new PhaseReports<'all'>();
  return ({ done, total }) => {
    if (reports.due('all', done / total) !== undefined) send({ done: Math.floor(done), total });
  };
}
