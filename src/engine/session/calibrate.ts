import type { ScanData, ScanView } from './scanResult';

/** Where findings begin, and what that is expected to cost. */
export interface Calibration {
  readonly threshold: number;
  readonly expectedFalsePairs: number;
}

export const calibrate = (data: ScanData, _view: ScanView, radius: number): Calibration => {
  const setting = data.params.roots[0]?.settings.threshold ?? 'auto';
  const threshold = setting === 'auto' ? radius / 2 : Math.min(Math.max(0, setting), radius);
  return { threshold, expectedFalsePairs: 0 };
};
