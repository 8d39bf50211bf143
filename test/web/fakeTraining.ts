import { pairOf } from './fakeData';
import { noTraining } from '../../src/protocol/panelTraining';
import type { ModelRow, TrainingRun, TrainingSnapshot } from '../../src/protocol/panelTraining';
import type { ModelInfo, TrainPoint, TrainSummary } from '../../src/protocol/training';

/** A training that gets better and slows down, judged every fifth point. */
export const pointsOf = (count: number): TrainPoint[] =>
  Array.from({ length: count }, (_, i) => {
    const loss = 0.05 + 0.75 * Math.exp(-i / 25) + 0.02 * Math.sin(i * 1.7);
    const point = {
      step: (i + 1) * 12,
      elapsedMs: 250 * (i + 1),
      loss,
      pairAccuracy: 0.98 - 0.45 * Math.exp(-i / 20) + 0.008 * Math.sin(i * 2.3),
      learningRate: 0.001 * (1 - i / 400),
    };
    if (i % 5 !== 4) return point;
    const validation = { loss: loss + 0.06, accuracy: point.pairAccuracy - 0.03, rocAuc: 0.99 - 0.3 * Math.exp(-i / 15) };
    return { ...point, validation };
  });

export const modelOf = (name: string, change: Partial<ModelInfo> = {}, isActive = false): ModelRow => ({
  name,
  isActive,
  info: {
    path: `/w/.twinlint/models/2026-11-24-1405-${name}.twinlint`,
    name,
    sizeBytes: 1_234_567,
    hash: 'ab'.repeat(32),
    network: 'small',
    input: [32, 32, 3],
    embeddingSize: 128,
    relation: 'same-class',
    distance: 'euclidean',
    threshold: 0.5,
    labels: ['boot', 'coat', 'dress', 'shirt', 'sneaker', 'top'],
    trainedAt: '2026-11-24T14:05:00.000Z',
    trainedOn: { images: 1234, pairs: 0, learnFrom: ['labels'] },
    metrics: { accuracy: 0.9634, rocAuc: 0.991 },
    trainingLog: [],
    writtenBy: 'twinlint 0.1.0',
    ...change,
  },
});

export const models: readonly ModelRow[] = [
  modelOf('classes', {}, true),
  modelOf('pairs', {
    relation: 'same-picture',
    labels: [],
    trainedAt: '2026-11-23T09:30:00.000Z',
    trainedOn: { images: 1234, pairs: 118, learnFrom: ['views', 'pairs'] },
    metrics: { accuracy: 0.88, rocAuc: 0.934 },
  }),
  modelOf(`a-name-that-goes-on-and-on-${'and-on-'.repeat(10)}`, { trainedAt: '2026-11-01T00:00:00.000Z', metrics: undefined }),
];

export const runOf = (change: Partial<TrainingRun> = {}): TrainingRun => ({
  id: 'run',
  name: 'classes',
  learnFrom: ['labels'],
  relation: 'same-class',
  startedAt: '2026-11-24T14:05:00.000Z',
  resumed: false,
  state: 'running',
  progress: { phase: 'train', share: 0.4, etaMs: 36_000, points: pointsOf(100) },
  summary: null,
  problem: null,
  ...change,
});

const summary: TrainSummary = {
  model: models[0].info,
  steps: 1200,
  trainMs: 55_000,
  elapsedMs: 61_000,
  ended: 'limit',
  runtime: 'onnxruntime-node',
  threads: 2,
  notes: [{ message: 'The loss ran away and was rolled back.', args: [] }],
  points: pointsOf(200),
  before: { accuracy: 0.88, rocAuc: 0.934 },
};

/** Every state of the page, by name. */
export const trainings = {
  none: noTraining,
  starting: { ...noTraining, run: runOf({ progress: null }) },
  reading: { ...noTraining, run: runOf({ progress: { phase: 'read', share: 0.3, points: [] } }) },
  learning: { ...noTraining, run: runOf(), models: models.slice(1) },
  cancelling: { ...noTraining, run: runOf({ state: 'cancelling' }) },
  done: {
    ...noTraining,
    run: runOf({ state: 'done', progress: { phase: 'save', share: 1, points: pointsOf(200) }, summary }),
    models,
    previous: { name: 'pairs' },
    change: {
      from: 'pairs',
      to: 'classes',
      kinds: [
        { kind: 'split-leak', appeared: 2, gone: 0 },
        { kind: 'near-duplicate', appeared: 31, gone: 12 },
      ],
      accuracy: { before: 0.88, after: 0.9634 },
    },
    problems: [
      { path: '/w/.twinlint/models/odd.twinlint', note: { message: 'The file is damaged: its checksum is wrong.', args: [] } },
    ],
  },
  compared: {
    ...noTraining,
    models,
    compared: {
      models: [models[1].info, models[0].info],
      names: [models[1].name, models[0].name],
      comparison: {
        audits: 38,
        accuracies: [
          {
            accuracy: { value: 0.91, low: 0.82, high: 0.96 },
            precision: { value: 0.9, low: 0.78, high: 0.96 },
            recall: { value: 0.95, low: 0.85, high: 0.99 },
          },
          { accuracy: { value: 0.87, low: 0.77, high: 0.93 }, recall: { value: 0, low: 0, high: 0.1 } },
        ],
        disagreements: 2,
        differing: [
          { pair: pairOf(3, 0.21, 3), similar: true, said: [true, false] },
          { pair: pairOf(9, 0.33, 9), similar: false, said: [false, true] },
        ],
      },
      findings: {
        state: 'done',
        found: {
          thresholds: [0.25, 0.31],
          kinds: [
            { kind: 'split-leak', onlyFirst: 2, onlySecond: 0, both: 5 },
            { kind: 'near-duplicate', onlyFirst: 31, onlySecond: 12, both: 1234 },
          ],
        },
      },
    },
  },
  comparedWithoutAudits: {
    ...noTraining,
    models,
    compared: {
      models: [models[1].info, null],
      names: [models[1].name, null],
      comparison: { audits: 0, disagreements: 0, differing: [] },
      findings: { state: 'comparing' },
    },
  },
  failed: {
    ...noTraining,
    run: runOf({ state: 'failed', progress: null, problem: 'There is only one class, so there are no different pairs.' }),
  },
  locked: { ...noTraining, models, locked: 'This workspace is not trusted: nothing is trained, and its models are not used.' },
} satisfies Record<string, TrainingSnapshot>;
export type TrainingName = keyof typeof trainings;
