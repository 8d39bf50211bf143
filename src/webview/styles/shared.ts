import { css } from 'lit';

/** What every component starts from: VS Code's colours only, borders where a high-contrast theme has no shadows. */
export const sharedStyles = css`
  :host {
    box-sizing: border-box;
    --gap: 8px;
    --edge: var(
      --vscode-contrastBorder,
      var(--vscode-widget-border, color-mix(in srgb, var(--vscode-foreground) 20%, transparent))
    );
    --dim: var(--vscode-descriptionForeground);
  }

  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }

  [hidden] {
    display: none !important;
  }

  .icon {
    font: normal normal normal 16px/1 codicon;
    display: inline-block;
    width: 16px;
    height: 16px;
    text-align: center;
    -webkit-font-smoothing: antialiased;
    user-select: none;
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .dim {
    color: var(--dim);
  }

  .badge {
    display: inline-block;
    max-width: 100%;
    padding: 1px 6px;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-radius: 9px;
    font-size: 0.85em;
    line-height: 1.35;
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
    color: var(--vscode-badge-foreground);
    background: var(--vscode-badge-background);
  }

  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }

  @media (forced-colors: active) {
    .badge {
      border-color: CanvasText;
    }
    :focus-visible {
      outline: 2px solid Highlight;
    }
  }
`;

/** A bar that fills up, in the theme's colour. */
export const progressStyles = css`
  progress {
    appearance: none;
    flex: 1 1 120px;
    height: 4px;
    border: none;
    border-radius: 2px;
    overflow: hidden;
    background: color-mix(in srgb, var(--vscode-foreground) 15%, transparent);
  }
  progress::-webkit-progress-bar {
    background: transparent;
  }
  progress::-webkit-progress-value {
    background: var(--vscode-progressBar-background, var(--vscode-foreground));
  }
`;

/** Of a page under a header of its own, with a line where something went wrong. */
export const pageStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 10px;
    padding: 6px 12px;
    border-block-end: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border, transparent));
  }
  .problem {
    display: flex;
    gap: 6px;
    color: var(--vscode-errorForeground);
  }
`;
