import { expect, test } from 'vitest';
import { auditAccuracy } from '../../../../src/core/metrics/auditAccuracy';
import type { JudgedAudit } from '../../../../src/core/metrics/auditAccuracy';

const audit = (similar: boolean, saysSimilar: boolean, probability = 0.01): JudgedAudit => ({
  similar,
  saysSimilar,
  probability,
});

test('an audit stands for as many pairs as it was unlikely to be drawn', () => {
  // 1/0.5 + 1/0.5 = 4 pairs judged rightly, 1/0.125 = 8 wrongly.
  const { accuracy, precision, recall } = auditAccuracy([
    audit(true, true, 0.5),
    audit(false, false, 0.5),
    audit(true, false, 0.125),
  ]);
  expect(accuracy.value).toBeCloseTo(4 / 12, 12);
  expect(precision!.value).toBe(1);
  expect(recall!.value).toBeCloseTo(2 / 10, 12);
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
  const unlike = auditAccuracy(alike.map((each, i) => ({ ...each, probability: i % 2 === 0 ? 0.001 : 0.1 }))).accuracy;
  expect(unlike.high - unlike.low).toBeGreaterThan(accuracy.high - accuracy.low);
});

test('what cannot be known is left out', () => {
  const saysNone = auditAccuracy([audit(true, false), audit(false, false)]);
  expect(saysNone.precision).toBeUndefined();
  expect(saysNone.recall!.value).toBe(0);
  expect(auditAccuracy([audit(false, true)]).recall).toBeUndefined();
});
