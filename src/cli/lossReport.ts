import type { Note } from '../core/dataset/note';
import { noteText } from '../core/dataset/note';
import { displayPath } from '../core/findings/findingMessage';
import { csvLine } from '../core/report/csvReport';
import { round6 } from '../core/report/scanReport';
import type { JudgedBy, LossComparison, LossResult, RelationFigures } from '../protocol/compareLosses';
import { jsonText, noteLines, noteList } from './trainReport';

const judgedBy: Readonly<Record<JudgedBy, string>> = {
  labels: 'By classes (alike is what is of one class)',
  views: 'By views (alike are two altered views of one image)',
};
const columns = ['loss', 'distance', 'pair AUC', 'recall@1', 'accuracy', 'seconds'] as const;

interface Table {
  readonly title: string;
  /** As many texts in each as there are columns, the best first. */
  readonly rows: readonly (readonly string[])[];
}

/** One table for each relation that the losses were judged by, the best by pair AUC first. */
function tablesOf({ results }: LossComparison): Table[] {
  return results[0].figures.map(({ by }) => {
    const rows = results.flatMap(result => result.figures.filter(each => each.by === by).map(figures => ({ result, figures })));
    rows.sort((a, b) => b.figures.rocAuc - a.figures.rocAuc);
    return { title: judgedBy[by], rows: rows.map(({ result, figures }) => rowOf(result, figures)) };
  });
}

const rowOf = ({ loss, distance, seconds, steps }: LossResult, { rocAuc, recallAt1, accuracy }: RelationFigures): string[] => [
  loss === 'pixels' ? 'pixels (no training)' : loss,
  distance,
  rocAuc.toFixed(4),
  recallAt1.toFixed(4),
  accuracy.toFixed(4),
  steps === 0 ? '–' : seconds.toFixed(1),
];

/** What all trainings had in common. */
function headOf({ network, input, results, learned, judged, learnFrom, classes, runtime, threads }: LossComparison): string {
  const heldOut =
    classes.length > 0 ? `images of classes never learned (${classes.map(displayPath).join(', ')})` : 'other images';
  return `Network ${network}, ${input.join('×')}, ${results[0].steps} steps from ${learnFrom} of ${learned} images; judged on ${judged} ${heldOut}. ${runtime}, ${threads} ${threads === 1 ? 'thread' : 'threads'}.`;
}

/** For people to read. */
export function lossText(comparison: LossComparison, notes: readonly Note[]): string {
  const tables = tablesOf(comparison).map(({ title, rows }) => {
    const all = [columns, ...rows];
    const widths = columns.map((_, column) => Math.max(...all.map(row => row[column].length)));
    const lines = all.map(
      row => `  ${row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')}\n`,
    );
    return `${title}\n${lines.join('')}`;
  });
  return `${headOf(comparison)}\n\n${tables.join('\n')}${noteLines([...notes, ...comparison.notes])}`;
}

/** To paste in a README. */
export function lossMarkdown(comparison: LossComparison, notes: readonly Note[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const tables = tablesOf(comparison).map(
    ({ title, rows }) =>
      `${title}:\n\n${line(columns)}${line(columns.map((_, i) => (i < 2 ? '---' : '---:')))}${rows.map(line).join('')}\n`,
  );
  return `${headOf(comparison)}\n\n${tables.join('')}${[...notes, ...comparison.notes].map(each => `- ${noteText(each)}\n`).join('')}`;
}

/** RFC 4180, one line for each loss and relation. */
export function lossCsv({ results, network, learnFrom, heldOut }: LossComparison): string {
  const rows = results.flatMap(({ loss, distance, steps, seconds, ended, figures }) =>
    figures.map(({ by, rocAuc, recallAt1, accuracy }) =>
      csvLine([
        loss,
        distance,
        by,
        round6(rocAuc),
        round6(recallAt1),
        round6(accuracy),
        steps,
        round6(seconds),
        ended,
        network,
        learnFrom,
        heldOut,
      ]),
    ),
  );
  const head = 'loss,distance,by,roc_auc,recall_at_1,accuracy,steps,seconds,ended,network,learn_from,held_out'.split(',');
  return csvLine(head) + rows.join('');
}

/** Schema `losses-v1`. */
export function lossJson(comparison: LossComparison, notes: readonly Note[], version: string): string {
  const { results, elapsedMs, notes: ofEngine, ...rest } = comparison;
  return jsonText(version, {
    ...rest,
    elapsedMs,
    results: results.map(({ seconds, figures, ...result }) => ({
      ...result,
      seconds: round6(seconds),
      figures: figures.map(({ by, rocAuc, recallAt1, accuracy }) => ({
        by,
        rocAuc: round6(rocAuc),
        recallAt1: round6(recallAt1),
        accuracy: round6(accuracy),
      })),
    })),
    notes: noteList([...notes, ...ofEngine]),
  });
}
