import { expect, test } from 'vitest';
import { auditAccuracy } from '../../../../src/core/metrics/auditAccuracy';
import { seededRandom } from '../../../../src/core/labeling/random';
import type { JudgedAudit } from '../../../../src/core/metrics/auditAccuracy';

const audit = (similar: boolean, saysSimilar: boolean, probability = 0.01): JudgedAudit => ({
  similar,
  saysSimilar,
  probability,
});

test('an audit stands for as many pairs as it was unlikely to be drawn', () => {
  // 2000 + 2000 pairs judged rightly, 8000 wrongly.
  const { accuracy, precision, recall } = auditAccuracy([
    audit(true, true, 0.0005),
    audit(false, false, 0.0005),
    audit(true, false, 0.000125),
  ]);
  expect(accuracy.value).toBeCloseTo(4 / 12, 3);
  expect(precision!.value).toBe(1);
  expect(recall!.value).toBeCloseTo(2 / 10, 3);
});

test('where all pairs were drawn each stands for itself', () => {
  const { accuracy } = auditAccuracy([audit(true, true, 0.6), audit(false, false, 0.3), audit(true, false, 0.1)]);
  expect(accuracy.value).toBeCloseTo(2 / 3, 12);
});

test('a pair that is drawn again counts once, and few pairs that are drawn often for no less than they are', () => {
  // The model says similar of ten pairs that surely are, six of which two thirds are, and four of which half are.
  const strata = [
    { pairs: 10, share: 0.15, similar: 10 },
    { pairs: 6, share: 0.2, similar: 4 },
    { pairs: 4, share: 0.4, similar: 2 },
    { pairs: 500, share: 0.25, similar: 0 },
  ];
  const random = seededRandom(5);
  const trials = 400;
  let sum = 0;
  for (let trial = 0; trial < trials; trial++) {
    const audits = new Map<string, JudgedAudit>();
    while (audits.size < 40) {
      let left = random();
      const k = strata.findIndex(({ share }) => (left -= share) < 0);
      const { pairs, share, similar } = strata[Math.max(0, k)];
      const pair = Math.floor(random() * pairs);
      audits.set(`${k} ${pair}`, audit(pair < similar, k < 3, share / pairs));
    }
    sum += auditAccuracy([...audits.values()]).precision!.value;
  }
  // 16 of 20; weighted by 1 / probability it would be 0.89.
  expect(Math.abs(sum / trials - 0.8)).toBeLessThan(0.01);
});

test('audits drawn alike give the score interval of their number; unlike ones a wider one', () => {
  const alike = Array.from({ length: 20 }, (_, i) => audit(true, i < 18));
  // Wilson, 18 of 20, z = 1.645: worked out by hand.
  const z2 = 1.6448536269514722 ** 2;
  const middle = (0.9 + z2 / 40) / (1 + z2 / 20);
  const half = (Math.sqrt(z2) / (1 + z2 / 20)) * Math.sqrt(0.09 / 20 + z2 / 1600);
  const { accuracy } = auditAccuracy(alike);
  expect(accuracy.low).toBeCloseTo(middle - half, 9);
  expect(accuracy.high).toBeCloseTo(middle + half, 9);
  const unlike = auditAccuracy(alike.map((each, i) => ({ ...each, probability: i % 2 === 0 ? 0.001 : 0.01 }))).accuracy;
  expect(unlike.high - unlike.low).toBeGreaterThan(accuracy.high - accuracy.low);
});

test('what cannot be known is left out', () => {
  const saysNone = auditAccuracy([audit(true, false), audit(false, false)]);
  expect(saysNone.precision).toBeUndefined();
  expect(saysNone.recall!.value).toBe(0);
  expect(auditAccuracy([audit(false, true)]).recall).toBeUndefined();
});
