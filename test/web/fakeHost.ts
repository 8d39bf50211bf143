/** The extension's end of the conversation, in the page itself: speaks the real protocol over a made-up `acquireVsCodeApi`. */
import { ResponseError } from 'vscode-jsonrpc/browser';
import type { ImageRecord } from '../../src/core/dataset/image';
import type { PairRow } from '../../src/protocol/engine';
import {
  PanelActionRequest,
  PanelAimRequest,
  PanelClassesRequest,
  PanelEstimateRequest,
  PanelFilterRequest,
  PanelGroupsRequest,
  PanelMapImageRequest,
  PanelMapKindsRequest,
  PanelMapProgressNotification,
  PanelMapRequest,
  PanelPairsRequest,
  PanelPreviewRequest,
  PanelProgressNotification,
  ReadyRequest,
  SetThresholdNotification,
  SnapshotNotification,
} from '../../src/protocol/panel';
import type { PanelAction, PanelSnapshot, PanelView } from '../../src/protocol/panel';
import { countUnder } from '../../src/core/pairs/countUnder';
import {
  answeredDistances,
  classesAt,
  distancesOf,
  estimateAt,
  groupOf,
  imageOf,
  neighboursOf,
  regionsOf,
  pairOf,
  summaryOf,
  defaultThreshold,
} from './fakeData';
import { PanelTrainingNotification } from '../../src/protocol/panelTraining';
import type { TrainingSnapshot } from '../../src/protocol/panelTraining';
import { FakeReview } from './fakeReview';
import { FakeSuggest } from './fakeSuggest';
import { trainings } from './fakeTraining';
import { fakeKinds, fakeMap } from './fakeMap';
import { playVsCode, showTheme } from './fakeVsCode';
import type { FakeHostHandle, Scenario } from './scenario';

declare const scenario: Scenario & { readonly theme: Readonly<Record<string, string>> };

const { connection, violations, saved } = playVsCode(scenario.themeKind, scenario.theme, scenario.saved);
const log: FakeHostHandle['log'] = [];
let ids = Array.from({ length: scenario.pairs }, (_, i) => i);
let distances = distancesOf(scenario.pairs);
let summary = scenario.noScan ? null : summaryOf(scenario.pairs, scenario.summary);
let threshold = scenario.threshold ?? defaultThreshold;
let view: PanelView = { kind: 'grid' };
let undo: { readonly ids: number[]; readonly distances: Float32Array } | undefined;
let training: TrainingSnapshot = trainings[scenario.training ?? 'none'];
if (scenario.view === 'training') view = { kind: 'training' };
if (scenario.view === 'map') view = { kind: 'map' };
const review = new FakeReview(scenario.review ?? {});
if (scenario.view === 'review') view = { kind: 'review' };
const suggest = new FakeSuggest(scenario.suggest ?? {});
if (scenario.view === 'suggest') view = { kind: 'suggest' };
let failures = scenario.failures ?? {};

const lengthened = (image: ImageRecord): ImageRecord => ({
  ...image,
  path: image.path.replace('IMG', `${'Ångström_写真_ไฟล์_'.repeat(8)}IMG`),
  label: `${image.label}_${'étiquette_'.repeat(8)}`,
  split: `${image.split}_${'ก็_'.repeat(20)}`,
});
const rowAt = (row: number): PairRow => {
  const pair = pairOf(ids[row], distances[row], row);
  return scenario.longNames ? { ...pair, a: lengthened(pair.a), b: lengthened(pair.b) } : pair;
};
if (scenario.view === 'compare') view = { kind: 'compare', pair: rowAt(0) };
if (scenario.view === 'neighbours') view = { kind: 'neighbours', query: imageOf(499), neighbours: neighboursOf(24) };
if (scenario.view === 'region') {
  view = { kind: 'region', query: imageOf(499), ...(scenario.found !== undefined && { search: regionsOf(scenario.found) }) };
}

