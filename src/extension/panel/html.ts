import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { Uri } from 'vscode';
import type { Webview } from 'vscode';

const escapeAttribute = (text: string): string =>
  text.replace(/[&<>"]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);

/** The panel's page. Scripts run by nonce only, styles come from files only, pictures from the folders the webview was given. */
export function pageHtml(
  webview: Webview,
  distWebview: Uri,
  language: string,
  title: string,
  page: 'main' | 'labeling' = 'main',
): string {
  const nonce = randomBytes(18).toString('base64');
  const script = webview.asWebviewUri(Uri.joinPath(distWebview, `${page}.js`)).toString();
  const style = Uri.joinPath(distWebview, `${page}.css`);
  const policy = [
    `default-src 'none'`,
    `img-src ${webview.cspSource} blob: data:`,
    `font-src ${webview.cspSource}`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  // The bundle has a style sheet only if a component imports one.
  const styleLink = existsSync(style.fsPath)
    ? `<link rel="stylesheet" nonce="${nonce}" href="${escapeAttribute(webview.asWebviewUri(style).toString())}">`
    : '';
  return `<!DOCTYPE html>
<html lang="${escapeAttribute(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeAttribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeAttribute(title)}</title>
${styleLink}
</head>
<body>
${page === 'main' ? '<twinlint-app></twinlint-app>' : '<twinlint-labeling></twinlint-labeling>'}
<script nonce="${nonce}" src="${escapeAttribute(script)}"></script>
</body>
</html>
`;
}
