import { wilson } from '../metrics/interval';
import type { Interval } from '../metrics/interval';

/** One bin of predicted probabilities. */
export interface ReliabilityBin {
  /** Mean of the predictions in the bin. */
  readonly predicted: number;
  /** Share of them that were so. */
  readonly observed: Interval;
  readonly pairs: number;
}

/** Predicted probabilities, what was so (1 or 0), and how much each counts. */
export interface Predictions {
  readonly predicted: ArrayLike<number>;
  readonly similar: ArrayLike<number>;
  readonly weight?: ArrayLike<number>;
}

const BINS = 10;

/**
 * Predictions against what was so, in ten bins of equal width; empty bins are left out (DeGroot and Fienberg, The Statistician 32, 1983).
 * The interval of a weighted share is that of Kish's effective number of pairs, (Σw)² / Σw².
 */
export function reliabilityTable({ predicted, similar, weight }: Predictions): ReliabilityBin[] {
  const bins = Array.from({ length: BINS }, () => ({ weight: 0, squares: 0, predicted: 0, similar: 0, pairs: 0 }));
  for (let k = 0; k < predicted.length; k++) {
    const own = weight ? weight[k] : 1;
    const bin = bins[Math.min(BINS - 1, Math.floor(predicted[k] * BINS))];
    bin.weight += own;
    bin.squares += own * own;
    bin.predicted += own * predicted[k];
    bin.similar += own * similar[k];
    bin.pairs++;
  }
  return bins
    .filter(bin => bin.weight > 0)
    .map(bin => ({
      predicted: bin.predicted / bin.weight,
      observed: wilson(bin.similar / bin.weight, bin.weight ** 2 / bin.squares),
      pairs: bin.pairs,
    }));
}

/** Expected calibration error: mean distance of predicted and observed over the bins, weighted by what falls in them (Naeini et al., AAAI 2015). */
export function expectedCalibrationError(predictions: Predictions): number {
  const { predicted, similar, weight } = predictions;
  const gaps = new Float64Array(BINS);
  let total = 0;
  for (let k = 0; k < predicted.length; k++) {
    const own = weight ? weight[k] : 1;
    gaps[Math.min(BINS - 1, Math.floor(predicted[k] * BINS))] += own * (predicted[k] - similar[k]);
    total += own;
  }
  return total > 0 ? gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / total : NaN;
}
