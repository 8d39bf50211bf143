import { css, html, LitElement, svg } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { markColours, quietMark, shapePath } from '../../charts/marks';
import type { MarkStyle } from '../../charts/marks';
import { t } from '../../l10n';
import { formatCount } from '../../state/format';
import type { Category } from '../../state/map/mapStore';
import { sharedStyles } from '../../styles/shared';
import { mapColourStyles } from './mapColours';

/** What the marks mean; each can be switched off and on. */
@customElement('twinlint-map-legend')
export class MapLegend extends LitElement {
  static override styles = [
    sharedStyles,
    mapColourStyles,
    css`
      ul {
        display: grid;
        gap: 1px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      button {
        display: flex;
        align-items: center;
        gap: 6px;
        width: 100%;
        padding: 2px 6px;
        border: 1px solid transparent;
        border-radius: 3px;
        color: inherit;
        background: transparent;
        font: inherit;
        text-align: start;
        cursor: pointer;
      }
      button:hover {
        background: var(--vscode-list-hoverBackground, transparent);
        border-color: var(--vscode-contrastActiveBorder, transparent);
      }
      button[aria-pressed='false'] {
        text-decoration: line-through;
      }
      button[aria-pressed='false'] svg {
        visibility: hidden;
      }
      svg {
        flex: none;
      }
      .name {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .count {
        font-variant-numeric: tabular-nums;
      }
      .quiet {
        fill: var(--quiet);
      }
      .blue {
        fill: var(--mark-blue);
      }
      .orange {
        fill: var(--mark-orange);
      }
      .purple {
        fill: var(--mark-purple);
      }
      .yellow {
        fill: var(--mark-yellow);
      }
      .green {
        fill: var(--mark-green);
      }
      .red {
        fill: var(--mark-red);
      }
    `,
  ];

  @property({ attribute: false }) categories: readonly Category[] = [];
  @property({ attribute: false }) hiddenNames: ReadonlySet<string> = new Set();
  @property({ attribute: false }) toggle!: (category: string) => void;

  override render(): TemplateResult {
    return html`<ul aria-label=${t('What the marks mean')}>
      ${this.categories.map(
        ({ name, mark, count }) =>
          html`<li>
            <button type="button" title=${name} aria-pressed=${!this.hiddenNames.has(name)} @click=${() => this.toggle(name)}>
              ${sign(mark)}<span class="name">${name}</span><span class="count dim">${formatCount(count)}</span>
            </button>
          </li>`,
      )}
    </ul>`;
  }
}

const sign = ({ shape, colour }: MarkStyle): TemplateResult =>
  html`<svg width="12" height="12" viewBox="-1.4 -1.4 2.8 2.8" aria-hidden="true">
    ${svg`<path class=${colour === quietMark.colour ? 'quiet' : markColours[colour]} d=${shapePath[shape]}></path>`}
  </svg>`;
