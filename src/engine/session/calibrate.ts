import { calibrate } from '../../core/calibration/calibrate';
import { DISTANCE_SCALE } from '../rescore/distance';
import type { ScanData, ScanView } from './scanResult';

/** Where findings begin, and what that is expected to cost. */
export interface DefaultThreshold {
  readonly threshold: number;
  readonly expectedFalsePairs: number;
}

/** The threshold of the first root's settings, or, where that is `auto`, the one that the data set itself suggests. */
export const defaultThreshold = (data: ScanData, view: ScanView, radius: number): DefaultThreshold => {
  const calibration = calibrate({ pairs: view.pairs, comparisons: data.comparisons, radius, scale: DISTANCE_SCALE });
  const setting = data.params.roots[0]?.settings.threshold ?? 'auto';
  if (setting === 'auto') return calibration;
  const threshold = Math.min(Math.max(0, setting), radius);
  return { threshold, expectedFalsePairs: calibration.expectedFalsePairsAt(threshold) };
};
