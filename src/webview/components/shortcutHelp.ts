import { css, html, LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { t } from '../l10n';
import { sharedStyles } from '../styles/shared';
import { button } from './controls/button';

/** All keys, in a dialog. */
@customElement('twinlint-shortcut-help')
export class ShortcutHelp extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      dialog {
        max-width: min(560px, calc(100vw - 24px));
        max-height: calc(100vh - 24px);
        padding: 14px 18px;
        overflow: auto;
        color: var(--vscode-editorWidget-foreground, var(--vscode-foreground));
        background: var(--vscode-editorWidget-background, var(--vscode-editor-background));
        border: 1px solid
          var(--vscode-contrastBorder, var(--vscode-editorWidget-border, var(--vscode-widget-border, transparent)));
        border-radius: 6px;
      }
      dialog::backdrop {
        background: color-mix(in srgb, var(--vscode-editor-background) 60%, transparent);
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 12px;
      }
      h2 {
        margin: 0;
        font-size: 1.1em;
      }
      h3 {
        margin: 10px 0 4px;
        font-size: 1em;
      }
      dl {
        display: grid;
        grid-template-columns: minmax(90px, auto) 1fr;
        gap: 3px 14px;
        margin: 0;
      }
      dt {
        display: flex;
        flex-wrap: wrap;
        gap: 3px;
      }
      dd {
        margin: 0;
      }
      kbd {
        padding: 0 5px;
        border: 1px solid
          var(--vscode-contrastBorder, var(--vscode-keybindingLabel-border, var(--vscode-widget-border, transparent)));
        border-radius: 3px;
        font-family: inherit;
        color: var(--vscode-keybindingLabel-foreground, inherit);
        background: var(--vscode-keybindingLabel-background, transparent);
      }
    `,
  ];

  @query('dialog') private dialog!: HTMLDialogElement;

  open(): void {
    if (!this.dialog.open) this.dialog.showModal();
  }

  get isOpen(): boolean {
    return this.dialog?.open ?? false;
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @keydown=${(event: KeyboardEvent) => event.stopPropagation()}>
      <header>
        <h2 id="title">${t('Keyboard Shortcuts')}</h2>
        ${button({ label: t('Close'), icon: 'close', look: 'icon', onClick: () => this.dialog.close() })}
      </header>
      ${this.section(t('In the list'), [
        [['← → ↑ ↓'], t('Move the selection')],
        [['Enter'], t('Compare')],
        [['D'], t('Not a Duplicate')],
        [['1'], t('Keep Left, Trash Right')],
        [['2'], t('Keep Right, Trash Left')],
        [['O'], t('Open Both')],
        [['1'], t('In a group: keep the first, trash the others')],
      ])}
      ${this.section(t('In the compare view'), [
        [['P', 'N'], t('Previous and next pair')],
        [['S', 'B', 'F'], t('Side by side, blink, difference')],
        [[t('Space')], t('Flip while blinking; hold to peek')],
        [['+', '-', '0'], t('Zoom in, zoom out, fit')],
        [['← → ↑ ↓'], t('Move the pictures while zoomed')],
        [['D', '1', '2', 'O'], t('As in the list')],
        [['Escape'], t('Back to the list')],
      ])}
      ${this.section(t('In the review of labels'), [
        [['↑ ↓'], t('Previous and next label')],
        [['A'], t('Give the suggested label')],
        [['R'], t('The Label Is Right')],
        [['L'], t('Other Label…')],
        [[t('Space')], t('Skip')],
        [['O'], t('Open the image')],
      ])}
      ${this.section(t('In suggested labels'), [
        [['← → ↑ ↓'], t('Move the selection')],
        [[t('Space')], t('Choose the image')],
        [['S'], t('Choose all of its class')],
        [['A'], t('Accept what is chosen')],
        [['L'], t('Other Label…')],
        [['O'], t('Open the image')],
      ])}
      ${this.section(t('Everywhere'), [
        [['Z'], t('Undo the last thing done here')],
        [['?'], t('These shortcuts')],
      ])}
    </dialog>`;
  }

  private section(title: string, keys: readonly (readonly [readonly string[], string])[]): TemplateResult {
    return html`<h3>${title}</h3>
      <dl>
        ${keys.map(
          ([names, what]) =>
            html`<dt>${names.map(name => html`<kbd>${name}</kbd>`)}</dt>
              <dd>${what}</dd>`,
        )}
      </dl>`;
  }
}
