import type { ScanPhase, ScanProgress } from '../../protocol/engine';

const betweenReportsMs = 100;
/** How the time of a scan is spread over its phases when nothing is known yet: decoding is most of it. */
const typicalShare: Readonly<Record<ScanPhase, number>> = { count: 0.02, decode: 0.78, join: 0.08, rescore: 0.12 };
const order = Object.keys(typicalShare) as ScanPhase[];
/** An estimate from less than this jumps about. */
const tooLittleShare = 0.02;

/** Whole snapshots, at most ten a second, the last of a phase always. */
export class ProgressReporter {
  readonly #send: (progress: ScanProgress) => void;
  readonly #now: () => number;
  readonly #startedMs: number;
  #phase: ScanPhase | undefined;
  #phaseStartedMs = 0;
  #sentMs = -Infinity;

  constructor(send: (progress: ScanProgress) => void, now: () => number = () => performance.now()) {
    this.#send = send;
    this.#now = now;
    this.#startedMs = now();
  }

  get elapsedMs(): number {
    return this.#now() - this.#startedMs;
  }

  report(phase: ScanPhase, done: number, total: number): void {
    const now = this.#now();
    const isNew = phase !== this.#phase;
    if (isNew) {
      this.#phase = phase;
      this.#phaseStartedMs = now;
    }
    const isLast = total > 0 && done >= total;
    if (!isNew && !isLast && now - this.#sentMs < betweenReportsMs) return;
    this.#sentMs = now;
    const etaMs = this.#eta(phase, total > 0 ? done / total : 0, now);
    this.#send({ phase, done, total, ...(etaMs !== undefined && { etaMs }) });
  }

  /** This phase at its own pace, the later ones in proportion. */
  #eta(phase: ScanPhase, share: number, now: number): number | undefined {
    if (phase === 'count' || share < tooLittleShare) return undefined;
    const wholePhaseMs = (now - this.#phaseStartedMs) / share;
    const later = order.slice(order.indexOf(phase) + 1).reduce((sum, each) => sum + typicalShare[each], 0);
    return Math.round(wholePhaseMs * (1 - share) + (wholePhaseMs * later) / typicalShare[phase]);
  }
}
