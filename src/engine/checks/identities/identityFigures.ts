import { ratesAt } from '../../../core/checks/errorRates';
import type { Calibration } from '../../../core/checks/identityJudge';

/** Measures of a verification, by name; docs/IDENTITIES.md says what each is. */
export function figuresOf(
  { threshold, share, rates, auc }: Calibration,
  own: Float64Array,
  foreign: Float64Array,
): Record<string, number> {
  if (own.length === 0 || foreign.length === 0) return {};
  const at = ratesAt(own.slice().sort(), foreign.slice().sort(), threshold);
  return {
    eer: rates.eer,
    'eer-threshold': rates.eerThreshold,
    threshold,
    far: at.far,
    frr: at.frr,
    'own-beats-other': auc,
    'estimated-foreign-share': share,
  };
}
