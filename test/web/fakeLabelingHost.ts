/** The extension's end of the conversation with the labeling page: answers questions about made-up pairs. */
import { ResponseError } from 'vscode-jsonrpc/browser';
import type { EngineQuestion } from '../../src/protocol/labeling';
import {
  AnswerRequest,
  LabelingActionRequest,
  LabelingPreviewRequest,
  LabelingReadyRequest,
  LabelingSnapshotNotification,
  SetRelationRequest,
  UndoAnswerRequest,
} from '../../src/protocol/panelLabeling';
import type { AnsweredPair, LabelingSnapshot } from '../../src/protocol/panelLabeling';
import { defaultThreshold, distancesOf, pairOf } from './fakeData';
import { playVsCode, showTheme } from './fakeVsCode';
import type { FakeHostHandle, Scenario } from './scenario';

declare const scenario: Scenario & { readonly theme: Readonly<Record<string, string>> };

const { connection, violations, saved } = playVsCode(scenario.themeKind, scenario.theme, scenario.saved);
const log: FakeHostHandle['log'] = [];
const plays = scenario.labeling ?? {};
const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
const distances = distancesOf(Math.max(1, scenario.pairs));

const reasons = ['near-threshold', 'new-region', 'near-threshold', 'audit'] as const;
const questionAt = (row: number): EngineQuestion => {
  const pair = pairOf(row, distances[row], row);
  if (row === 0 && plays.cycle) return { pair, reason: 'cycle', cycle: { id: 'c', paths: ['a.png', 'b.png', 'c.png'] } };
  const reason = reasons[row % reasons.length];
  return { pair, reason, ...(reason === 'audit' && { probability: 0.01 }) };
};
let waiting = Array.from({ length: scenario.pairs }, (_, row) => questionAt(row));
let past: (AnsweredPair & { readonly question: EngineQuestion; readonly stroke: number })[] = [];
let relation = 'same-picture';
let strokes = 0;
let failures = plays.failures ?? 0;

const snapshot = (): LabelingSnapshot => ({
  state: plays.state ?? 'ready',
  relation,
  relations: [...new Set(['same-picture', 'same-class', relation])],
  questions: waiting.slice(0, 12),
  past: past.map(({ pair, answer }) => ({ pair, answer })),
  counts: {
    similar: past.filter(({ answer }) => answer === 'similar').length,
    different: past.filter(({ answer }) => answer === 'different').length,
    audits: past.filter(({ question }) => question.reason === 'audit').length,
    open: waiting.length,
  },
  ...(plays.precision && { precision: plays.precision }),
  ...(plays.recall && { recall: plays.recall }),
  threshold: defaultThreshold,
  isTraining: plays.isTraining ?? false,
  ...(plays.problem && { problem: plays.problem }),
  l10n: scenario.l10n ?? null,
});

connection.onRequest(LabelingReadyRequest, () => snapshot());
connection.onRequest(AnswerRequest, async ({ pairs, answer }) => {
  log.push({ kind: 'answer', pairs: pairs.length, answer });
  await wait(plays.answerMs ?? 1);
  if (failures-- > 0) throw new ResponseError(-32603, 'The disk is full.');
  strokes++;
  const isAsked = ({ pair }: { readonly pair: EngineQuestion['pair'] }): boolean =>
    pairs.some(([a, b]) => pair.a.content === a && pair.b.content === b);
  const answered = [...waiting, ...past.map(({ question }) => question)].filter(isAsked);
  waiting = waiting.filter(question => !isAsked(question));
  past = [
    ...past.filter(each => !isAsked(each)),
    ...answered.map(question => ({ pair: question.pair, question, answer, stroke: strokes })),
  ];
  return snapshot();
});
connection.onRequest(UndoAnswerRequest, () => {
  log.push({ kind: 'undo' });
  const stroke = past.at(-1)?.stroke;
  waiting = [...past.filter(each => each.stroke === stroke).map(({ question }) => question), ...waiting];
  past = past.filter(each => each.stroke !== stroke);
  return snapshot();
});
connection.onRequest(SetRelationRequest, message => {
  log.push({ kind: 'relation', ...message });
  relation = message.relation;
  return snapshot();
});
connection.onRequest(LabelingPreviewRequest, ({ path, side }) => {
  log.push({ kind: 'preview', path, side });
  return { uri: `${location.origin}/preview/${encodeURIComponent(path)}?side=${side}` };
});
connection.onRequest(LabelingActionRequest, action => {
  log.push({ kind: 'labelingAction', action });
});
connection.listen();

Object.assign(window, {
  fakeHost: {
    log,
    violations,
    showTheme,
    distances: () => distances,
    summary: () => null,
    threshold: () => defaultThreshold,
    saved,
    sendSnapshot: () => void connection.sendNotification(LabelingSnapshotNotification, snapshot()),
    answerElsewhere: () => {
      waiting = waiting.slice(1);
      void connection.sendNotification(LabelingSnapshotNotification, snapshot());
    },
    sendProgress: () => undefined,
    sendTraining: () => undefined,
  } satisfies FakeHostHandle,
});
