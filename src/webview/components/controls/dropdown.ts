import { html } from 'lit';
import type { TemplateResult } from 'lit';

export interface DropdownOptions<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
}

/** The toolkit's dropdown. */
export const dropdown = <T extends string>({ label, value, options, onChange }: DropdownOptions<T>): TemplateResult =>
  html`<vscode-dropdown
    aria-label=${label}
    title=${label}
    .value=${value}
    @change=${(event: Event) => {
      const chosen = options.find(option => option.value === (event.target as HTMLElement & { value: string }).value);
      if (chosen && chosen.value !== value) onChange(chosen.value);
    }}
    >${options.map(
      option => html`<vscode-option value=${option.value} ?selected=${option.value === value}>${option.label}</vscode-option>`,
    )}</vscode-dropdown
  >`;
