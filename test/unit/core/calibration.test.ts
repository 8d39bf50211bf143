import { describe, expect, it } from 'vitest';
import { calibrate, PRIOR_LOG_RATE, wantedFalsePairs } from '../../../src/core/calibration/calibrate';

const scale = { middle: -6, scale: 3 };
const radius = 0.5;
const distanceOfOdds = (odds: number): number => 1 / (1 + Math.exp((odds + 6) / 3));

function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (Math.imul(a, 1664525) + 1013904223) >>> 0;
    return a / 2 ** 32;
  };
}

/** Pairs of strangers whose log-odds beyond −6 are exponential: `atRadius` of them are expected at the radius. */
function strangers(atRadius: number, seed: number, firstImage = 0): { a: number[]; b: number[]; distance: number[] } {
  const next = random(seed);
  const columns = { a: [] as number[], b: [] as number[], distance: [] as number[] };
  for (let i = 0; i < atRadius; i++) {
    columns.a.push(firstImage + 2 * i);
    columns.b.push(firstImage + 2 * i + 1);
    columns.distance.push(distanceOfOdds(-6 - Math.log(1 - next())));
  }
  return columns;
}

const asPairs = ({ a, b, distance }: ReturnType<typeof strangers>) => ({
  a: Uint32Array.from(a),
  b: Uint32Array.from(b),
  distance: Float32Array.from(distance),
});

describe('calibrate', () => {
  it('predicts how many strangers a fresh draw of the same data set has within the threshold', () => {
    const comparisons = 50_000_000;
    const { threshold, expectedFalsePairs, expectedFalsePairsAt } = calibrate({
      pairs: asPairs(strangers(20_000, 1)),
      comparisons,
      radius,
      scale,
      wanted: 20,
    });
    expect(expectedFalsePairs).toBeCloseTo(20, 1);
    const fresh = strangers(20_000, 99).distance;
    const within = (distance: number): number => fresh.filter(d => d <= distance).length;
    // Poisson: 20 ± 3 · √20, and the count it is worked out from is a few per cent off too.
    expect(within(threshold)).toBeGreaterThan(5);
    expect(within(threshold)).toBeLessThan(35);
    expect(expectedFalsePairsAt(0.4) / within(0.4)).toBeCloseTo(1, 1);
  });

  it('is stricter where a data set has more look-alikes', () => {
    const of = (atRadius: number): number =>
      calibrate({ pairs: asPairs(strangers(atRadius, 3)), comparisons: 50_000_000, radius, scale }).threshold;
    expect(of(10_000)).toBeLessThan(of(1000));
    expect(of(1000)).toBeLessThan(of(100));
  });

  it('does not take copies for strangers: 100 pictures with ten copies each change nothing', () => {
    const base = strangers(1000, 5);
    const withCopies = strangers(1000, 5);
    let image = 100_000;
    for (let picture = 0; picture < 100; picture++) {
      const members = Array.from({ length: 11 }, () => image++);
      for (let i = 0; i < 11; i++) {
        for (let j = 0; j < i; j++) {
          withCopies.a.push(members[j]);
          withCopies.b.push(members[i]);
          // Each is surely a copy of the first; two altered ones are further apart.
          withCopies.distance.push(distanceOfOdds(j === 0 ? 6 : -3));
        }
      }
    }
    const threshold = (columns: typeof base): number =>
      calibrate({ pairs: asPairs(columns), comparisons: 5_000_000, radius, scale }).threshold;
    expect(threshold(withCopies)).toBe(threshold(base));
  });

  it('counts two families that look alike once', () => {
    const base = strangers(0, 1);
    // Families {0 … 9} and {10 … 19}, each pair across at odds −3: one pair of pictures, not a hundred.
    for (let i = 1; i < 10; i++) {
      for (const first of [0, 10]) {
        base.a.push(first);
        base.b.push(first + i);
        base.distance.push(distanceOfOdds(5));
      }
    }
    const one = { a: [...base.a, 0], b: [...base.b, 10], distance: [...base.distance, distanceOfOdds(-3)] };
    const hundred = { a: [...base.a], b: [...base.b], distance: [...base.distance] };
    for (let i = 0; i < 10; i++) {
      for (let j = 10; j < 20; j++) {
        hundred.a.push(i);
        hundred.b.push(j);
        hundred.distance.push(distanceOfOdds(-3));
      }
    }
    const at = (columns: typeof base): number =>
      calibrate({ pairs: asPairs(columns), comparisons: 1_000_000, radius, scale }).expectedFalsePairsAt(0.3);
    expect(at(hundred)).toBe(at(one));
    expect(at(one)).toBeGreaterThan(at(base));
  });

  it('falls back on the prior for a data set without look-alikes', () => {
    const comparisons = 100_000_000;
    const { expectedFalsePairsAt } = calibrate({ pairs: asPairs(strangers(0, 1)), comparisons, radius, scale });
    const prior = comparisons * Math.exp(PRIOR_LOG_RATE);
    const atZero = expectedFalsePairsAt(distanceOfOdds(0));
    // Eight pairs' worth of prior against some four hundred that were expected and did not come.
    expect(atZero).toBeLessThan(prior);
    expect(atZero).toBeGreaterThan(prior / 100);
  });

  it('keeps the threshold within bounds for tiny and for empty data sets', () => {
    for (const comparisons of [0, 1, 45]) {
      const result = calibrate({ pairs: asPairs(strangers(0, 1)), comparisons, radius, scale });
      expect(result.threshold).toBeGreaterThan(0);
      expect(result.threshold).toBeLessThanOrEqual(0.3601);
      expect(result.expectedFalsePairs).toBeLessThan(0.5);
      expect(result.radius).toBe(radius);
    }
  });

  it('rises with the distance, from none', () => {
    const { expectedFalsePairsAt } = calibrate({ pairs: asPairs(strangers(500, 8)), comparisons: 1e6, radius, scale });
    expect(expectedFalsePairsAt(0)).toBe(0);
    let last = 0;
    for (let distance = 0.01; distance <= 0.5; distance += 0.01) {
      const value = expectedFalsePairsAt(distance);
      expect(value).toBeGreaterThan(last);
      last = value;
    }
  });

  it('allows one false pair in 10⁸ comparisons, or half a pair', () => {
    expect(wantedFalsePairs(1e9)).toBe(10);
    expect(wantedFalsePairs(1000)).toBe(0.5);
  });
});
