import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { icon } from '../icon';
import type { IconName } from '../icon';
import { innerAttributes } from './innerAttributes';

export interface ButtonOptions {
  readonly label: string;
  readonly onClick: (event: Event) => void;
  readonly icon?: IconName;
  /** `icon`: only the icon is shown, the label is its name and tooltip. */
  readonly look?: 'primary' | 'secondary' | 'icon';
  /** Shown as a tooltip, for example with its key. */
  readonly title?: string;
  /** A key as `KeyboardEvent.key` names it, told to assistive technology. */
  readonly shortcut?: string;
  readonly disabled?: boolean;
  /** A toggle, and whether it is on. */
  readonly pressed?: boolean;
  readonly id?: string;
  readonly tabIndex?: number;
}

/** The toolkit's button. */
export function button(options: ButtonOptions): TemplateResult {
  const { label, look = 'secondary', pressed } = options;
  const isIcon = look === 'icon';
  return html`<vscode-button
    id=${options.id ?? nothing}
    class=${pressed ? 'pressed' : ''}
    appearance=${look}
    title=${options.title ?? (isIcon ? label : nothing)}
    aria-label=${isIcon ? label : nothing}
    ${innerAttributes({ 'aria-pressed': pressed?.toString(), 'aria-keyshortcuts': options.shortcut })}
    tabindex=${options.tabIndex ?? nothing}
    ?disabled=${options.disabled ?? false}
    @click=${options.onClick}
    >${isIcon ? icon(options.icon!) : html`${options.icon ? icon(options.icon, 'start') : nothing}${label}`}</vscode-button
  >`;
}