const snapshot = (): PanelSnapshot => ({
  summary,
  distances,
  threshold,
  problems: { shown: Math.min(1000, countUnder(distances, threshold)), total: countUnder(distances, threshold) },
  progress: scenario.progress ?? null,
  view,
  l10n: scenario.l10n ?? null,
  canUndoTrash: undo !== undefined,
  training,
  review: view.kind === 'review' ? review.snapshot() : null,
  suggest: view.kind === 'suggest' ? suggest.snapshot() : null,
});

const fail = (what: keyof NonNullable<Scenario['failures']>): void => {
  const left = failures[what] ?? 0;
  if (left <= 0) return;
  failures = { ...failures, [what]: left - 1 };
  throw new ResponseError(-32603, 'The engine has stopped. It starts again with the next request.');
};
const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
// Only what is asked for is made: the host must cost the page nothing, as the real one is another process.
const places = (total: number, { offset, limit }: { readonly offset: number; readonly limit: number }): number[] =>
  Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => offset + i);
const groupSize = (index: number, total: number): number => (index === 0 && total > 1 ? 1234 : Math.max(2, 14 - index));

connection.onRequest(ReadyRequest, async () => {
  log.push({ kind: 'ready' });
  if (scenario.silent) await wait(1e9);
  fail('ready');
  return snapshot();
});
connection.onNotification(SetThresholdNotification, message => {
  log.push({ kind: 'threshold', ...message });
  threshold = message.threshold;
  if (message.settled) void connection.sendNotification(SnapshotNotification, snapshot());
});
connection.onRequest(PanelPairsRequest, async query => {
  log.push({ kind: 'pairs', ...query });
  await wait(scenario.latencyMs ?? 5);
  fail('pairs');
  const total = countUnder(distances, query.threshold);
  const rows = places(total, query).map(place => rowAt(query.order === 'closest' ? place : total - 1 - place));
  return { generation: summary?.generation ?? 0, total, rows };
});
connection.onRequest(PanelGroupsRequest, async query => {
  log.push({ kind: 'groups', ...query });
  await wait(scenario.latencyMs ?? 5);
  fail('groups');
  const total = Math.ceil(countUnder(distances, query.threshold) / 3);
  const rows = places(total, query).map(index => groupOf(index, groupSize(index, total)));
  return { generation: summary?.generation ?? 0, total, rows };
});
const answers = scenario.answers ?? { similar: 0, different: 0, audits: 0 };
let estimating = 0;
connection.onRequest(PanelEstimateRequest, async ({ threshold: at }) => {
  log.push({ kind: 'estimate', threshold: at, underWay: ++estimating });
  await wait(scenario.latencyMs ?? 5);
  estimating--;
  if (!summary) return null;
  return { generation: summary.generation, answers, ...answeredDistances(answers), ...estimateAt(at, answers.audits) };
});
let countingClasses = 0;
connection.onRequest(PanelClassesRequest, async ({ threshold: at }) => {
  log.push({ kind: 'classes', threshold: at, underWay: ++countingClasses });
  await wait(scenario.latencyMs ?? 5);
  countingClasses--;
  return { generation: summary?.generation ?? 0, ...classesAt(countUnder(distances, at), scenario.classCount, answers.audits) };
});
connection.onRequest(PanelAimRequest, async ({ aim, value }) => {
  log.push({ kind: 'aim', aim, value });
  await wait(scenario.latencyMs ?? 5);
  fail('aim');
  // As if precision fell and recall rose in a straight line up to the radius; no more than 0.99 of either can be had.
  if (value > 0.99) return null;
  const at = aim === 'precision' ? 0.4 * (1 - value) * 4 : 0.4 * value;
  return { threshold: at, estimate: { value, low: value - 0.04, high: Math.min(1, value + 0.03) } };
});
connection.onRequest(PanelMapRequest, async token => {
  log.push({ kind: 'map' });
  if (!summary) return null;
  const { points = 400, shares = [] } = scenario.map ?? {};
  for (const share of shares) {
    void connection.sendNotification(PanelMapProgressNotification, { share });
    await wait(scenario.latencyMs ?? 5);
  }
  await wait(scenario.latencyMs ?? 5);
  if (scenario.map?.endless) await new Promise(resolve => token.onCancellationRequested(resolve));
  if (token.isCancellationRequested) {
    log.push({ kind: 'mapCancelled' });
    throw new ResponseError(-32800, 'Cancelled.');
  }
  fail('map');
  return fakeMap(points, summary.edition, scenario.map);
});
connection.onRequest(PanelMapKindsRequest, ({ threshold: at }) => ({ kinds: fakeKinds(scenario.map?.points ?? 400, at) }));
connection.onRequest(PanelMapImageRequest, ({ image }) => imageOf(image));
connection.onRequest(PanelFilterRequest, async ({ images }) => {
  log.push({ kind: 'filter', images: images && [...images] });
  await wait(scenario.latencyMs ?? 5);
  fail('filter');
  if (!summary) return;
  const { filtered: _, ...whole } = summary;
  const all = distancesOf(scenario.pairs);
  distances = images ? all.filter((__, i) => i % 5 === 0) : all;
  summary = { ...whole, generation: summary.generation + 1, pairs: distances.length, ...(images && { filtered: images.length }) };
  void connection.sendNotification(SnapshotNotification, snapshot());
});
connection.onRequest(PanelPreviewRequest, async ({ path, side }) => {
  log.push({ kind: 'preview', path, side });
  await wait(scenario.latencyMs ?? 5);
  if (scenario.brokenPreviews?.some(part => path.includes(part))) return { problem: 'The file is cut off, its end is missing.' };
  return { uri: `${location.origin}/preview/${encodeURIComponent(path)}?side=${side}` };
});

