import { css } from 'lit';

/** Of pictures as buttons in a list, with facts below each. */
export const pictureButtonStyles = css`
  li {
    display: flex;
    min-width: 0;
  }
  li > button {
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
  .fact {
    display: flex;
    justify-content: space-between;
    gap: 6px;
    font-variant-numeric: tabular-nums;
  }
`;

/** Of a page with a bar, what was asked about, and a list of pictures as buttons that answers it. How wide the columns are is the page's own. */
export const resultListStyles = css`
  ${pictureButtonStyles}
  :host {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr);
    gap: 8px 12px;
    padding: 6px 12px 0;
    min-height: 0;
  }
  .bar {
    grid-column: 1 / -1;
    display: flex;
    align-items: center;
    gap: 6px;
    min-width: 0;
  }
  h1 {
    margin: 0;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: inherit;
    font-weight: 600;
  }
  ol {
    display: grid;
    grid-auto-rows: min-content;
    gap: 8px;
    margin: 0;
    padding: 2px 2px 12px;
    list-style: none;
    overflow-y: auto;
  }
`;

/** Where an arrow, Home or End leads from a button of such a list; the focus goes there. */
export function moveInResults(event: KeyboardEvent, buttons: readonly HTMLElement[], current: number): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const top = buttons[0]?.offsetTop;
  const columns = Math.max(1, buttons.filter(each => each.offsetTop === top).length);
  const at = Math.max(0, current);
  const moves: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - columns,
    ArrowDown: at + columns,
    Home: 0,
    End: buttons.length - 1,
  };
  const target = moves[event.key];
  if (target === undefined) return;
  event.preventDefault();
  buttons[Math.max(0, Math.min(target, buttons.length - 1))]?.focus();
}
