import { describe, expect, test } from 'vitest';
import type { CheckSummary } from '../../../src/core/checks/checkFinding';
import { english } from '../../../src/core/l10n';
import { errorRatesHtml } from '../../../src/extension/checks/errorRatesHtml';

const summary: CheckSummary = {
  check: 'identities',
  samples: 40,
  judged: 38,
  findings: [],
  figures: { identities: 9, eer: 0.052, 'eer-threshold': 0.4, threshold: 0.45, far: 0.08, frr: 0.03 },
  errorRates: Array.from({ length: 50 }, (_, i) => ({ threshold: i / 50, far: i / 49, frr: 1 - i / 49 })),
  notes: [],
  elapsedMs: 1,
};
const pageOf = (of: CheckSummary): string =>
  errorRatesHtml(of, { title: 'Error Rates: <b>&', language: 'en', nonce: 'n0nce', t: english });

describe('the page with the error rates', () => {
  test('says the figures, draws both curves and has a table for those who do not see them', () => {
    const page = pageOf(summary);
    expect(page).toContain('38 of 40 files judged; 9 identities.');
    expect(page).toContain('Equal error rate: 5.2 %, at distance 0.400.');
    expect(page).toContain(
      'At the threshold 0.450: 8.0 % of foreign files would be accepted (FAR), 3.0 % of the files were refused (FRR).',
    );
    expect(page.match(/<polyline class="(far|frr)"/g)).toHaveLength(2);
    expect(page.match(/<tr><td>/g)!.length).toBeGreaterThan(8);
    expect(page.match(/<tr><td>/g)!.length).toBeLessThan(15);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('runs nothing, loads nothing, and takes names as text', () => {
    const page = pageOf(summary);
    expect(page).toContain(`content="default-src 'none'; style-src 'nonce-n0nce'"`);
    expect(page).toContain('<style nonce="n0nce">');
    expect(page).not.toContain('<script');
    expect(page).not.toMatch(/ style="/);
    expect(page).toContain('<title>Error Rates: &lt;b&gt;&amp;</title>');
  });

  test('of stored references tells whose curve it is', () => {
    const page = pageOf({ ...summary, figures: { identities: 9, eer: 0.05, 'eer-threshold': 0.4, threshold: 0.45 } });
    expect(page).toContain('Files beyond the stored threshold 0.450 are refused.');
    expect(page).not.toContain('NaN');
  });
});
