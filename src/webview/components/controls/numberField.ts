import { html } from 'lit';
import type { TemplateResult } from 'lit';

export interface NumberFieldOptions {
  readonly label: string;
  readonly value: number;
  readonly digits: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly disabled?: boolean;
  readonly onChange: (value: number) => void;
}

interface TextFieldElement extends HTMLElement {
  value: string;
}

/** Reads `0.12` and `0,12`. Undefined where it is no number. */
export function parseNumber(text: string): number | undefined {
  const number = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || !Number.isFinite(number) ? undefined : number;
}

/**
 * The toolkit's text field as a number field (it has none of its own): Enter or leaving takes the number, arrow keys step. Needs the
 * shared styles: its name must be text inside, as the toolkit overwrites an `aria-label`.
 */
export function numberField(options: NumberFieldOptions): TemplateResult {
  const { value, digits, min, max, step } = options;
  const shown = value.toFixed(digits);
  const take = (field: TextFieldElement, number: number | undefined): void => {
    if (number === undefined) {
      field.value = shown;
      return;
    }
    const taken = Math.min(max, Math.max(min, number));
    field.value = taken.toFixed(digits);
    if (taken.toFixed(digits) !== shown) options.onChange(taken);
  };
  return html`<vscode-text-field
    class="number"
    title=${options.label}
    inputmode="decimal"
    maxlength="8"
    size="6"
    .value=${shown}
    ?disabled=${options.disabled ?? false}
    @change=${(event: Event) => {
      const field = event.target as TextFieldElement;
      take(field, parseNumber(field.value));
    }}
    @keydown=${(event: KeyboardEvent) => {
      const field = event.currentTarget as TextFieldElement;
      if (event.key === 'Enter') take(field, parseNumber(field.value));
      const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
      if (direction === 0) return;
      event.preventDefault();
      take(field, (parseNumber(field.value) ?? value) + direction * step);
    }}
    ><span class="visually-hidden">${options.label}</span></vscode-text-field
  >`;
}
