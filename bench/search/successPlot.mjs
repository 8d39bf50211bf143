const WIDTH = 320;
const HEIGHT = 220;
const PAD = { left: 44, top: 28, right: 12, bottom: 40 };
const COLOURS = ['#8a8a8a', '#c2410c', '#1d4ed8', '#15803d'];

/**
 * Success and precision curves side by side, as SVG that reads on light and dark ground.
 * @param {Record<string, {successAuc: number, precision20: number, success: number[], precision: number[]}>} figures
 */
export function successPlot(figures) {
  const names = Object.keys(figures);
  const success = chart(
    'Success',
    'overlap (IoU) over',
    ['0', '0.5', '1'],
    figures,
    'success',
    ({ successAuc }) => `AUC ${successAuc.toFixed(2)}`,
  );
  const precision = chart(
    'Precision',
    'pixels from the middle',
    ['0', '25', '50'],
    figures,
    'precision',
    ({ precision20 }) => `${precision20.toFixed(2)} at 20`,
  );
  const legendHeight = 18 * names.length;
  const legend = names.map((name, i) => {
    const y = HEIGHT + 14 + i * 18;
    return `<line x1="44" x2="68" y1="${y - 4}" y2="${y - 4}" stroke="${COLOURS[i]}" stroke-width="2"/><text x="74" y="${y}">${name}</text>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * WIDTH} ${HEIGHT + legendHeight + 10}" font-family="sans-serif" font-size="12" fill="#777">` +
    `${success}<g transform="translate(${WIDTH} 0)">${precision}</g>${legend.join('')}</svg>\n`
  );
}

function chart(title, axis, marks, figures, curve, noteOf) {
  const x = share => PAD.left + share * (WIDTH - PAD.left - PAD.right);
  const y = share => HEIGHT - PAD.bottom - share * (HEIGHT - PAD.top - PAD.bottom);
  const lines = Object.values(figures).map((figure, i) => {
    const points = figure[curve].map((value, at, { length }) => `${x(at / (length - 1)).toFixed(1)},${y(value).toFixed(1)}`);
    const label = `<text x="${x(0.03)}" y="${y(0.03 + 0.09 * i)}" fill="${COLOURS[i]}">${noteOf(figure)}</text>`;
    return `<polyline fill="none" stroke="${COLOURS[i]}" stroke-width="2" points="${points.join(' ')}"/>${label}`;
  });
  const grid = [0, 0.5, 1].map(
    (share, i) =>
      `<line x1="${x(0)}" x2="${x(1)}" y1="${y(share)}" y2="${y(share)}" stroke="#7774"/><text x="${x(0) - 6}" y="${y(share) + 4}" text-anchor="end">${share}</text>` +
      `<text x="${x(share)}" y="${HEIGHT - PAD.bottom + 16}" text-anchor="middle">${marks[i]}</text>`,
  );
  return (
    `<text x="${x(0.5)}" y="16" text-anchor="middle" font-weight="600">${title}</text>${grid.join('')}` +
    `<text x="${x(0.5)}" y="${HEIGHT - 6}" text-anchor="middle">${axis}</text>${lines.join('')}`
  );
}
