import { css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { folderOf } from '../../core/dataset/paths';
import type { ImageRecord } from '../../core/dataset/image';
import { displayPath } from '../../core/findings/findingMessage';
import { fileName, filePath } from '../state/format';

const tailLength = 9;

/** Styles of {@link nameLine}. */
export const nameStyles = css`
  .name {
    position: relative;
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
    ><span class="visually-hidden">${points.join('')}</span
    ><span class="start" aria-hidden="true">${points.slice(0, cut).join('')}</span
    >${cut < points.length ? html`<span class="end" aria-hidden="true">${points.slice(cut).join('')}</span>` : ''}</span
  >`;
}

export const folderText = (image: ImageRecord): string => displayPath(folderOf(image.path));
