import { html } from 'lit';
import type { TemplateResult } from 'lit';

/** Characters of VS Code's icon font (@vscode/codicons) that the page uses. */
const glyphs = {
  trash: 0xea81,
  discard: 0xeae2,
  refresh: 0xeb37,
  search: 0xea6d,
  'chevron-left': 0xeab5,
  'chevron-right': 0xeab6,
  'arrow-left': 0xea9b,
  close: 0xea76,
  error: 0xea87,
  warning: 0xea6c,
  info: 0xea74,
  check: 0xeab2,
  'circle-slash': 0xeabd,
  'split-horizontal': 0xeb56,
  'zoom-in': 0xeb81,
  'zoom-out': 0xeb82,
  'screen-normal': 0xeb4d,
  keyboard: 0xea65,
  mirror: 0xea69,
  link: 0xeb15,
  'open-preview': 0xeb28,
  files: 0xeaf0,
  'file-media': 0xeaea,
  'list-tree': 0xeb86,
  'stop-circle': 0xeba5,
  target: 0xebf8,
  'mortar-board': 0xeb21,
  edit: 0xea73,
  selection: 0xeb85,
  export: 0xebac,
  filter: 0xeaf1,
  scatter: 0xebe3,
  tag: 0xea66,
} as const;
export type IconName = keyof typeof glyphs;

/** Only to look at: what it means must also be said in words. Needs the shared styles. */
export const icon = (name: IconName, slot?: string): TemplateResult =>
  slot
    ? html`<span class="icon" slot=${slot} aria-hidden="true">${String.fromCodePoint(glyphs[name])}</span>`
    : html`<span class="icon" aria-hidden="true">${String.fromCodePoint(glyphs[name])}</span>`;
