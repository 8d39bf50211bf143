import { describe, expect, test } from 'vitest';
import { lossPlot } from '../../../../src/core/report/lossPlot';

const points = [
  { step: 0, loss: 1, pairAccuracy: 0.5 },
  { step: 50, loss: 0.1, pairAccuracy: 0.75, validation: { loss: 0.1, accuracy: 0.8 } },
  { step: 100, loss: 0.01, pairAccuracy: 1, validation: { loss: 0.01, accuracy: 0.9 } },
];
const linesOf = (svg: string) =>
  [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, list]) => list.split(' ').map(pair => pair.split(',').map(Number)));

describe('the plot of a training', () => {
  test('has losses on a logarithmic scale and accuracies, of training and held-back images', () => {
    const [loss, heldBackLoss, accuracy, heldBackAccuracy] = linesOf(lossPlot(points, 't'));
    // Each tenth of a loss is one step down, and half the steps are half the way.
    expect(loss).toHaveLength(3);
    expect(loss[1][1] - loss[0][1]).toBeCloseTo(loss[2][1] - loss[1][1], 0);
    expect(loss[1][0] - loss[0][0]).toBeCloseTo(loss[2][0] - loss[1][0], 0);
    expect(loss[2][1]).toBeGreaterThan(loss[0][1]);
    expect(heldBackLoss).toEqual(loss.slice(1));
    // 50, 75 and 100 % lie evenly, upwards.
    expect(accuracy[0][1] - accuracy[1][1]).toBeCloseTo(accuracy[1][1] - accuracy[2][1], 0);
    expect(accuracy[2][1]).toBeLessThan(accuracy[0][1]);
    expect(heldBackAccuracy).toHaveLength(2);
  });

  test('is one well-formed file that loads nothing, whatever the title', () => {
    const svg = lossPlot(points, 'a <script>"&\u0000');
    expect(svg).toContain('a &#60;script&#62;&#34;&#38;</title>');
    expect(svg).not.toMatch(/href|url\(|<script/);
    expect(svg.match(/<svg /g)).toHaveLength(1);
    expect(svg.endsWith('</svg>\n')).toBe(true);
  });

  test('without a point it says so; numbers that are none are left out', () => {
    expect(lossPlot([], 't')).toContain('No step was taken.');
    const odd = lossPlot([{ step: 1, loss: NaN, pairAccuracy: NaN }, ...points.slice(1)], 't');
    expect(odd).not.toContain('NaN');
    expect(lossPlot([{ step: 1, loss: 0.5, pairAccuracy: 0.5 }], 't')).not.toContain('NaN');
  });
});
