import { expect, test } from 'vitest';
import { reliabilityPlot } from '../../../../src/core/report/reliabilityPlot';

const bins = [
  { predicted: 0.1, observed: { value: 0.2, low: 0.1, high: 0.4 }, pairs: 30 },
  { predicted: 0.5, observed: { value: 0.5, low: 0, high: 1 }, pairs: 0 },
  { predicted: 0.9, observed: { value: 0.9, low: 0.8, high: 1 }, pairs: 10 },
];

test('puts predictions across and what was so up, and leaves empty bins out', () => {
  const svg = reliabilityPlot(bins, 'a <b>');
  const points = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
  expect(points).toHaveLength(2);
  // The diagonal gives the axes.
  const [x0, y0, x1, y1] = /M([\d.]+),([\d.]+)L([\d.]+),([\d.]+)/.exec(svg)!.slice(1).map(Number);
  const share = ([x, y]: number[]): number[] => [(x - x0) / (x1 - x0), (y - y0) / (y1 - y0)];
  expect(share(points[0])[0]).toBeCloseTo(0.1, 3);
  expect(share(points[0])[1]).toBeCloseTo(0.2, 3);
  // On the diagonal where a prediction holds.
  expect(share(points[1])[0]).toBeCloseTo(share(points[1])[1], 3);
  expect(svg).toContain('a &#60;b&#62;');
  // Three quarters and one quarter of the pairs.
  const [large, small] = [...svg.matchAll(/<rect x[^>]* height="([\d.]+)"/g)].map(([, height]) => Number(height));
  expect(large / small).toBeCloseTo(3, 6);
});

test('says so where there are no probabilities', () => {
  const svg = reliabilityPlot([], 'none');
  expect(svg).toContain('There are no probabilities.');
  expect(svg).not.toMatch(/NaN|undefined/);
});
