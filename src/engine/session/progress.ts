import type { ScanPhase, ScanProgress } from '../../protocol/engine';
import { PhaseReports } from './phaseReports';

/** How the time of a scan is spread over its phases when nothing is known yet: decoding is most of it. */
const typicalShare: Readonly<Record<ScanPhase, number>> = { count: 0.02, decode: 0.78, join: 0.08, rescore: 0.12 };
const order = Object.keys(typicalShare) as ScanPhase[];
/** An estimate from less than this jumps about. */
const tooLittleShare = 0.02;

/** Whole snapshots, at most ten a second, the last of a phase always. */
export class ProgressReporter {
  readonly #send: (progress: ScanProgress) => void;
  readonly #reports: PhaseReports<ScanPhase>;
  readonly #startedMs: number;

  constructor(send: (progress: ScanProgress) => void, now?: () => number) {
    this.#send = send;
    this.#reports = new PhaseReports(now);
    this.#startedMs = this.#reports.now();
  }

  get elapsedMs(): number {
    return this.#reports.now() - this.#startedMs;
  }

  report(phase: ScanPhase, done: number, total: number): void {
    const share = total > 0 ? done / total : 0;
    const lastedMs = this.#reports.due(phase, share);
    if (lastedMs === undefined) return;
    const etaMs = this.#eta(phase, share, lastedMs);
    this.#send({ phase, done, total, ...(etaMs !== undefined && { etaMs }) });
  }

  /** This phase at its own pace, the later ones in proportion. */
  #eta(phase: ScanPhase, share: number, lastedMs: number): number | undefined {
    if (phase === 'count' || share < tooLittleShare) return undefined;
    const wholePhaseMs = lastedMs / share;
    const later = order.slice(order.indexOf(phase) + 1).reduce((sum, each) => sum + typicalShare[each], 0);
    return Math.round(wholePhaseMs * (1 - share) + (wholePhaseMs * later) / typicalShare[phase]);
  }
}
