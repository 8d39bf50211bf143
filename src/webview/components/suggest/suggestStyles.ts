import { css } from 'lit';
import { pageStyles } from '../../styles/shared';
import { pictureButtonStyles } from '../resultList';

export const suggestStyles = css`
  ${pageStyles}
  ${pictureButtonStyles}
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
  li > button {
    position: relative;
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
