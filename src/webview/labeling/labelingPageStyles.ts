import { css } from 'lit';

/** One column, as a side bar is narrow: the pictures take what the text leaves. */
export const labelingPageStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100%;
    min-width: 0;
    /* The theme's colour for descriptions is meant for the editor's ground: in the light theme's side bar it is too faint. Smaller type sets it apart. */
    --dim: var(--vscode-foreground);
  }
  main {
    flex: 1;
    min-height: 0;
    display: flex;
    flex-direction: column;
    gap: 6px;
    padding: 8px 12px;
    overflow: auto;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 6px;
    min-width: 0;
  }
  .head {
    justify-content: space-between;
  }
  h1 {
    margin: 0;
    font-size: 1.15em;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  p {
    flex: none;
    margin: 0;
    overflow-wrap: anywhere;
  }
  .why {
    color: var(--dim);
    font-size: 0.92em;
    /* Two lines, so that the pictures don't jump from one question to the next. */
    min-height: 2.6em;
    line-height: 1.3;
  }
  twinlint-picture-stage {
    flex: 1 0 240px;
    grid-auto-flow: row;
    grid-auto-columns: auto;
    grid-auto-rows: minmax(0, 1fr);
  }
  @media (min-width: 560px) {
    twinlint-picture-stage {
      grid-auto-flow: column;
      grid-auto-rows: auto;
      grid-auto-columns: minmax(0, 1fr);
    }
  }
  twinlint-batch-grid {
    flex: 1 0 240px;
    min-height: 0;
  }
  .tools {
    justify-content: space-between;
  }
  /* Always in sight, also where so little fits that the page scrolls. */
  .answers {
    position: sticky;
    inset-block-end: 0;
    z-index: 1;
    background: var(--vscode-sideBar-background, var(--vscode-editor-background));
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 6px;
  }
  .answers vscode-button,
  .foot vscode-button {
    width: 100%;
  }
  .foot {
    display: grid;
    grid-template-columns: 1fr 1fr;
  }
  vscode-button[appearance='secondary'].pressed {
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
    --button-secondary-background: var(--vscode-button-background);
    --button-secondary-foreground: var(--vscode-button-foreground);
    --button-secondary-hover-background: var(--vscode-button-hoverBackground);
  }
  .counter {
    font-weight: 600;
  }
  .measure {
    font-size: 0.92em;
  }
  .problem {
    display: flex;
    gap: 8px;
    padding: 4px 10px;
    border: 1px solid var(--vscode-inputValidation-warningBorder, var(--edge));
    background: var(--vscode-inputValidation-warningBackground, transparent);
    color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
    overflow-wrap: anywhere;
  }
`;
