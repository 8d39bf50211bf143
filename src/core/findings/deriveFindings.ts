import type { Finding, FindingCounts } from './finding';
import { FindingsTable, type FindingsInput } from './findingsTable';

/**
 * All findings of a scan at a threshold, worst first, with their counts. To count or page at many thresholds, keep a
 * {@link FindingsTable}.
 */
export function deriveFindings(
  input: FindingsInput,
  threshold: number,
): { readonly findings: readonly Finding[]; readonly counts: FindingCounts } {
  const { findings, counts } = new FindingsTable(input).page({ threshold, offset: 0, limit: Infinity });
  return { findings, counts };
}
