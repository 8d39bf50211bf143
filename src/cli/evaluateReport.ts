import type { Note } from '../core/dataset/note';
import { displayPath } from '../core/findings/findingMessage';
import { round6 } from '../core/report/scanReport';
import type { Estimate, EvaluateSummary } from '../protocol/training';
import { jsonText, modelJson, noteLines, noteList, percentText, rowsText } from './trainReport';

const shareText = ({ value, low, high }: Estimate): string =>
  `${percentText(value)} (${(100 * low).toFixed(1)} to ${percentText(high)})`;
const numberText = ({ value, low, high }: Estimate): string => `${value.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`;
const estimateJson = ({ value, low, high }: Estimate): Estimate => ({
  value: round6(value),
  low: round6(low),
  high: round6(high),
});

/** Small shares need more digits: a pair at random is similar one time in thousands. */
const rareText = (share: number): string =>
  share >= 0.01 || share === 0 ? percentText(share) : `${(100 * share).toPrecision(2)} %`;

function reliabilityText({ reliability: bins, calibrationError }: EvaluateSummary): string {
  const told = bins.filter(({ pairs }) => pairs > 0);
  if (told.length === 0) return '';
  const lines = told.map(
    ({ predicted, observed, pairs }) =>
      `  ${percentText(predicted, 0).padStart(5)}  ${shareText(observed).padEnd(28)}  ${String(pairs).padStart(7)}\n`,
  );
  return `\nHow far its probabilities hold (predicted, observed, pairs):\n${lines.join('')}${errorText(calibrationError)}`;
}

const errorText = (error: number | undefined): string =>
  error === undefined ? '' : `On average they are ${percentText(error)} off (expected calibration error).\n`;

export function evaluateText(summary: EvaluateSummary, folder: string, notes: readonly Note[]): string {
  const { model, recallAt } = summary;
  const rows: [string, string][] = [
    ['Model', `${displayPath(model.name)} (${model.relation}, ${model.distance} distance)`],
    ['Judged on', `${summary.images} images of ${displayPath(folder)}, ${summary.pairs} pairs`],
    ['Accuracy', `${shareText(summary.accuracy)} of as many similar as different pairs`],
    ['ROC-AUC', numberText(summary.rocAuc)],
    ['Threshold', summary.threshold.toFixed(3)],
    [
      'Precision',
      `${shareText(summary.precision)} of all pairs under it, where ${rareText(summary.prevalence)} of all are similar`,
    ],
    ['Recall', shareText(summary.recall)],
    ...recallAt.map(({ k, value }): [string, string] => [`Recall@${k}`, percentText(value)]),
  ];
  return `${rowsText(rows)}(In brackets: 90 % intervals.)\n${reliabilityText(summary)}${noteLines([...notes, ...summary.notes])}`;
}

export function evaluateJson(summary: EvaluateSummary, notes: readonly Note[], version: string): string {
  const { model, images, pairs, threshold, prevalence } = summary;
  return jsonText(version, {
    model: modelJson(model),
    images,
    pairs,
    threshold: round6(threshold),
    accuracy: estimateJson(summary.accuracy),
    rocAuc: estimateJson(summary.rocAuc),
    // Small shares would be rounded away.
    prevalence,
    precision: estimateJson(summary.precision),
    recall: estimateJson(summary.recall),
    recallAt: summary.recallAt.map(({ k, value }) => ({ k, value: round6(value) })),
    reliability: summary.reliability.map(({ predicted, observed, pairs: count }) => ({
      predicted: round6(predicted),
      observed: estimateJson(observed),
      pairs: count,
    })),
    calibrationError: summary.calibrationError === undefined ? null : round6(summary.calibrationError),
    curve: summary.curve.map(({ distance, precision, recall }) => ({
      distance: round6(distance),
      precision: round6(precision),
      recall: round6(recall),
    })),
    notes: noteList([...notes, ...summary.notes]),
  });
}
