/** The button that an arrow leads to, among buttons in rows of any length under headings; undefined for other keys and at the end. */
export function nextByArrow(key: string, buttons: readonly HTMLElement[], current: HTMLElement): HTMLElement | undefined {
  const at = buttons.indexOf(current);
  if (key === 'ArrowLeft') return buttons[at - 1];
  if (key === 'ArrowRight') return buttons[at + 1];
  if (key === 'Home') return buttons[0];
  if (key === 'End') return buttons[buttons.length - 1];
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return undefined;
  const down = key === 'ArrowDown';
  const own = current.getBoundingClientRect();
  const places = buttons.map(button => ({ button, box: button.getBoundingClientRect() }));
  const beyond = places.filter(({ box }) => (down ? box.top > own.bottom - 1 : box.bottom < own.top + 1));
  if (beyond.length === 0) return undefined;
  const nearestRow = down ? Math.min(...beyond.map(({ box }) => box.top)) : Math.max(...beyond.map(({ box }) => box.top));
  const row = beyond.filter(({ box }) => Math.abs(box.top - nearestRow) < 1);
  return row.reduce((best, each) => (Math.abs(each.box.left - own.left) < Math.abs(best.box.left - own.left) ? each : best))
    .button;
}
