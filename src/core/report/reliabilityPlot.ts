import type { Interval } from '../metrics/interval';
import { svgText } from './svgText';

/** One bin of predicted probabilities; the same shape as the engine protocol's. */
export interface PlottedBin {
  readonly predicted: number;
  readonly observed: Interval;
  readonly pairs: number;
}

const size = 320;
const left = 64;
const top = 56;
const colour = '#0b62c4';
const below = 48;

/**
 * Predicted probabilities against how often it was so, with intervals, as one SVG file that needs nothing else: on the diagonal they hold.
 * Below it, how the predictions are spread: a bar as high as its bin's share of the pairs. Without bins the picture says so.
 */
export function reliabilityPlot(bins: readonly PlottedBin[], title: string): string {
  const x = (share: number): string => (left + size * share).toFixed(1);
  const y = (share: number): string => (top + size * (1 - share)).toFixed(1);
  const told = bins.filter(({ pairs }) => pairs > 0);
  const all = told.reduce((sum, { pairs }) => sum + pairs, 0);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    share =>
      `<path d="M${left},${y(share)}H${left + size}" stroke="#ddd"/><text x="${left - 8}" y="${y(share)}" dy="4" text-anchor="end">${100 * share} %</text>` +
      `<text x="${x(share)}" y="${top + size + below + 26}" text-anchor="middle">${100 * share} %</text>`,
  );
  const points = told.map(
    ({ predicted, observed: { value, low, high } }) =>
      `<path d="M${x(predicted)},${y(low)}V${y(high)}" stroke="${colour}"/><circle cx="${x(predicted)}" cy="${y(value)}" r="4" fill="${colour}"/>`,
  );
  const bars = told.map(({ predicted, pairs }) => {
    const height = (below * pairs) / all;
    return `<rect x="${(left + size * predicted - 6).toFixed(1)}" y="${(top + size + 10 + below - height).toFixed(1)}" width="12" height="${height.toFixed(1)}" fill="#999"/>`;
  });
  const bottom = top + size + below + 50;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + size + 40}" height="${bottom + 12}" viewBox="0 0 ${left + size + 40} ${bottom + 12}" font-family="sans-serif" font-size="12" fill="#333">`,
    `<title>${svgText(title)}</title>`,
    '<rect width="100%" height="100%" fill="white"/>',
    `<text x="${left}" y="24" font-size="15">${svgText(title)}</text>`,
    `<text x="${left}" y="${top - 12}">how often the pairs were similar</text>`,
    ...(told.length === 0
      ? [`<text x="${left}" y="${top + 24}">There are no probabilities.</text>`]
      : [
          ...ticks,
          `<path d="M${x(0)},${y(0)}L${x(1)},${y(1)}" stroke="#888" stroke-dasharray="4 4"/>`,
          `<polyline points="${told.map(({ predicted, observed }) => `${x(predicted)},${y(observed.value)}`).join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`,
          ...points,
          ...bars,
        ]),
    `<text x="${left + size / 2}" y="${bottom}" text-anchor="middle">probability that was predicted; bars: share of the pairs</text>`,
    '</svg>\n',
  ].join('\n');
}
