import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { t } from '../l10n';
import { imagesText } from '../state/format';
import type { PanelStore } from '../state/panelStore';
import { StoreController } from '../state/storeController';
import { sharedStyles } from '../styles/shared';
import { Announce } from './announce';
import { button } from './controls/button';
import { icon } from './icon';

/** Says that only a part is shown, and shows all again; nothing where all is shown. */
@customElement('twinlint-filter-chip')
export class FilterChip extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .chip {
        display: inline-flex;
        align-items: center;
        gap: 5px;
        max-width: 100%;
        padding-inline-start: 8px;
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-inputOption-activeBorder, transparent));
        border-radius: 4px;
        color: var(--vscode-inputOption-activeForeground, var(--vscode-foreground));
        background: var(--vscode-inputOption-activeBackground, transparent);
      }
      .what {
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) store!: PanelStore;

  constructor() {
    super();
    new StoreController(this);
  }

  override render(): TemplateResult | typeof nothing {
    const filtered = this.store.snapshot?.summary?.filtered;
    if (filtered === undefined) return nothing;
    return html`<span class="chip"
      >${icon('filter')}<span class="what">${t('Filter: {0} on the map', imagesText(filtered))}</span>${button({
        label: t('Show All Images Again'),
        icon: 'close',
        look: 'icon',
        onClick: () => void this.clear(),
      })}</span
    >`;
  }

  private async clear(): Promise<void> {
    if (await this.store.showOnly('all')) this.dispatchEvent(new Announce(t('All images are shown again.')));
  }
}
