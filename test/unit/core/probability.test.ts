import { describe, expect, test } from 'vitest';
import { isotonicCurve, logisticCurve, logisticFit, probabilityAt, shiftPrior } from '../../../src/core/calibration/probability';
import { expectedCalibrationError, reliabilityTable } from '../../../src/core/calibration/reliability';

describe('the isotonic curve', () => {
  test('pools what is out of order and says of n truths (n p + ½) / (n + 1)', () => {
    const curve = isotonicCurve({ distance: [5, 1, 2, 3, 4], similar: [0, 1, 1, 0, 1] });
    // Sorted: 1, 1, 0, 1, 0: {1, 1}, {0, 1} pooled, {0}.
    expect(curve.map(point => point.distance)).toEqual([1.5, 3.5, 5]);
    expect(curve[0].probability).toBeCloseTo(2.5 / 3, 12);
    expect(curve[1].probability).toBeCloseTo(1.5 / 3, 12);
    expect(curve[2].probability).toBeCloseTo(0.5 / 2, 12);
  });

  test('gives equal distances one probability', () => {
    const curve = isotonicCurve({ distance: [1, 1, 1, 1], similar: [1, 0, 0, 0] });
    expect(curve).toEqual([{ distance: 1, probability: 1.5 / 5 }]);
  });

  test('counts weights', () => {
    const curve = isotonicCurve({ distance: [1, 2], similar: [0, 1], weight: [3, 1] });
    expect(curve).toHaveLength(1);
    expect(curve[0].distance).toBeCloseTo(1.25, 12);
    expect(curve[0].probability).toBeCloseTo((0.25 * 2 + 0.5) / 3, 12);
  });
});

describe('the logistic curve', () => {
  const distance = [0.1, 0.2, 0.25, 0.4, 0.5, 0.55, 0.7, 0.9];
  const similar = [1, 1, 0, 1, 0, 1, 0, 0];

  test('is where the gradient of Platt’s likelihood is nothing', () => {
    const { slope, offset } = logisticFit({ distance, similar });
    expect(slope).toBeGreaterThan(0);
    let [gradientSlope, gradientOffset] = [0, 0];
    distance.forEach((d, k) => {
      const target = similar[k] ? 5 / 6 : 1 / 6;
      const p = 1 / (1 + Math.exp(slope * d + offset));
      gradientSlope += (target - p) * d;
      gradientOffset += target - p;
    });
    expect(gradientSlope).toBeCloseTo(0, 5);
    expect(gradientOffset).toBeCloseTo(0, 5);
  });

  test('stays finite where a distance parts the truths', () => {
    const { slope, offset } = logisticFit({ distance: [0, 0.1, 0.9, 1], similar: [1, 1, 0, 0] });
    expect(Number.isFinite(slope) && Number.isFinite(offset)).toBe(true);
    const curve = logisticCurve({ slope, offset }, 0, 1, 5);
    expect(curve.map(point => point.distance)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(curve[2].probability).toBeCloseTo(0.5, 6);
  });
});

describe('probabilities', () => {
  test('are read between points, and constant beyond the ends', () => {
    const curve = [
      { distance: 1, probability: 0.9 },
      { distance: 2, probability: 0.5 },
      { distance: 4, probability: 0.1 },
    ];
    expect([0, 1, 1.5, 2, 3, 4, 9].map(d => probabilityAt(curve, d))).toEqual(
      [0.9, 0.9, 0.7, 0.5, 0.3, 0.1, 0.1].map(p => expect.closeTo(p, 12)),
    );
    expect(probabilityAt([], 1)).toBeNaN();
  });

  test('move with the prevalence by Bayes’ rule', () => {
    expect(shiftPrior(0.5, 0.5, 0.1)).toBeCloseTo(0.1, 12);
    // Odds 9 : 1 among equally many; ten thousand different pairs for a similar one make it 9 : 9,999.
    expect(shiftPrior(0.9, 0.5, 1e-4)).toBeCloseTo(9 / (9 + 9999), 12);
    expect(shiftPrior(shiftPrior(0.3, 0.5, 0.01), 0.01, 0.5)).toBeCloseTo(0.3, 12);
  });
});

describe('reliability', () => {
  const predictions = { predicted: [0.05, 0.15, 0.15, 0.95, 1], similar: [0, 1, 0, 1, 1] };

  test('compares predictions with what was so, bin by bin', () => {
    const table = reliabilityTable(predictions);
    expect(table.map(({ predicted, observed, pairs }) => [predicted, observed.value, pairs])).toEqual([
      [0.05, 0, 1],
      [0.15, 0.5, 2],
      [expect.closeTo(0.975, 12), 1, 2],
    ]);
  });

  test('errs by the mean gap', () => {
    // Bin gaps 0.05, 0.35 (twice), 0.025 (twice), over five pairs.
    expect(expectedCalibrationError(predictions)).toBeCloseTo((0.05 + 0.7 + 0.05) / 5, 12);
    const weighted = { ...predictions, weight: [2, 0, 0, 1, 1] };
    expect(expectedCalibrationError(weighted)).toBeCloseTo((0.1 + 0.05) / 4, 12);
  });

  test('a weighted share is worth fewer pairs', () => {
    const even = reliabilityTable({ predicted: [0.5, 0.5, 0.5, 0.5], similar: [1, 0, 1, 0] })[0].observed;
    const uneven = reliabilityTable({ predicted: [0.5, 0.5, 0.5, 0.5], similar: [1, 0, 1, 0], weight: [10, 10, 1, 1] })[0]
      .observed;
    expect(uneven.high - uneven.low).toBeGreaterThan(even.high - even.low);
  });
});
