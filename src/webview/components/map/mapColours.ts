import { css } from 'lit';

/** The colours of marks, for the drawing and its legend. */
export const mapColourStyles = css`
  :host {
    --ground: var(--vscode-editor-background);
    --quiet: color-mix(in srgb, var(--vscode-foreground) 45%, var(--vscode-editor-background));
    --line: var(--vscode-foreground);
    --focus: var(--vscode-focusBorder, var(--vscode-foreground));
    --mark-blue: var(--vscode-charts-blue, var(--vscode-foreground));
    --mark-orange: var(--vscode-charts-orange, var(--vscode-foreground));
    --mark-purple: var(--vscode-charts-purple, var(--vscode-foreground));
    --mark-yellow: var(--vscode-charts-yellow, var(--vscode-foreground));
    --mark-green: var(--vscode-charts-green, var(--vscode-foreground));
    --mark-red: var(--vscode-charts-red, var(--vscode-foreground));
  }
  @media (forced-colors: active) {
    :host {
      --ground: Canvas;
      --quiet: GrayText;
      --line: CanvasText;
      --focus: Highlight;
    }
  }
`;
