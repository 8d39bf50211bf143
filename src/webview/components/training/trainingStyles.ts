import { css } from 'lit';

/** Of the page "Training and Models". */
export const trainingStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
  }
  .bar {
    display: flex;
    align-items: center;
    gap: 6px;
    padding: 6px 12px;
    border-block-end: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border, transparent));
  }
  h1 {
    flex: 1;
    min-width: 0;
    margin: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: inherit;
    font-weight: 600;
  }
  .page {
    flex: 1;
    min-height: 0;
    display: flex;
    flex-direction: column;
    gap: 18px;
    padding: 12px 16px 20px;
    overflow-y: auto;
  }
  section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 12px;
  }
  h2 {
    margin: 0;
    font-size: 1.1em;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  p {
    margin: 0;
    max-width: 75ch;
  }
  .note {
    display: flex;
    gap: 6px;
    align-items: baseline;
    overflow-wrap: anywhere;
  }
  .note .icon {
    align-self: center;
  }
  .strip {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
  }
  .what {
    overflow-wrap: anywhere;
  }
  .eta {
    min-width: 9em;
    font-variant-numeric: tabular-nums;
  }
  .curves {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(300px, 100%), 1fr));
    gap: 12px 20px;
  }
  .change,
  .change ul,
  .notes {
    gap: 4px;
  }
  .change ul,
  .notes {
    margin: 0;
    padding-inline-start: 18px;
  }
  @media (forced-colors: active) {
    progress {
      border: 1px solid CanvasText;
      height: 8px;
    }
    progress::-webkit-progress-value {
      background: Highlight;
    }
  }
`;
