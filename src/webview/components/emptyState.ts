import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { sharedStyles } from '../styles/shared';
import { button } from './controls/button';
import { icon } from './icon';
import type { IconName } from './icon';

export interface EmptyAction {
  readonly label: string;
  readonly run: () => void;
}

/** What stands where there is nothing to list: why, and what to do. */
@customElement('twinlint-empty-state')
export class EmptyState extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: center;
        gap: 10px;
        padding: 24px;
        text-align: center;
        overflow: auto;
      }
      .sign .icon {
        font-size: 40px;
        width: 40px;
        height: 40px;
        color: var(--dim);
      }
      h2 {
        margin: 0;
        font-size: 1.15em;
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      p {
        margin: 0;
        max-width: 52ch;
        color: var(--dim);
        overflow-wrap: anywhere;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        justify-content: center;
      }
    `,
  ];

  @property() sign: IconName = 'files';
  @property() heading = '';
  @property() text = '';
  @property({ attribute: false }) actions: readonly EmptyAction[] = [];

  override render(): TemplateResult {
    return html`<span class="sign">${icon(this.sign)}</span>
      <h2>${this.heading}</h2>
      ${this.text === '' ? nothing : html`<p>${this.text}</p>`}
      <div class="actions">
        ${this.actions.map(({ label, run }, i) => button({ label, look: i === 0 ? 'primary' : 'secondary', onClick: run }))}
      </div>`;
  }
}
