import { css, html, svg } from 'lit';
import type { TemplateResult } from 'lit';

/** Similar is plain, different hatched: wherever answers are drawn. */
export const answerColours = css`
  :host {
    --similar: var(--vscode-charts-blue, var(--vscode-foreground));
    --different: var(--vscode-charts-yellow, var(--vscode-foreground));
    --ground: var(--vscode-editor-background);
  }
  .similar {
    fill: var(--similar);
    stroke: var(--similar);
  }
  .different {
    fill: url(#hatch);
    stroke: var(--different);
  }
  .hatch-ground {
    fill: var(--ground);
  }
  .hatch-line {
    stroke: var(--different);
    stroke-width: 2;
  }
  @media (forced-colors: active) {
    :host {
      --similar: Highlight;
      --different: CanvasText;
      --ground: Canvas;
    }
  }
`;

/** What `.different` is filled with. Needs {@link answerColours}; ids count within a shadow root. */
export const hatchPattern = svg`<defs>
  <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect class="hatch-ground" width="5" height="5"></rect>
    <line class="hatch-line" x1="1" y1="0" x2="1" y2="5"></line>
  </pattern>
</defs>`;

/** The key to the marks: a little box. Needs {@link answerColours}. */
export const answerMark = (kind: 'similar' | 'different'): TemplateResult =>
  html`<svg class="mark" width="14" height="12" aria-hidden="true">
    ${hatchPattern}
    <rect class=${kind} x="1" y="1" width="12" height="10"></rect>
  </svg>`;
