import type { CheckSummary } from '../../core/checks/checkFinding';
import type { ErrorRatePoint } from '../../core/checks/errorRates';
import { displayDistance } from '../../core/findings/findingMessage';
import type { Translate } from '../../core/l10n';

export interface ErrorRatesPage {
  readonly title: string;
  readonly language: string;
  readonly nonce: string;
  readonly t: Translate;
}

/** Of the drawing, in its own units; around it there is room for numbers. */
const [WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP] = [560, 300, 44, 20, 34, 12];
/** The table lists so many thresholds. */
const ROWS = 12;

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Both error rates over the threshold, as a drawing and as a table, with the figures in words: a page without scripts. */
export function errorRatesHtml({ errorRates = [], figures, judged, samples }: CheckSummary, page: ErrorRatesPage): string {
  const { t, nonce, title, language } = page;
  const { eer, far, frr, threshold } = figures;
  const said = [
    t('{0} of {1} files judged; {2} identities.', judged, samples, figures.identities),
    t('Equal error rate: {0}, at distance {1}.', percent(eer), displayDistance(figures['eer-threshold'])),
    Number.isFinite(far) && Number.isFinite(frr)
      ? t(
          'At the threshold {0}: {1} of foreign files would be accepted (FAR), {2} of the files were refused (FRR).',
          displayDistance(threshold),
          percent(far),
          percent(frr),
        )
      : t(
          'Files beyond the stored threshold {0} are refused. The curve is that of the files that were learned from.',
          displayDistance(threshold),
        ),
  ];
  return `<!DOCTYPE html>
<html lang="${escape(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<h1>${escape(title)}</h1>
${said.map(sentence => `<p>${escape(sentence)}</p>`).join('\n')}
${drawing(errorRates, threshold, t)}
${table(errorRates, t)}
</body>
</html>
`;
}

const STYLE = `
body { padding: 12px 20px; max-width: 720px; }
h1 { font-size: 1.3em; font-weight: 600; }
svg { width: 100%; height: auto; }
.far { fill: none; stroke: var(--vscode-charts-red, currentColor); stroke-width: 2; }
.frr { fill: none; stroke: var(--vscode-charts-blue, currentColor); stroke-width: 2; stroke-dasharray: 6 3; }
.threshold { stroke: var(--vscode-foreground, currentColor); stroke-dasharray: 2 3; }
.grid { stroke: var(--vscode-foreground, currentColor); opacity: 0.18; }
text { fill: var(--vscode-foreground, currentColor); font-size: 12px; }
table { border-collapse: collapse; margin-top: 12px; }
caption { text-align: start; padding-bottom: 4px; }
th, td { text-align: end; padding: 2px 16px 2px 0; font-variant-numeric: tabular-nums; }
@media (forced-colors: active) { .far { stroke: CanvasText; } .frr { stroke: Highlight; } }
`;

function drawing(points: readonly ErrorRatePoint[], threshold: number, t: Translate): string {
  const [first, last] = [points[0].threshold, points[points.length - 1].threshold];
  const x = (distance: number): number =>
    LEFT + ((Math.min(last, Math.max(first, distance)) - first) / Math.max(1e-9, last - first)) * (WIDTH - LEFT - RIGHT);
  const y = (share: number): number => TOP + (1 - share) * (HEIGHT - BOTTOM - TOP);
  const line = (rate: 'far' | 'frr'): string =>
    `<polyline class="${rate}" points="${points.map(point => `${x(point.threshold).toFixed(1)},${y(point[rate]).toFixed(1)}`).join(' ')}"/>`;
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    share =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(share)}" y2="${y(share)}"/><text x="${LEFT - 6}" y="${y(share) + 4}" text-anchor="end">${100 * share} %</text>`,
  );
  const marks = [0, 0.25, 0.5, 0.75, 1].map(share => {
    const at = first + share * (last - first);
    return `<text x="${x(at).toFixed(1)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${at.toFixed(2)}</text>`;
  });
  const label = escape(
    t('False acceptances (solid) and false rejections (dashed) by the threshold of the distance; the table has the numbers.'),
  );
  return `<figure role="img" aria-label="${label}">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">
${grid.join('')}${marks.join('')}
<line class="threshold" x1="${x(threshold).toFixed(1)}" x2="${x(threshold).toFixed(1)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>
${line('far')}${line('frr')}
</svg>
<figcaption>${label}</figcaption>
</figure>`;
}

function table(points: readonly ErrorRatePoint[], t: Translate): string {
  const chosen = points.filter((_, i) => i % Math.ceil(points.length / ROWS) === 0 || i === points.length - 1);
  const rows = chosen.map(
    ({ threshold, far, frr }) =>
      `<tr><td>${displayDistance(threshold)}</td><td>${percent(far)}</td><td>${percent(frr)}</td></tr>`,
  );
  const heads = [t('Threshold'), t('Foreign files accepted (FAR)'), t('Own files refused (FRR)')];
  return `<table><caption>${escape(t('Error rates by threshold'))}</caption>
<thead><tr>${heads.map(head => `<th scope="col">${escape(head)}</th>`).join('')}</tr></thead>
<tbody>${rows.join('')}</tbody></table>`;
}
