import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { english } from '../../../src/core/l10n';
import type { Verdict } from '../../../src/core/verdicts/verdict';
import { Params } from '../../../src/extension/config/params';
import type { RootSpec } from '../../../src/extension/scan/rootSpecs';
import { ScanStore } from '../../../src/extension/scan/scanStore';
import { Session } from '../../../src/extension/session/session';
import { Training } from '../../../src/extension/training/training';
import { Messenger } from '../../../src/extension/util/messages';
import { FindingsRequest, type ScanSummary } from '../../../src/protocol/engine';
import {
  ListModelsRequest,
  TrainRequest,
  type ModelInfo,
  type TrainParams,
  type TrainProgress,
  type TrainSummary,
} from '../../../src/protocol/training';
import { FakeEngine, FakeMemento, summaryOf, type Token } from './fakeEngine';
import { resetShown, shown, silentLog, Uri, window, workspace } from './fakeVscode';

/** What a test that is about something else trains. */
export const classes = { learnFrom: ['labels'], seconds: 5 };
export const progressOf = (change: Partial<TrainProgress> = {}): TrainProgress => ({
  phase: 'train',
  share: 0.5,
  points: [],
  ...change,
});

const dialogs = {
  showQuickPick: window.showQuickPick,
  showInputBox: window.showInputBox,
  showSaveDialog: window.showSaveDialog,
  showOpenDialog: window.showOpenDialog,
};

/** As before any test: nothing shown, no dialog answered. */
export function resetWindow(): void {
  resetShown();
  Object.assign(window, dialogs);
}

interface Offered {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly picked?: boolean;
}

/** Answers quick picks in turn with the item of that label, and keeps what was offered. */
export function answerPicks(...answers: readonly (string | readonly string[] | undefined)[]): Offered[][] {
  const offered: Offered[][] = [];
  const left = [...answers];
  window.showQuickPick = items => {
    const list = items as Offered[];
    offered.push(list);
    const answer = left.shift();
    if (answer === undefined) return Promise.resolve(undefined);
    const find = (label: string): unknown => {
      const found = list.find(item => item.label === label);
      if (!found) throw new Error(`No ${label} among ${list.map(item => item.label).join(', ')}`);
      return found;
    };
    return Promise.resolve(typeof answer === 'string' ? find(answer) : answer.map(find));
  };
  return offered;
}

export const infoOf = (path: string, change: Partial<ModelInfo> = {}): ModelInfo => ({
  path,
  name: 'm',
  sizeBytes: 1,
  hash: 'h',
  network: 'small',
  input: [32, 32, 3],
  embeddingSize: 8,
  relation: 'same-class',
  distance: 'euclidean',
  threshold: 0.5,
  labels: ['a', 'b'],
  trainedAt: '2026-01-01T00:00:00.000Z',
  trainedOn: { images: 10, pairs: 0, learnFrom: ['labels'] },
  metrics: { accuracy: 0.9, rocAuc: 0.95 },
  trainingLog: [],
  writtenBy: 'test',
  ...change,
});

export const trainSummaryOf = ({ outPath, relation }: TrainParams, change: Partial<TrainSummary> = {}): TrainSummary => ({
  model: infoOf(outPath, { relation: relation ?? 'same-class' }),
  steps: 10,
  trainMs: 1,
  elapsedMs: 2,
  ended: 'limit',
  runtime: 'onnxruntime-node',
  threads: 1,
  notes: [],
  points: [],
  ...change,
});

export const pairVerdict = (id: string, verdict: 'similar' | 'different', relation = 'same-picture'): Verdict => ({
  id,
  relation,
  verdict,
  images: [
    { content: `${id}a`, path: 'a' },
    { content: `${id}b`, path: 'b' },
  ],
});

/**
 * Trainings over two fake engines and a real folder, whose config file and models are real. The scan finds `findings` (kinds by id) under
 * each model, or network that judges pairs again, by its path below the root; the training writes its file as the engine does.
 */
