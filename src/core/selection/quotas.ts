/**
 * Shares a number among classes as equally as their sizes allow: what a small class can't give, the others do. Larger remainders to the
 * classes named first.
 */
export function equalQuotas(sizes: readonly number[], wanted: number): number[] {
  const quotas = sizes.map(() => 0);
  let left = Math.min(
    wanted,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  while (left > 0) {
    const open = sizes.flatMap((size, i) => (quotas[i] < size ? [i] : []));
    const each = Math.max(1, Math.floor(left / open.length));
    for (const i of open) {
      const more = Math.min(each, sizes[i] - quotas[i], left);
      quotas[i] += more;
      left -= more;
    }
  }
  return quotas;
}
