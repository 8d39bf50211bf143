import { css } from 'lit';

export const suggestStyles = css`
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
  h1,
  h2 {
    margin: 0;
    font-size: inherit;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  header p {
    flex-basis: 100%;
    margin: 0;
    overflow-wrap: anywhere;
  }
  .problem {
    display: flex;
    gap: 6px;
    color: var(--vscode-errorForeground);
  }
  .least {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  .groups {
    flex: 1;
    min-height: 0;
    overflow-y: auto;
    padding: 0 12px 12px;
  }
  .group {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 10px 0 6px;
  }
  .group twinlint-thumbnail {
    width: 32px;
    height: 32px;
    flex: none;
  }
  ul {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(116px, 1fr));
    gap: 8px;
    margin: 0;
    padding: 2px;
    list-style: none;
  }
  li {
    display: flex;
    min-width: 0;
  }
  li > button {
    position: relative;
    flex: 1;
    display: flex;
    flex-direction: column;
    gap: 3px;
    min-width: 0;
    padding: 4px;
    border: 1px solid var(--edge);
    border-radius: 4px;
    color: inherit;
    background: transparent;
    font: inherit;
    line-height: 1.35;
    text-align: start;
    cursor: pointer;
  }
  li > button:hover {
    --dim: var(--vscode-foreground);
    background: var(--vscode-list-hoverBackground, transparent);
  }
  li > button[aria-pressed='true'] {
    --dim: var(--vscode-list-inactiveSelectionForeground, var(--vscode-foreground));
    color: var(--vscode-list-inactiveSelectionForeground, inherit);
    background: var(--vscode-list-inactiveSelectionBackground, transparent);
    border-color: var(--vscode-focusBorder);
  }
  li > button:focus-visible {
    outline: 2px solid var(--vscode-focusBorder);
    outline-offset: 1px;
  }
  li twinlint-thumbnail {
    height: 88px;
  }
  .mark {
    position: absolute;
    top: 4px;
    inset-inline-end: 4px;
    padding: 1px;
    border-radius: 3px;
    color: var(--vscode-button-foreground);
    background: var(--vscode-button-background);
    border: 1px solid var(--vscode-contrastBorder, transparent);
  }
  .fact {
    display: flex;
    justify-content: space-between;
    gap: 6px;
    font-variant-numeric: tabular-nums;
  }
  .fact .dim {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .more {
    margin-block-start: 6px;
  }
  twinlint-empty-state {
    flex: 1;
  }
  @media (forced-colors: active) {
    li > button[aria-pressed='true'] {
      border: 2px solid Highlight;
    }
  }
`;
