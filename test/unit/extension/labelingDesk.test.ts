import { describe, expect, it, vi } from 'vitest';
import type { Memento } from 'vscode';
import type { Verdict } from '../../../src/core/verdicts/verdict';
import type { VerdictBook } from '../../../src/extension/actions/ports';
import type { Engine } from '../../../src/extension/engineProcess/engine';
import { LabelingDesk } from '../../../src/extension/labeling/labelingDesk';
import type { ScanController } from '../../../src/extension/scan/scanController';
import { Session } from '../../../src/extension/session/session';
import type { PairRow, ScanNote, ScanParams, ScanSummary } from '../../../src/protocol/engine';
import { EstimateRequest, QuestionsRequest } from '../../../src/protocol/labeling';
import type { ContentPairKey, EngineQuestion, QuestionsParams } from '../../../src/protocol/labeling';
import type { VerdictDraft } from '../../../src/workspace/verdicts/verdictStore';
import { imageOf, pairOf } from './records';

const namedPair = (name: string): PairRow => {
  const [a, b] = keyOf(name).map(each => imageOf(`${each}.png`, { content: each }));
  return pairOf(a, b, name);
};
const keyOf = (name: string): ContentPairKey => [`${name}1`, `${name}2`];
const ask = (name: string, more: Partial<EngineQuestion> = {}): EngineQuestion => ({
  pair: namedPair(name),
  reason: 'near-threshold',
  ...more,
});

/** A desk on a made-up scan; the engine answers with `answers` in turn, then with nothing. */
function deskWith(answers: readonly (readonly EngineQuestion[])[], verdicts: readonly Verdict[] = [], settleMs = 5) {
  const session = new Session();
  session.set({
    params: { roots: [{ path: '/data' }], verdicts } as unknown as ScanParams,
    summary: { radius: 0.5 } as ScanSummary,
    threshold: 0.2,
  });
  const asked: QuestionsParams[] = [];
  const rest = [...answers];
  const request = async (type: unknown, params: unknown): Promise<unknown> => {
    if (type === EstimateRequest) return { generation: 1, audits: 0, auditsUnder: 0 };
    expect(type).toBe(QuestionsRequest);
    asked.push(params as QuestionsParams);
    return { generation: 1, questions: rest.shift() ?? [], open: 40 };
  };
  const written: VerdictDraft[] = [];
  const retracted: string[] = [];
  let failure: ScanNote | undefined;
  const book: Partial<VerdictBook> = {
    add: async (_root, drafts) => {
      if (failure) return { ids: [], notes: [failure] };
      written.push(...drafts);
      return { ids: drafts.map((_, i) => `id${written.length - drafts.length + i}`), notes: [] };
    },
    retractAll: async (_root, ids) => {
      retracted.push(...ids);
      return [];
    },
  };
  const kept = new Map<string, unknown>();
  const refreshVerdicts = vi.fn(async (): Promise<ScanNote[]> => []);
  const desk = new LabelingDesk({
    engine: { request } as unknown as Engine,
    session,
    scans: { ready: async () => true, refreshVerdicts } as unknown as ScanController,
    verdicts: book as VerdictBook,
    state: {
      keys: () => [...kept.keys()],
      get: (key: string) => kept.get(key),
      update: async (key: string, value: unknown) => void kept.set(key, value),
    } as Memento,
    tellNotes: () => undefined,
    settleMs,
  });
  return { desk, session, asked, written, retracted, refreshVerdicts, fail: (note?: ScanNote) => (failure = note), kept };
}
const names = (desk: LabelingDesk): string[] => desk.questions.map(({ pair }) => pair.findingId);

