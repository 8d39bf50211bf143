import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { env, ViewColumn, window } from 'vscode';
import type { CheckSummary } from '../../core/checks/checkFinding';
import type { Translate } from '../../core/l10n';
import { errorRatesHtml } from './errorRatesHtml';

/** Opens a page beside with the curve of the error rates, where the run has one; it needs no script. @param root the folder that was verified */
export function showErrorRates(root: string, summary: CheckSummary, t: Translate): void {
  if (!summary.errorRates?.length) return;
  const title = t('Error Rates: {0}', basename(root));
  const panel = window.createWebviewPanel(
    'twinlint.errorRates',
    title,
    { viewColumn: ViewColumn.Beside, preserveFocus: true },
    { enableScripts: false, localResourceRoots: [] },
  );
  panel.webview.html = errorRatesHtml(summary, {
    title,
    language: env.language,
    nonce: randomBytes(18).toString('base64'),
    t,
  });
}