export function trainingBench(setup: { readonly verdicts?: readonly Verdict[]; readonly summary?: Partial<ScanSummary> } = {}) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'twinlint-training-')));
  const storageFolder = realpathSync(mkdtempSync(join(tmpdir(), 'twinlint-storage-')));
  onTestFinished(() => {
    for (const folder of [root, storageFolder]) rmSync(folder, { recursive: true, force: true });
  });
  workspace.workspaceFolders = [{ uri: Uri.file(root), name: 'data', index: 0 }];
  const engine = new FakeEngine();
  const trainingEngine = new FakeEngine();
  const session = new Session();
  const messenger = new Messenger(silentLog as never, english);
  const source = new Params({ read: () => Promise.resolve({ verdicts: setup.verdicts ?? [], notes: [] }) } as never, english);
  const findings: Record<string, readonly string[]> = {};
  const spec: RootSpec = { path: root, name: 'data', only: [] };
  const scan = vi.fn(async (specs: readonly RootSpec[]) => {
    const { params } = await source.build(specs);
    const summary = summaryOf(params, { classes: ['a', 'b'], ...setup.summary });
    session.set({ params, summary, threshold: 0.25 });
    return { kind: 'done' as const, summary, notes: [] };
  });
  const scans = {
    scan,
    specs: () => session.roots.map(({ path, name, only }) => ({ path, name, only })),
    ready: () => Promise.resolve(session.state !== undefined),
    whenIdle: () => Promise.resolve(),
  };
  const flow = {
    run: async (specs: readonly RootSpec[]) => (await scan(specs)).summary,
    withProgress: (_title: string, _quiet: boolean, work: (token: undefined) => unknown) => work(undefined),
    tellFailure: vi.fn(),
  };
  engine.on(FindingsRequest, () => {
    const { model, rescoreModel } = session.roots[0].settings;
    const all = (findings[rescoreModel || model] ?? []).map(id => ({ id, kind: 'near-duplicate' }));
    return { generation: 1, total: all.length, counts: { 'near-duplicate': all.length }, findings: all };
  });
  const infos: ModelInfo[] = [];
  engine.on(ListModelsRequest, () => ({ models: infos, problems: [], rescorers: [] }));
  const modelPath = (name: string): string => join(root, '.twinlint/models', `${name}.twinlint`);
  const addModel = (name: string, change: Partial<ModelInfo> = {}): string => {
    mkdirSync(join(root, '.twinlint/models'), { recursive: true });
    writeFileSync(modelPath(name), name);
    infos.push(infoOf(modelPath(name), change));
    return modelPath(name);
  };
  const trained = (params: TrainParams, change: Partial<TrainSummary> = {}): TrainSummary => {
    writeFileSync(params.outPath, 'weights');
    const summary = trainSummaryOf(params, change);
    infos.push(summary.model);
    return summary;
  };
  trainingEngine.on(TrainRequest, (params: TrainParams) => trained(params));
  const showPage = vi.fn();
  const state = new FakeMemento();
  const make = (): Training =>
    new Training({
      engine,
      trainingEngine,
      session,
      scans: scans as never,
      flow: flow as never,
      store: new ScanStore(state as never),
      source,
      messenger,
      words: { t: english, language: 'en' },
      log: silentLog as never,
      state: state as never,
      storageFolder,
      showPage,
    });
  const training = make();
  return {
    root,
    storageFolder,
    engine,
    trainingEngine,
    session,
    scan,
    spec,
    flow,
    findings,
    infos,
    addModel,
    modelPath,
    trained,
    showPage,
    training,
    make,
    /** Scans, as a person would have done before. */
    scanned: () => scan([spec]),
    /** Runs the command to the end of the training. */
    async train(wish: unknown): Promise<unknown> {
      const told = shown.messages.length;
      const started = await training.table().train(wish);
      if (started === true) await vi.waitFor(() => settledOrThrow(training, told));
      return started;
    },
    config: () => JSON.parse(readFileSync(join(root, '.twinlint/config.json'), 'utf8')) as Record<string, unknown>,
    params: () => trainingEngine.calls.filter(call => call.method === TrainRequest.method).at(-1)?.params as TrainParams,
    texts: () => shown.messages.map(message => message.text),
  };
}

/** The training has ended and its end was told. */
function settledOrThrow(training: Training, told: number): void {
  if (training.trainer.isTraining || shown.messages.length <= told) throw new Error('not yet');
}

/** A training that ends only when it is cancelled; then with what `end` gives. */
export const untilCancelledThen =
  <T>(end: (params: TrainParams) => T) =>
  (params: TrainParams, token?: Token): Promise<T> =>
    new Promise((resolve, reject) => {
      const over = (): void => {
        try {
          resolve(end(params));
        } catch (error) {
          reject(error);
        }
      };
      if (token?.isCancellationRequested) over();
      else token?.onCancellationRequested(over);
    });