describe('the labeling desk', () => {
  it('writes an answer before it shows the next pair, and tells the rest of the window soon', async () => {
    const { desk, written, refreshVerdicts } = deskWith([['x', 'y', 'z'].map(name => ask(name))]);
    await desk.prepare();
    expect(names(desk)).toEqual(['x', 'y', 'z']);
    await desk.answer([keyOf('x')], 'similar');
    expect(written).toEqual([
      {
        relation: 'same-picture',
        verdict: 'similar',
        images: [
          { content: 'x1', path: 'x1.png' },
          { content: 'x2', path: 'x2.png' },
        ],
      },
    ]);
    expect(names(desk)).toEqual(['y', 'z']);
    expect(desk.counts()).toMatchObject({ similar: 1, different: 0, audits: 0 });
    await vi.waitFor(() => expect(refreshVerdicts).toHaveBeenCalled());
    desk.dispose();
  });

  it('tells the rest of the window while somebody answers fast, and the last answer too', async () => {
    const pairs = Array.from({ length: 40 }, (_, i) => ask(`p${i}`));
    const { desk, refreshVerdicts, written } = deskWith([pairs], [], 50);
    await desk.prepare();
    const told: number[] = [];
    refreshVerdicts.mockImplementation(async () => {
      told.push(written.length);
      return [];
    });
    for (let i = 0; i < 20; i++) {
      await desk.answer([keyOf(`p${i}`)], 'similar');
      await new Promise(resolve => setTimeout(resolve, 15));
    }
    // 300 ms of answers, none 50 ms after the one before.
    expect(told.length).toBeGreaterThan(1);
    expect(told.length).toBeLessThan(10);
    await vi.waitFor(() => expect(told.at(-1)).toBe(20));
    desk.dispose();
  });

  it('keeps the probability of an audit with its answer', async () => {
    const { desk, written } = deskWith([[ask('x', { reason: 'audit', probability: 0.02 })]]);
    await desk.prepare();
    await desk.answer([keyOf('x')], 'different');
    expect(written[0].audit).toEqual({ probability: 0.02 });
    expect(desk.counts()).toMatchObject({ different: 1, audits: 1 });
    desk.dispose();
  });

  it('takes all answers of one key back, and asks again', async () => {
    const { desk, retracted } = deskWith([['x', 'y', 'z'].map(name => ask(name))]);
    await desk.prepare();
    await desk.answer([keyOf('z')], 'different');
    await desk.answer([keyOf('x'), keyOf('y')], 'similar');
    await desk.undo();
    expect(retracted).toEqual(['id1', 'id2']);
    expect(names(desk)).toEqual(['x', 'y']);
    await desk.undo();
    expect(retracted).toEqual(['id1', 'id2', 'id0']);
    expect(names(desk)).toEqual(['z', 'x', 'y']);
    expect(await desk.undo()).toEqual([]);
    desk.dispose();
  });

  it('writes nothing for a skipped pair, and does not ask about it again, also after a reload', async () => {
    const first = deskWith([['x', 'y'].map(name => ask(name))]);
    await first.desk.prepare();
    await first.desk.answer([keyOf('x')], 'skip');
    expect(first.written).toEqual([]);
    const state = first.kept.get('twinlint.labeling') as { skipped: unknown; asked: number };
    expect(state).toMatchObject({ skipped: [keyOf('x')], asked: 1 });
    await first.desk.prepare();
    expect(first.asked.at(-1)!.except).toContainEqual(keyOf('x'));
    first.desk.dispose();
  });

  it('asks once about a pair that comes twice, and never again about one just answered', async () => {
    const audit = { reason: 'audit', probability: 0.1 } as const;
    const { desk, written } = deskWith([
      [ask('x'), ask('y', audit), ask('y', audit)],
      [ask('x', audit), ask('z')],
    ]);
    await desk.prepare();
    expect(names(desk)).toEqual(['x', 'y']);
    await desk.answer([keyOf('x')], 'similar');
    await desk.prepare();
    expect(names(desk)).toEqual(['y', 'z']);
    // The audit drew what was answered: its answer is written again, and measures from now on.
    expect(written.map(({ audit: record }) => record?.probability)).toEqual([undefined, 0.1]);
    desk.dispose();
  });

  it('logs the known answer of an audit without asking', async () => {
    const { desk, written } = deskWith([[ask('x', { reason: 'audit', probability: 0.1, known: 'different' }), ask('y')]]);
    await desk.prepare();
    expect(names(desk)).toEqual(['y']);
    expect(written).toMatchObject([{ verdict: 'different', audit: { probability: 0.1 } }]);
    desk.dispose();
  });

  it('says why an answer could not be saved, and asks about the pair again', async () => {
    const { desk, fail } = deskWith([['x', 'y'].map(name => ask(name))]);
    await desk.prepare();
    fail({ message: 'Read-only.', args: [] });
    expect(await desk.answer([keyOf('x')], 'similar')).toEqual([{ message: 'Read-only.', args: [] }]);
    expect(names(desk)).toEqual(['x', 'y']);
    expect(desk.past).toEqual([]);
    expect(desk.counts()).toMatchObject({ similar: 0, different: 0 });
    fail(undefined);
    expect(await desk.answer([keyOf('x')], 'similar')).toEqual([]);
    expect(names(desk)).toEqual(['y']);
    desk.dispose();
  });

  it('lets another answer replace an earlier one', async () => {
    const { desk, written } = deskWith([['x', 'y'].map(name => ask(name))]);
    await desk.prepare();
    await desk.answer([keyOf('x')], 'similar');
    await desk.answer([keyOf('x')], 'different');
    expect(written.map(({ verdict }) => verdict)).toEqual(['similar', 'different']);
    expect(desk.past).toMatchObject([{ answer: 'different' }]);
    expect(names(desk)).toEqual(['y']);
    desk.dispose();
  });

  it('takes what is said of a pair that the page still shows, though another has taken its place', async () => {
    const { desk, session, written } = deskWith([[ask('x'), ask('y')], [ask('z')]]);
    await desk.prepare();
    session.setThreshold(0.3, true);
    await desk.prepare();
    expect(names(desk)).toEqual(['z']);
    await desk.answer([keyOf('x')], 'similar');
    expect(written.map(({ verdict, images }) => [verdict, images[0].content])).toEqual([['similar', 'x1']]);
    expect(desk.past).toMatchObject([{ answer: 'similar' }]);
    expect(names(desk)).toEqual(['z']);
    // Of another relation it would be an answer to another question.
    await desk.setRelation('same-class');
    await desk.answer([keyOf('y')], 'similar');
    expect(written).toHaveLength(1);
    desk.dispose();
  });

  it('starts over under another relation, and after another scan', async () => {
    const { desk, asked, session } = deskWith([[ask('x')], [ask('y')], [ask('z')]]);
    await desk.prepare();
    await desk.setRelation('same-class');
    expect(asked.at(-1)!.relation).toBe('same-class');
    expect(names(desk)).toEqual(['y']);
    session.setThreshold(0.3, true);
    expect(names(desk)).toEqual([]);
    await desk.prepare();
    expect(asked.at(-1)!.threshold).toBe(0.3);
    desk.dispose();
  });
});
