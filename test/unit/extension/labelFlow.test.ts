import { beforeEach, describe, expect, test, vi } from 'vitest';
import { english } from '../../../src/core/l10n';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import { LabelFlow } from '../../../src/extension/labels/labelFlow';
import { ScanController } from '../../../src/extension/scan/scanController';
import { ScanStore } from '../../../src/extension/scan/scanStore';
import { Session } from '../../../src/extension/session/session';
import { Messenger } from '../../../src/extension/util/messages';
import { RestoreRequest, ScanRequest, type ScanParams } from '../../../src/protocol/engine';
import { JudgeLabelsRequest, SetJudgementRequest, type LabelProgress, type LabelSummary } from '../../../src/protocol/labels';
import { FakeEngine, FakeMemento, summaryOf } from './fakeEngine';
import { CancellationError, EventEmitter, resetShown, shown, silentLog } from './fakeVscode';

class FakeLabelEngine extends FakeEngine {
  readonly labelProgress = new EventEmitter<LabelProgress>();
  readonly onDidLabelProgress = this.labelProgress.event as never;
}

const row = (path: string, score?: number) => ({
  root: 0,
  path,
  label: 'a',
  suggested: 'b',
  ...(score !== undefined && { score }),
});
const judged: LabelSummary = {
  rows: [row('a/1.png', 0.9), row('a/2.png', 0.2), row('a/3.png')],
  classes: ['a', 'b'],
  judged: 2,
  isCalibrated: true,
  wrongLabels: { calibrated: 1.2, confidentJoint: 3 },
  elapsedMs: 1,
  notes: [],
};
const params: ScanParams = {
  roots: [{ path: '/data', name: 'data', settings: defaultScanSettings, only: [], filesExclude: [] }],
  verdicts: [],
  keep: true,
  trusted: true,
};

async function setUp(scanned = true) {
  const [engine, labels] = [new FakeEngine(), new FakeLabelEngine()];
  const session = new Session();
  const source = { build: () => Promise.resolve({ params, notes: [] }) };
  const scans = new ScanController(engine, session, source, new ScanStore(new FakeMemento() as never), silentLog as never);
  engine
    .on(ScanRequest, () => summaryOf(params))
    .on(RestoreRequest, () => summaryOf(params))
    .on(SetJudgementRequest, () => summaryOf(params, { generation: 7, counts: { mislabeled: 1 } }));
  labels.on(JudgeLabelsRequest, () => judged);
  if (scanned) await scans.scan([{ path: '/data', name: 'data', only: [] }]);
  const messenger = new Messenger(silentLog as never, english);
  const words = { t: english, language: 'en' };
  const flow = new LabelFlow({ engine: labels, session, scans, messenger, words });
  return { flow, engine, labels, session };
}
const texts = () => shown.messages.map(message => message.text);
beforeEach(resetShown);

describe('Find Wrong Labels', () => {
  test('judges in a process of its own, and hands what is doubtful to the one that scans', async () => {
    const { flow, engine, labels, session } = await setUp();
    const changed = vi.fn();
    session.onDidChange(changed);
    expect(await flow.run()).toBe(true);
    expect(labels.calls).toEqual([{ method: JudgeLabelsRequest.method, params: { scan: params } }]);
    const sent = engine.calls.at(-1)!;
    expect(sent.method).toBe(SetJudgementRequest.method);
    expect(sent.params).toMatchObject({
      isCalibrated: true,
      labels: [{ root: 0, path: 'a/1.png', label: 'a', suggested: 'b', score: 0.9 }, {}],
    });
    expect(session.state!.summary).toMatchObject({ generation: 7, counts: { mislabeled: 1 } });
    expect(changed).toHaveBeenCalledTimes(1);
    expect(texts()).toEqual(['1 of 2 labels are doubtful; about 1 are estimated to be wrong.']);
    expect(labels.isRunning).toBe(false);
  });

  test('tells how far it is', async () => {
    const { flow, labels } = await setUp();
    labels.on(JudgeLabelsRequest, () => {
      labels.labelProgress.fire({ phase: 'train', share: 0.5, etaMs: 9000 });
      labels.labelProgress.fire({ phase: 'vote', share: 1 });
      return judged;
    });
    await flow.run();
    expect(shown.progress.map(({ message }) => message)).toEqual([
      'Training on parts of the images, about 9 s left',
      'Asking neighbours',
    ]);
    expect(shown.progress.reduce((sum, { increment = 0 }) => sum + increment, 0)).toBeCloseTo(100);
  });

  test('cancelled, it changes nothing and says so', async () => {
    const { flow, engine, labels } = await setUp();
    labels.on(JudgeLabelsRequest, () => Promise.reject(new CancellationError()));
    expect(await flow.run()).toBe(false);
    expect(engine.methods()).not.toContain(SetJudgementRequest.method);
    expect(texts()).toEqual(['Judging labels was cancelled. What was found before stays.']);
  });

  test('runs once at a time', async () => {
    const { flow, labels } = await setUp();
    let finish!: (summary: LabelSummary) => void;
    labels.on(JudgeLabelsRequest, () => new Promise<LabelSummary>(resolve => (finish = resolve)));
    const first = flow.run();
    await vi.waitFor(() => expect(finish).toBeDefined());
    expect(await flow.run()).toBe(false);
    finish(judged);
    expect(await first).toBe(true);
  });

  test('without a scan it scans first, and ends where that gave none', async () => {
    const { flow, labels } = await setUp(false);
    expect(await flow.run()).toBe(false);
    expect(labels.calls).toEqual([]);
  });
});
