import type { Finding } from '../findings/finding';
import { displayPath, findingMessage } from '../findings/findingMessage';
import { findingKinds } from '../findings/kinds';
import { english } from '../l10n';
import { noteTexts, type ScanReport } from './scanReport';
import { summaryText } from './summaryText';

/** Pictures that a report shows at most; a browser is slow with more. The rest is said. */
export const maxHtmlFindings = 500;

/** A `data:` URI of an image's thumbnail; undefined where there is none. */
export type ThumbnailOf = (root: number, path: string) => string | undefined;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, c => entities[c]);

const style = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 0; } h2 + p { margin: 0 0 1rem; opacity: .75; }
ul { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(22rem, 1fr)); gap: 1rem; }
li { border: 1px solid #8886; border-radius: .5rem; padding: .75rem; }
.pictures { display: grid; grid-template-columns: 1fr 1fr; gap: .5rem; }
figure { margin: 0; min-width: 0; }
img, .missing { width: 100%; aspect-ratio: 1; object-fit: contain; border-radius: .25rem; display: block;
  background: repeating-conic-gradient(#8882 0 25%, #0000 0 50%) 0 0 / 16px 16px; }
.missing { display: grid; place-items: center; opacity: .6; }
figcaption { font-size: .8rem; overflow-wrap: anywhere; }
li p { margin: .5rem 0 0; font-size: .85rem; overflow-wrap: anywhere; }
.error { color: #d13438; } .warning { color: #b8860b; } .information { color: #3794ff; }
`;

function figure(path: string, uri: string | undefined): string {
  const caption = escapeHtml(displayPath(path));
  // Only pictures made here; anything else (a script, a link) has no place in a report.
  const picture = uri !== undefined && /^data:image\/(png|webp|jpeg);base64,[A-Za-z0-9+/=]*$/.test(uri);
  const image = picture ? `<img loading="lazy" alt="${caption}" src="${uri}">` : '<div class="missing">no preview</div>';
  return `<figure>${image}<figcaption>${caption}</figcaption></figure>`;
}

function item(finding: Finding, thumbnail: ThumbnailOf): string {
  const pictures = [finding, ...finding.related].map(({ root, path }) => figure(path, thumbnail(root, path)));
  return `<li id="${finding.id}"><div class="pictures">${pictures.join('')}</div><p>${escapeHtml(findingMessage(finding, english))}</p></li>\n`;
}

/** The scan as one HTML file that loads nothing, in pieces: the worst {@link maxHtmlFindings} findings with their pictures. */
export function* htmlReport(report: ScanReport, thumbnail: ThumbnailOf): Generator<string> {
  const shown = report.findings.slice(0, maxHtmlFindings);
  const name = escapeHtml(displayPath(report.roots[0]?.name ?? ''));
  yield `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n`;
  yield `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">\n`;
  yield `<title>Twinlint: ${name}</title>\n<style>${style}</style>\n</head>\n<body>\n<h1>Twinlint: ${name}</h1>\n`;
  yield `<p>${escapeHtml(summaryText(report, english))}</p>\n`;
  for (const note of noteTexts(report, english)) yield `<p class="warning">${escapeHtml(note)}</p>\n`;
  if (shown.length < report.findings.length) {
    yield `<p>The worst ${shown.length} of ${report.findings.length} findings are shown; the JSON report has all of them.</p>\n`;
  }
  let open: Finding | undefined;
  for (const finding of shown) {
    if (open?.kind !== finding.kind || open.severity !== finding.severity) {
      const { title, description } = findingKinds[finding.kind];
      const count = report.findings.filter(f => f.kind === finding.kind && f.severity === finding.severity).length;
      yield `${open ? '</ul>\n' : ''}<h2 class="${finding.severity}">${escapeHtml(title)} (${count})</h2>\n`;
      yield `<p>${escapeHtml(description)}</p>\n<ul>\n`;
      open = finding;
    }
    yield item(finding, thumbnail);
  }
  yield `${open ? '</ul>\n' : ''}</body>\n</html>\n`;
}
