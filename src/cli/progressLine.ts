import type { ScanPhase, ScanProgress } from '../protocol/engine';

const phases: Readonly<Record<ScanPhase, string>> = {
  count: 'Counting images',
  decode: 'Reading images',
  join: 'Looking for pairs',
  rescore: 'Measuring pairs',
};
const intervalMs = 100;
const clearLine = '\r\u001b[K';

export function progressText({ phase, done, total, etaMs }: ScanProgress): string {
  const amount = total > 0 ? ` ${done} of ${total}` : ` ${done}`;
  // The numbers of the later phases are steps, which say nothing to a person.
  const counted = phase === 'count' || phase === 'decode' ? amount : total > 0 ? ` ${Math.floor((100 * done) / total)} %` : '';
  return `${phases[phase]}:${counted}${etaMs === undefined ? '' : `, about ${Math.max(1, Math.round(etaMs / 1000))} s left`}`;
}

/** One line on a terminal that is written over; nothing where there is no terminal. */
export class ProgressLine {
  #shownMs = -Infinity;
  #isShown = false;

  constructor(private readonly stream: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown }) {}

  show(progress: ScanProgress): void {
    this.showText(progressText(progress));
  }

  /** Cut to the terminal's width: what is wrapped could not be written over. */
  showText(text: string): void {
    const nowMs = performance.now();
    if (!this.stream.isTTY || nowMs - this.#shownMs < intervalMs) return;
    this.#shownMs = nowMs;
    this.#isShown = true;
    this.stream.write(clearLine + text.slice(0, Math.max(20, (this.stream.columns ?? 81) - 1)));
  }

  clear(): void {
    if (this.#isShown) this.stream.write(clearLine);
    this.#isShown = false;
  }
}
