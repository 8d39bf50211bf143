import { describe, expect, it } from 'vitest';
import { errorRates, ratesAt } from '../../../../src/core/checks/errorRates';
import { calibrate, chanceAt } from '../../../../src/core/checks/identityJudge';

/** The same numbers every time, about normal. */
const spread = (count: number, mean: number, deviation: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => {
    const p = (i + 0.5) / count;
    // Logistic quantiles, scaled to the deviation.
    return mean + (deviation * Math.sqrt(3) * Math.log(p / (1 - p))) / Math.PI;
  });

describe('error rates', () => {
  it('are counted at a threshold', () => {
    expect(ratesAt(Float64Array.of(0.1, 0.2, 0.6), Float64Array.of(0.5, 0.7, 0.8, 0.9), 0.55)).toEqual({
      threshold: 0.55,
      far: 0.25,
      frr: 1 - 2 / 3,
    });
  });

  it('meet where as many foreign files are accepted as own ones refused', () => {
    const { eer, eerThreshold, points } = errorRates([0.1, 0.2, 0.3, 0.65], [0.25, 0.7, 0.8, 0.9]);
    expect(eer).toBe(0.25);
    expect(eerThreshold).toBeGreaterThanOrEqual(0.3);
    expect(eerThreshold).toBeLessThan(0.65);
    for (let i = 1; i < points.length; i++) {
      expect(points[i].threshold).toBeGreaterThan(points[i - 1].threshold);
      expect(points[i].far).toBeGreaterThanOrEqual(points[i - 1].far);
      expect(points[i].frr).toBeLessThanOrEqual(points[i - 1].frr);
    }
    expect(points.at(-1)).toMatchObject({ far: 1, frr: 0 });
  });

  it('are nought where distances do not overlap, and unknown without files', () => {
    expect(errorRates([0.1, 0.2], [0.8, 0.9]).eer).toBe(0);
    expect(errorRates([], [1]).eer).toBeNaN();
  });

  it('keep the curve short', () => {
    expect(errorRates(spread(5000, 0.3, 0.1), spread(90_000, 0.9, 0.1)).points.length).toBeLessThan(130);
  });
});

describe('calibration of identities', () => {
  const foreign = spread(20_000, 1, 0.15);

  it('finds the share of foreign files, and a threshold between the two', () => {
    const own = Float64Array.of(...spread(180, 0.3, 0.1), ...spread(20, 1, 0.15));
    const { threshold, share, auc, chances } = calibrate(own, foreign);
    expect(share).toBeGreaterThan(0.06);
    expect(share).toBeLessThan(0.14);
    expect(threshold).toBeGreaterThan(0.5);
    expect(threshold).toBeLessThan(0.85);
    expect(auc).toBeGreaterThan(0.9);
    expect(chanceAt({ chances }, 0.2)).toBeLessThan(0.05);
    expect(chanceAt({ chances }, 1.1)).toBeGreaterThan(0.8);
  });

  it('lets no foreign file in where all files are their own: there is room between', () => {
    const { threshold } = calibrate(spread(200, 0.2, 0.02), foreign);
    expect(threshold).toBeGreaterThan(0.24);
    expect(threshold).toBeLessThan(0.75);
  });

  it('tells two foreign files among few, where own ones are near', () => {
    const own = Float64Array.of(...spread(46, 0.3, 0.05), 0.95, 1.05);
    expect(calibrate(own, spread(96, 1, 0.15)).threshold).toBeLessThan(0.9);
  });

  it('refuses few where nothing was learned', () => {
    const { auc } = calibrate(spread(300, 1, 0.15), foreign);
    expect(auc).toBeCloseTo(0.5, 1);
  });
});
