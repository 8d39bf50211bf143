// Pair accuracy over verdicts, asked by groups and at random: medians, with the range of the seeds.
const [WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM] = [640, 320, 52, 16, 616, 272];
const COLOURS = { groups: '#0a7bbb', random: '#b5530a' };
const NAMES = { groups: 'as the side bar asks', random: 'pairs at random' };

export function curveSvg(medians) {
  const most = Math.max(...Object.values(medians).flatMap(points => points.map(({ verdicts }) => verdicts)));
  const x = verdicts => (LEFT + ((RIGHT - LEFT) * verdicts) / most).toFixed(1);
  const y = accuracy => (BOTTOM - ((BOTTOM - TOP) * (accuracy - 0.5)) / 0.5).toFixed(1);
  const lines = [0.5, 0.6, 0.7, 0.8, 0.9, 1].map(
    v =>
      `<line x1="${LEFT}" x2="${RIGHT}" y1="${y(v)}" y2="${y(v)}" stroke="#8884"/><text x="${LEFT - 8}" y="${Number(y(v)) + 4}" text-anchor="end">${v.toFixed(1)}</text>`,
  );
  const marks = [0, 0.25, 0.5, 0.75, 1].map(
    share => `<text x="${x(most * share)}" y="${BOTTOM + 18}" text-anchor="middle">${Math.round(most * share)}</text>`,
  );
  const curves = Object.entries(medians).flatMap(([order, points], i) => {
    const range = [
      ...points.map(p => `${x(p.verdicts)},${y(p.highest)}`),
      ...[...points].reverse().map(p => `${x(p.verdicts)},${y(p.lowest)}`),
    ];
    return [
      `<polygon points="${range.join(' ')}" fill="${COLOURS[order]}" opacity="0.15"/>`,
      `<polyline points="${points.map(p => `${x(p.verdicts)},${y(p.accuracy)}`).join(' ')}" fill="none" stroke="${COLOURS[order]}" stroke-width="2"/>`,
      `<text x="${RIGHT}" y="${BOTTOM - 34 + 18 * i}" text-anchor="end" style="fill:${COLOURS[order]}">${NAMES[order]}</text>`,
    ];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12"><style>text{fill:#777}</style>
${[...lines, ...marks, ...curves].join('\n')}
<text x="${(LEFT + RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">verdicts</text>
</svg>
`;
}
