/** A share and the interval that holds the true one nine times in ten. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Standard normal quantile of 95 %: two-sided intervals of 90 %. */
export const Z90 = 1.6448536269514722;

/**
 * A proportion with its score interval: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
 * @param n how many independent draws it comes from; need not be whole. With none the interval is all of 0…1.
 */
export function wilson(value: number, n: number, z = Z90): Interval {
  if (!(n > 0) || Number.isNaN(value)) return { value, low: 0, high: 1 };
  const share = (z * z) / n;
  const middle = (value + share / 2) / (1 + share);
  const half = (z / (1 + share)) * Math.sqrt((value * (1 - value)) / n + share / (4 * n));
  // Rounding must not put the value itself outside.
  return { value, low: Math.max(0, Math.min(value, middle - half)), high: Math.min(1, Math.max(value, middle + half)) };
}

/**
 * The interval of a quotient of two independent proportions from theirs: Donner and Zou, "Closed-form confidence intervals for functions
 * of the normal mean and standard deviation", Stat. Methods Med. Res. 21 (2012), MOVER-R. `high` is Infinity where the divisor may be 0.
 */
export function quotientInterval(top: Interval, bottom: Interval): Interval {
  const product = top.value * bottom.value;
  const root = (x: number): number => Math.sqrt(Math.max(0, x));
  const lowBelow = bottom.high * (2 * bottom.value - bottom.high);
  const lowRoot = root(product ** 2 - top.low * bottom.high * (2 * top.value - top.low) * (2 * bottom.value - bottom.high));
  // Where the divisor's upper half is wider than the divisor, the formula's sign turns: the plain quotient of the ends is safe.
  const low = lowBelow > 0 ? (product - lowRoot) / lowBelow : top.low / bottom.high;
  const highBelow = bottom.low * (2 * bottom.value - bottom.low);
  const highRoot = root(product ** 2 - top.high * bottom.low * (2 * top.value - top.high) * (2 * bottom.value - bottom.low));
  const high = highBelow > 0 ? (product + highRoot) / highBelow : Infinity;
  return { value: bottom.value > 0 ? top.value / bottom.value : Infinity, low: Math.max(0, low), high };
}