const remove = (row: number): void => {
  undo = { ids, distances };
  ids = ids.filter((_, i) => i !== row);
  distances = distances.filter((_, i) => i !== row);
  summary = summary && { ...summary, generation: summary.generation + 1, pairs: distances.length };
};
const rowOf = (findingId: string): number => ids.indexOf(parseInt(findingId, 16));

function act(action: PanelAction): boolean {
  switch (action.kind) {
    case 'notDuplicate':
      remove(rowOf(action.pair.findingId));
      return true;
    case 'keepAndTrash': {
      const row = ids.findIndex((_, i) => [rowAt(i).a.path, rowAt(i).b.path].includes(action.trash[0].path));
      if (row >= 0) remove(row);
      return true;
    }
    case 'undoTrash':
    case 'undoVerdict':
      if (!undo) return false;
      ({ ids, distances } = undo);
      undo = undefined;
      summary = summary && { ...summary, generation: summary.generation + 1, pairs: distances.length };
      return true;
    case 'compare':
      view = { kind: 'compare', pair: action.pair };
      return true;
    case 'compareImages': {
      const [a, b] = action.images;
      view = { kind: 'compare', pair: { ...pairOf(0, 0.12, -1), a, b, findingId: 'f'.repeat(16) } };
      return true;
    }
    case 'training':
      if (action.action.kind === 'show') view = { kind: 'training' };
      return true;
    case 'showMap':
      view = { kind: 'map' };
      return true;
    case 'review':
      if (action.action.kind === 'show') view = { kind: 'review' };
      return review.act(action.action);
    case 'suggest':
      return suggest.act(action.action);
    case 'showGrid':
      view = { kind: 'grid' };
      return true;
    default:
      return true;
  }
}
connection.onRequest(PanelActionRequest, async action => {
  log.push({ kind: 'action', action });
  await wait(scenario.latencyMs ?? 5);
  fail('action');
  const done = !scenario.declines && act(action);
  void connection.sendNotification(SnapshotNotification, snapshot());
  return { done };
});
connection.listen();

Object.assign(window, {
  fakeHost: {
    log,
    violations,
    showTheme,
    distances: () => distances,
    summary: () => summary,
    threshold: () => threshold,
    saved,
    sendSnapshot: (change: Partial<PanelSnapshot> = {}) =>
      void connection.sendNotification(SnapshotNotification, { ...snapshot(), ...change }),
    sendTraining: now => {
      training = now;
      void connection.sendNotification(PanelTrainingNotification, now);
    },
    sendProgress: progress => void connection.sendNotification(PanelProgressNotification, progress),
  } satisfies FakeHostHandle,
});
