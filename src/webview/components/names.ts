import { css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { folderOf } from '../../core/dataset/paths';
import type { ImageRecord } from '../../core/dataset/image';
import { displayPath, transformText } from '../../core/findings/findingMessage';
import { findingKinds } from '../../core/findings/kinds';
import type { PairRow } from '../../protocol/engine';
import { t } from '../l10n';
import { differs, distanceText, fileName, filePath, formatCount } from '../state/format';

const tailLength = 9;

/** Styles of {@link nameLine}. */
export const nameStyles = css`
  .name {
    display: flex;
    min-width: 0;
    white-space: pre;
  }
  .name .start {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .name .end {
    flex: none;
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
  }
`;

/** A file's name that gives way in the middle where there is little room, at any width. */
export function nameLine(image: ImageRecord): TemplateResult {
  const points = [...fileName(image)];
  const cut = points.length <= tailLength + 3 ? points.length : points.length - tailLength;
  return html`<span class="name" title=${filePath(image)}
    ><span class="start">${points.slice(0, cut).join('')}</span
    >${cut < points.length ? html`<span class="end">${points.slice(cut).join('')}</span>` : ''}</span
  >`;
}

export const folderText = (image: ImageRecord): string => displayPath(folderOf(image.path));

/** A pair in one sentence, for those who do not see it. */
export function pairName(pair: PairRow, place: number, total: number): string {
  const { a, b } = pair;
  const parts = [
    t('Pair {0} of {1}', formatCount(place), formatCount(total)),
    t('{0} and {1}', filePath(a), filePath(b)),
    t(findingKinds[pair.kind].title),
    t('distance {0}', distanceText(pair.distance)),
    transformText(pair.transform, t) ?? '',
    differs(a.label, b.label) ? t('labels {0} and {1}', a.label ?? t('none'), b.label ?? t('none')) : '',
    differs(a.split, b.split) ? t('splits {0} and {1}', a.split ?? t('none'), b.split ?? t('none')) : '',
  ];
  return parts.filter(part => part !== '').join(', ');
}
