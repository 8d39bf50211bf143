import { describe, expect, test } from 'vitest';
import { pairQuality, precisionAt, precisionRecallCurve, rocOf } from '../../../../src/core/metrics/pairQuality';
import { randomOf } from '../findings/support';

/** Pairs of images all of which are different. */
const apart = (distance: number[], similar: number[]) => ({
  a: distance.map((_, k) => 2 * k),
  b: distance.map((_, k) => 2 * k + 1),
  distance: Float32Array.from(distance),
  similar: Uint8Array.from(similar),
});

describe('quality of a threshold', () => {
  const pairs = apart([0.1, 0.2, 0.3, 0.6, 0.2, 0.5, 0.7, 0.8, 0.9, 1], [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);

  test('recall, accuracy and precision are those of the prevalence, whatever the sample’s mixture', () => {
    // 3 of 4 similar pairs and 1 of 6 different ones are at or under 0.3.
    const { recall, accuracy, precision } = pairQuality(pairs, 0.3, 0.01);
    expect(recall.value).toBe(0.75);
    expect(accuracy.value).toBeCloseTo((0.75 + 5 / 6) / 2, 12);
    expect(precision.value).toBeCloseTo(0.0075 / (0.0075 + 0.99 / 6), 12);
    for (const each of [recall, accuracy, precision]) {
      expect(each.low).toBeLessThan(each.value);
      expect(each.high).toBeGreaterThan(each.value);
    }
  });

  test('no false pair in a small sample is no promise of precision', () => {
    const { precision } = pairQuality(pairs, 0.1, 0.001);
    expect(precision.value).toBe(1);
    expect(precision.low).toBeLessThan(0.01);
  });

  test('pairs that share images give wider intervals than as many that do not', () => {
    const random = randomOf(3);
    const n = 400;
    const distance = Array.from({ length: n }, () => random());
    const similar = distance.map((_, k) => k % 2);
    const free = pairQuality(apart(distance, similar), 0.5, 0.1).recall;
    // Ten copies of each pair between the same two images.
    const copied = {
      ...apart(distance, similar),
      a: distance.map((_, k) => 2 * (k % 40)),
      b: distance.map((_, k) => 2 * (k % 40) + 1),
    };
    copied.distance = Float32Array.from(distance, (_, k) => distance[k % 40]);
    const shared = pairQuality(copied, 0.5, 0.1).recall;
    // A tenth of the information: about √10 times as wide.
    const ratio = (shared.high - shared.low) / (free.high - free.low);
    expect(ratio).toBeGreaterThan(2.5);
    expect(ratio).toBeLessThan(4.5);
  });

  test('intervals hold the truth nine times in ten', () => {
    // 30 images with a quality each; a similar pair is found if both of its images are good enough together: pairs share images.
    let held = 0;
    const times = 300;
    for (let time = 0; time < times; time++) {
      const random = randomOf(time + 1);
      const quality = Array.from({ length: 60 }, () => random());
      const [a, b, distance, similar]: number[][] = [[], [], [], []];
      for (let k = 0; k < 300; k++) {
        const x = Math.floor(random() * 60);
        const y = (x + 1 + Math.floor(random() * 59)) % 60;
        a.push(x);
        b.push(y);
        similar.push(k % 2);
        // Similar: found where q₁ + q₂ < 1, true share ½. Different: 0.5 + q.
        distance.push(k % 2 ? (quality[x] + quality[y]) / 4 : 0.5 + quality[x] / 2);
      }
      const { recall } = pairQuality({ a, b, distance, similar }, 0.25, 0.1);
      if (recall.low <= 0.5 && recall.high >= 0.5) held++;
    }
    // 90 % ± 3 standard errors of 300 trials, and the interval must not be so wide that it always holds.
    expect(held / times).toBeGreaterThan(0.84);
    expect(held / times).toBeLessThan(0.96);
  });
});

describe('ROC-AUC', () => {
  test('counts, for all couples of a similar and a different pair, which is nearer; ties half', () => {
    const random = randomOf(9);
    const distance = Array.from({ length: 80 }, () => Math.floor(random() * 20) / 20);
    const similar = distance.map(d => Number(random() > 0.3 + d / 3));
    let [wins, couples] = [0, 0];
    for (let i = 0; i < 80; i++) {
      for (let j = 0; j < 80; j++) {
        if (!similar[i] || similar[j]) continue;
        couples++;
        wins += distance[i] < distance[j] ? 1 : distance[i] === distance[j] ? 0.5 : 0;
      }
    }
    const { rocAuc, placements } = rocOf({ distance, similar });
    expect(rocAuc).toBeCloseTo(wins / couples, 12);
    const ofDifferent = placements.filter((_, k) => similar[k] === 0);
    expect(ofDifferent.reduce((sum, each) => sum + each, 0) / ofDifferent.length).toBeCloseTo(rocAuc, 12);
  });
});

test('precision where nothing is accepted is 1, and follows the prevalence', () => {
  expect(precisionAt(0, 0, 0.1)).toBe(1);
  expect(precisionAt(0.9, 0.01, 0.001)).toBeCloseTo(0.0009 / 0.01089, 12);
});

test('the curve ends at recall 1 and accepts ties as a whole', () => {
  const pairs = apart([0.1, 0.1, 0.1, 0.4, 0.5], [1, 0, 1, 0, 1]);
  expect(precisionRecallCurve(pairs, 0.5, 100)).toEqual([
    { distance: Math.fround(0.1), precision: 2 / 3 / (2 / 3 + 1 / 2), recall: 2 / 3 },
    { distance: Math.fround(0.4), precision: 2 / 3 / (2 / 3 + 1), recall: 2 / 3 },
    { distance: 0.5, precision: 0.5, recall: 1 },
  ]);
  const many = apart(
    Array.from({ length: 1000 }, (_, k) => k / 1000),
    Array.from({ length: 1000 }, (_, k) => k % 2),
  );
  expect(precisionRecallCurve(many, 0.5, 50).length).toBe(50);
  expect(precisionRecallCurve(apart([0.1], [1]), 0.5)).toEqual([]);
});
