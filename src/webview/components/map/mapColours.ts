import { css } from 'lit';

/** The colours of marks, for the drawing and its legend. Opaque: the orange of some themes is that of a highlight behind text. */
export const mapColourStyles = css`
  :host {
    --ground: var(--vscode-editor-background);
    --quiet: color-mix(in srgb, var(--vscode-foreground) 45%, var(--vscode-editor-background));
    --line: var(--vscode-foreground);
    --focus: var(--vscode-focusBorder, var(--vscode-foreground));
    --mark-blue: rgb(from var(--vscode-charts-blue, var(--vscode-foreground)) r g b / 1);
    --mark-orange: rgb(from var(--vscode-charts-orange, var(--vscode-foreground)) r g b / 1);
    --mark-purple: rgb(from var(--vscode-charts-purple, var(--vscode-foreground)) r g b / 1);
    --mark-yellow: rgb(from var(--vscode-charts-yellow, var(--vscode-foreground)) r g b / 1);
    --mark-green: rgb(from var(--vscode-charts-green, var(--vscode-foreground)) r g b / 1);
    --mark-red: rgb(from var(--vscode-charts-red, var(--vscode-foreground)) r g b / 1);
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
