/** A picture of a training's curves, as one SVG file that needs nothing else: losses above (logarithmic), accuracy below. */

import { svgText } from './svgText';

/** One point of the curves; the same shape as the engine protocol's. */
export interface CurvePoint {
  readonly step: number;
  readonly loss: number;
  /** 0…1. */
  readonly pairAccuracy: number;
  readonly validation?: { readonly loss: number; readonly accuracy: number };
}

interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly isDashed?: boolean;
  readonly points: readonly (readonly [step: number, value: number])[];
}

interface Panel {
  readonly title: string;
  readonly top: number;
  readonly height: number;
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly (readonly [value: number, text: string])[];
  /** From a value to what is drawn. */
  readonly scale: (value: number) => number;
  readonly curves: readonly Curve[];
}

const width = 720;
const left = 64;
const right = 24;
const colours = { training: '#0b62c4', validation: '#c4560b' };
const smallestLoss = 1e-6;

/** Whole steps of 1, 2 or 5 times a power of ten, about `count` of them. */
function roundTicks(low: number, high: number, count: number): number[] {
  const raw = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(each => each >= raw) ?? raw;
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high * (1 + 1e-9); k++) ticks.push(k * step);
  return ticks;
}

function lossPanel(points: readonly CurvePoint[], top: number, height: number): Panel {
  const log = (loss: number): number => Math.log10(Math.max(loss, smallestLoss));
  const judged = points.flatMap(({ step, validation }) => (validation ? [[step, validation.loss] as const] : []));
  const curves: Curve[] = [
    { name: 'training', colour: colours.training, points: points.map(({ step, loss }) => [step, loss]) },
    { name: 'held-back images', colour: colours.validation, isDashed: true, points: judged },
  ];
  const all = curves.flatMap(curve => curve.points.map(([, value]) => log(value))).filter(Number.isFinite);
  const low = Math.min(...all);
  const high = Math.max(low + 0.1, ...all);
  const marks = [1, 2, 5].flatMap(factor => Array.from({ length: 14 }, (_, power) => factor * 10 ** (power - 7)));
  const inside = marks.filter(value => log(value) >= low && log(value) <= high);
  const values = inside.length >= 2 ? inside : [10 ** low, 10 ** high];
  const ticks = values.map(value => [value, Number(value.toPrecision(2)).toString()] as const);
  return { title: 'loss (logarithmic)', top, height, low, high, ticks, scale: log, curves };
}

function accuracyPanel(points: readonly CurvePoint[], top: number, height: number): Panel {
  const judged = points.flatMap(({ step, validation }) => (validation ? [[step, validation.accuracy] as const] : []));
  const curves: Curve[] = [
    { name: 'training', colour: colours.training, points: points.map(({ step, pairAccuracy }) => [step, pairAccuracy]) },
    { name: 'held-back images', colour: colours.validation, isDashed: true, points: judged },
  ];
  const all = curves.flatMap(curve => curve.points.map(([, value]) => value)).filter(Number.isFinite);
  const low = Math.floor(20 * Math.min(0.95, ...all)) / 20;
  const ticks = roundTicks(low, 1, 4).map(value => [value, `${(100 * value).toFixed(0)} %`] as const);
  return { title: 'accuracy of pairs', top, height, low, high: 1, ticks, scale: value => value, curves };
}

function panelSvg({ title, top, height, low, high, ticks, scale, curves }: Panel, lastStep: number): string {
  const x = (step: number): string => (left + ((width - left - right) * step) / lastStep).toFixed(1);
  const y = (value: number): string => (top + height - (height * (scale(value) - low)) / (high - low)).toFixed(1);
  const lines = ticks.map(
    ([value, text]) =>
      `<path d="M${left},${y(value)}H${width - right}" stroke="#ddd"/><text x="${left - 8}" y="${y(value)}" dy="4" text-anchor="end">${text}</text>`,
  );
  const drawn = curves
    .map(curve => ({ ...curve, points: curve.points.filter(point => point.every(Number.isFinite)) }))
    .filter(curve => curve.points.length > 0);
  const paths = drawn.map(({ points, colour, isDashed }) => {
    const path = points.map(([step, value]) => `${x(step)},${y(value)}`).join(' ');
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.5"${isDashed ? ' stroke-dasharray="6 3"' : ''}/>`;
  });
  const legend = drawn.map(
    ({ name, colour }, i) =>
      `<text x="${width - right - 150 * i}" y="${top - 8}" text-anchor="end" fill="${colour}">${name}</text>`,
  );
  return [
    `<text x="${left}" y="${top - 8}">${title}</text>`,
    ...legend,
    ...lines,
    `<path d="M${left},${top}V${top + height}H${width - right}" fill="none" stroke="#888"/>`,
    ...paths,
  ].join('\n');
}

/** @param points In the order of their steps; without any, the picture says so. */
export function lossPlot(points: readonly CurvePoint[], title: string): string {
  const lastStep = Math.max(1, points.at(-1)?.step ?? 1);
  const panels = points.length === 0 ? [] : [lossPanel(points, 72, 200), accuracyPanel(points, 320, 130)];
  const steps = roundTicks(0, lastStep, 6).map(step => {
    const x = (left + ((width - left - right) * step) / lastStep).toFixed(1);
    return `<text x="${x}" y="468" text-anchor="middle">${Math.round(step)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="500" viewBox="0 0 ${width} 500" font-family="sans-serif" font-size="12" fill="#333">`,
    `<title>${svgText(title)}</title>`,
    '<rect width="100%" height="100%" fill="white"/>',
    `<text x="${left}" y="30" font-size="15">${svgText(title)}</text>`,
    ...(points.length === 0 ? [`<text x="${left}" y="72">No step was taken.</text>`] : []),
    ...panels.map(panel => panelSvg(panel, lastStep)),
    ...(points.length === 0 ? [] : [...steps, `<text x="${width / 2}" y="488" text-anchor="middle">step</text>`]),
    '</svg>\n',
  ].join('\n');
}
