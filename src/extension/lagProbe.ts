import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';

/** How late the extension host's event loop was, in milliseconds beyond the probe's own interval. */
export interface LagReport {
  readonly maxMs: number;
  readonly p99Ms: number;
  readonly meanMs: number;
  readonly samples: number;
}

const resolutionMs = 5;
const toMs = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolutionMs);

/** Measures while it is started; costs nothing otherwise. */
export class LagProbe {
  private histogram: IntervalHistogram | undefined;

  start(): void {
    this.histogram?.disable();
    this.histogram = monitorEventLoopDelay({ resolution: resolutionMs });
    this.histogram.enable();
  }

  stop(): LagReport {
    const { histogram } = this;
    this.histogram = undefined;
    if (!histogram) return { maxMs: 0, p99Ms: 0, meanMs: 0, samples: 0 };
    histogram.disable();
    if (histogram.count === 0) return { maxMs: 0, p99Ms: 0, meanMs: 0, samples: 0 };
    return {
      maxMs: toMs(histogram.max),
      p99Ms: toMs(histogram.percentile(99)),
      meanMs: toMs(histogram.mean),
      samples: histogram.count,
    };
  }
}
