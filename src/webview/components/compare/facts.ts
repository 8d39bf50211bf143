import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { ImageRecord } from '../../../core/dataset/image';
import { displayPath } from '../../../core/findings/findingMessage';
import { t } from '../../l10n';
import { dateText, dimensionsText, fileName, sizeText } from '../../state/format';
import { folderText } from '../names';

export const factStyles = css`
  table {
    width: 100%;
    border-collapse: collapse;
    table-layout: fixed;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    padding: 2px 8px 2px 0;
    text-align: start;
    vertical-align: top;
    font-weight: normal;
    overflow-wrap: anywhere;
  }
  th[scope='row'] {
    position: relative;
    padding-inline-start: 1.4em;
    color: var(--dim);
  }
  col.names {
    width: 124px;
  }
  tr.differs td {
    font-weight: 600;
  }
  tr.differs th[scope='row']::before {
    content: '≠';
    position: absolute;
    inset-inline-start: 0;
    color: var(--vscode-editorWarning-foreground);
  }
`;

/** What is known of both files, line by line; what differs stands out. */
export function facts(a: ImageRecord, b: ImageRecord): TemplateResult {
  const optional = (value: string | undefined): string => (value === undefined ? t('none') : displayPath(value));
  const rows: (readonly [string, string, string])[] = [
    [t('Name'), fileName(a), fileName(b)],
    [t('Folder'), folderText(a) || './', folderText(b) || './'],
    ...(a.label !== undefined || b.label !== undefined ? [[t('Label'), optional(a.label), optional(b.label)] as const] : []),
    ...(a.split !== undefined || b.split !== undefined ? [[t('Split'), optional(a.split), optional(b.split)] as const] : []),
    [t('Dimensions'), dimensionsText(a), dimensionsText(b)],
    [t('Size'), sizeText(a.sizeBytes), sizeText(b.sizeBytes)],
    [t('Format'), a.format.toUpperCase() || '–', b.format.toUpperCase() || '–'],
    [t('Changed'), dateText(a.modifiedMs), dateText(b.modifiedMs)],
  ];
  const sameBytes = a.content !== '' && a.content === b.content;
  return html`<table>
    <caption class="visually-hidden">
      ${t('Facts about both files')}
    </caption>
    <colgroup>
      <col class="names" />
      <col span="2" />
    </colgroup>
    <thead class="visually-hidden">
      <tr>
        <td></td>
        <th scope="col">${t('Left')}</th>
        <th scope="col">${t('Right')}</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ([name, left, right]) =>
          html`<tr class=${left === right ? '' : 'differs'}>
            <th scope="row">
              ${name}${left === right ? nothing : html`<span class="visually-hidden"> (${t('differs')})</span>`}
            </th>
            <td>${left}</td>
            <td>${right}</td>
          </tr>`,
      )}
      <tr>
        <th scope="row">${t('Content')}</th>
        <td colspan="2">${sameBytes ? t('the same bytes') : t('different bytes')}</td>
      </tr>
    </tbody>
  </table>`;
}
