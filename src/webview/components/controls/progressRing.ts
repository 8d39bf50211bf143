import { html } from 'lit';
import type { TemplateResult } from 'lit';

/** The toolkit's progress ring, for waits of unknown length. */
export const progressRing = (label: string): TemplateResult =>
  html`<vscode-progress-ring aria-label=${label}></vscode-progress-ring>`;
