import type { Note } from '../dataset/note';
import { noteText } from '../dataset/note';
import { displayPath } from '../findings/findingMessage';
import { labelAt } from '../suggest/suggestion';
import type { SuggestSummary, Suggestion } from '../suggest/suggestion';
import { csvLine } from './csvReport';
import { round6 } from './scanReport';
import { padToWidth, textWidth } from './textWidth';

export interface SuggestReport {
  readonly toolVersion: string;
  readonly summary: SuggestSummary;
  /** Below this an image is unknown. */
  readonly leastConfidence: number;
  /** Of the command line itself; those of the summary come after. */
  readonly notes: readonly Note[];
}

/** Suggestions by class, the surest first; classes by name, those of unknown images under undefined, last. */
export function byLabel({ suggestions }: SuggestSummary, least: number): Map<string | undefined, readonly Suggestion[]> {
  const surest = [...suggestions].sort((a, b) => b.confidence - a.confidence || (a.path < b.path ? -1 : 1));
  const labels = [...new Set(surest.map(each => labelAt(each, least)))].sort((a, b) =>
    a === undefined ? 1 : b === undefined || a < b ? -1 : 1,
  );
  return new Map(labels.map(label => [label, surest.filter(each => labelAt(each, least) === label)]));
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

function encoderText({ encoder }: SuggestSummary): string {
  if (encoder.kind === 'starter') return 'the encoder that comes with Twinlint';
  return `the model ${displayPath(encoder.name)} (${encoder.relation})`;
}

function trialText({ trial, classes }: SuggestSummary): string {
  if (!trial) return 'One reference a class: there is none to try the others on.';
  const { judged, right, meanConfidence } = trial;
  const some = classes.some(({ references }) => references.length === 1) ? ' of the classes with two or more' : '';
  return `References${some} judged by the others: ${right} of ${judged} right (${percent(right / judged)}), mean confidence ${meanConfidence.toFixed(2)}.`;
}

/** For people to read, in pieces: grouped by class, the surest first. */
export function* suggestText(report: SuggestReport): Generator<string> {
  const { summary, leastConfidence, notes } = report;
  const width = summary.suggestions.reduce((most, { path }) => Math.max(most, textWidth(displayPath(path))), 0);
  let unknown = 0;
  for (const [label, group] of byLabel(summary, leastConfidence)) {
    yield `${label === undefined ? 'Unknown' : displayPath(label)} (${group.length})\n`;
    for (const each of group) {
      const nearest = label === undefined ? `  nearest: ${displayPath(each.label)}` : '';
      yield `  ${padToWidth(displayPath(each.path), width)}  ${each.confidence.toFixed(2)}${nearest}\n`;
    }
    if (label === undefined) unknown = group.length;
    yield '\n';
  }
  for (const each of [...notes, ...summary.notes]) yield `Note: ${displayPath(noteText(each))}\n`;
  yield `By ${encoderText(summary)}. ${trialText(summary)}\n`;
  const { length } = summary.suggestions;
  yield `${length} images: ${length - unknown} with a suggestion of confidence ${leastConfidence} or more, ${unknown} unknown.\n`;
}

/** As JSON, schema `suggest-v1`, in pieces: one image a line, in path order. `label` is null where it is unknown. */
export function* suggestJson(report: SuggestReport): Generator<string> {
  const { summary, leastConfidence } = report;
  const { encoder, classes, trial, suggestions } = summary;
  const head = {
    version: 1,
    tool: { name: 'twinlint', version: report.toolVersion },
    encoder: { kind: encoder.kind, name: encoder.name, relation: encoder.relation },
    leastConfidence,
    classes: classes.map(({ label, references }) => ({ label, references })),
    ...(trial && { trial: { ...trial, meanConfidence: round6(trial.meanConfidence) } }),
    notes: [...report.notes, ...summary.notes].map(noteText),
  };
  const fields = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  yield `{\n${fields.join('')}  "suggestions": [`;
  const rows = suggestions.map(each => {
    const { path, label, confidence, second, reference, similarity } = each;
    const row = {
      path,
      label: labelAt(each, leastConfidence) ?? null,
      confidence: round6(confidence),
      nearest: label,
      second,
      reference,
      similarity: round6(similarity),
    };
    return `    ${JSON.stringify(row)}`;
  });
  yield rows.length === 0 ? ']\n}\n' : `\n${rows.join(',\n')}\n  ]\n}\n`;
}

const columns = ['path', 'label', 'confidence', 'nearest', 'second', 'reference', 'similarity'] as const;

/** As CSV (RFC 4180, with a header, CRLF), one image a line, in pieces; the label of an unknown one is empty. */
export function* suggestCsv({ summary, leastConfidence }: SuggestReport): Generator<string> {
  yield csvLine(columns);
  for (const each of summary.suggestions) {
    const { path, label, confidence, second, reference, similarity } = each;
    const own = labelAt(each, leastConfidence);
    yield csvLine([path, own, round6(confidence), label, second, reference, round6(similarity)]);
  }
}
