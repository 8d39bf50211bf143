import { beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import type { Verdict } from '../../../src/core/verdicts/verdict';
import type { RootSpec } from '../../../src/extension/scan/rootSpecs';
import { ScanController } from '../../../src/extension/scan/scanController';
import { ScanStore } from '../../../src/extension/scan/scanStore';
import { Session } from '../../../src/extension/session/session';
import {
  ClearRequest,
  RestoreRequest,
  ScanRequest,
  SetVerdictsRequest,
  UpdateRequest,
  type ScanParams,
  type ScanProgress,
} from '../../../src/protocol/engine';
import { SetFilterRequest } from '../../../src/protocol/map';
import { FakeEngine, FakeMemento, summaryOf, untilCancelled, type Token } from './fakeEngine';
import { CancellationTokenSource, resetShown, silentLog } from './fakeVscode';

const spec = (name: string): RootSpec => ({ path: `/data/${name}`, name, only: [] });
const verdict = (id: string): Verdict => ({ id, relation: 'same-picture', verdict: 'different', images: [] });

function setUp(state = new FakeMemento()) {
  const engine = new FakeEngine();
  const session = new Session();
  const store = new ScanStore(state as never);
  const given = { verdicts: [] as Verdict[] };
  const source = {
    build: (specs: readonly RootSpec[]) => {
      const roots = specs.map(each => ({ ...each, settings: defaultScanSettings, filesExclude: [] }));
      return Promise.resolve({ params: { roots, verdicts: [...given.verdicts], keep: true, trusted: true }, notes: [] });
    },
  };
  const log = { ...silentLog, warn: (_line: string): void => undefined, info: (_line: string): void => undefined };
  const scans = new ScanController(engine, session, source, store, log as never);
  engine
    .on(ScanRequest, (params: ScanParams) => summaryOf(params))
    .on(RestoreRequest, (params: ScanParams) => summaryOf(params, { generation: 5 }))
    .on(UpdateRequest, () => summaryOf({ roots: [] }, { generation: 2, roots: [] }))
    .on(SetVerdictsRequest, () => ({ generation: 9 }))
    .on(ClearRequest, () => undefined);
  return { engine, session, store, scans, given, state, log };
}

beforeEach(resetShown);

describe('scanning', () => {
  test('a scan becomes the session, at the default threshold, and is remembered', async () => {
    const { scans, session, store } = setUp();
    const outcome = await scans.scan([spec('a')]);
    expect(outcome.kind).toBe('done');
    expect(session.state).toMatchObject({ threshold: 0.25, summary: { images: 10 } });
    expect(store.lastScan).toEqual([spec('a')]);
    expect(scans.isIdle).toBe(true);
  });

  test('a second scan cancels the first and takes its place', async () => {
    const { scans, session, engine } = setUp();
    engine.on(ScanRequest, (params: ScanParams, token?: Token) =>
      params.roots[0].name === 'slow' ? untilCancelled(token) : summaryOf(params),
    );
    const first = scans.scan([spec('slow')]);
    await new Promise(resolve => setTimeout(resolve, 5));
    const second = scans.scan([spec('b')]);
    expect((await first).kind).toBe('cancelled');
    expect((await second).kind).toBe('done');
    expect(session.roots.map(root => root.name)).toEqual(['b']);
    expect(scans.progress).toBeNull();
  });

  test('tells what the scan under way is made with', async () => {
    const { scans, engine } = setUp();
    engine.on(ScanRequest, (_params: ScanParams, token?: Token) => untilCancelled(token));
    const scan = scans.scan([spec('slow')]);
    await vi.waitFor(() => expect(scans.runningParams?.roots[0].name).toBe('slow'));
    scans.cancel();
    await scan;
    expect(scans.runningParams).toBeUndefined();
  });

  test('a third scan passes over a second that has not begun', async () => {
    const { scans, engine, session } = setUp();
    engine.on(ScanRequest, (params: ScanParams, token?: Token) =>
      params.roots[0].name === 'slow' ? untilCancelled(token) : summaryOf(params),
    );
    const outcomes = await Promise.all([scans.scan([spec('slow')]), scans.scan([spec('b')]), scans.scan([spec('c')])]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['cancelled', 'cancelled', 'done']);
    expect(session.roots.map(root => root.name)).toEqual(['c']);
  });

  test('cancelling by the notification’s token keeps what was there', async () => {
    const { scans, session, engine, store } = setUp();
    await scans.scan([spec('a')]);
    engine.on(ScanRequest, (_params: ScanParams, token?: Token) => untilCancelled(token));
    const source = new CancellationTokenSource();
    const running = scans.scan([spec('b')], source.token);
    await new Promise(resolve => setTimeout(resolve, 5));
    source.cancel();
    expect((await running).kind).toBe('cancelled');
    expect(session.roots.map(root => root.name)).toEqual(['a']);
    expect(store.lastScan).toEqual([spec('a')]);
  });

  test('a token that was cancelled before never reaches the engine', async () => {
    const { scans, engine } = setUp();
    const source = new CancellationTokenSource();
    source.cancel();
    expect((await scans.scan([spec('a')], source.token as never)).kind).toBe('cancelled');
    expect(engine.methods()).toEqual([]);
  });

  test('a failure is an outcome, and the next scan works', async () => {
    const { scans, engine } = setUp();
    engine.on(ScanRequest, () => Promise.reject(new Error('no such folder')));
    expect(await scans.scan([spec('a')])).toMatchObject({ kind: 'failed', error: { message: 'no such folder' } });
    engine.on(ScanRequest, (params: ScanParams) => summaryOf(params));
    expect((await scans.scan([spec('a')])).kind).toBe('done');
  });

  test('progress is told while a scan runs, then null', async () => {
    const { scans, engine } = setUp();
    const seen: (ScanProgress | null)[] = [];
    scans.onDidProgress(value => seen.push(value));
    engine.on(ScanRequest, (params: ScanParams) => {
      engine.progress.fire({ phase: 'decode', done: 1, total: 2 });
      return summaryOf(params);
    });
    await scans.scan([spec('a')]);
    expect(seen).toEqual([{ phase: 'count', done: 0, total: 0 }, { phase: 'decode', done: 1, total: 2 }, null]);
    engine.progress.fire({ phase: 'decode', done: 2, total: 2 });
    expect(seen).toHaveLength(3);
  });
});

describe('after a reload', () => {
  test('the last scan is restored, not run', async () => {
    const before = setUp();
    await before.scans.scan([spec('a')]);
    const after = setUp(before.state);
    expect(await after.scans.restore()).toBe(true);
    expect(after.engine.methods()).toEqual([RestoreRequest.method]);
    expect(after.session.state?.summary.generation).toBe(5);
  });

  test('the slider stands where it stood', async () => {
    const before = setUp();
    await before.scans.scan([spec('a')]);
    await before.store.setThreshold([spec('a')], 0.1);
    const after = setUp(before.state);
    await after.scans.restore();
    expect(after.session.state?.threshold).toBe(0.1);
    await after.scans.scan([spec('b')]);
    expect(after.session.state?.threshold).toBe(0.25);
  });

  test('nothing is asked where nothing was scanned', async () => {
    const { scans, engine } = setUp();
    expect(await scans.restore()).toBe(false);
    expect(engine.calls).toEqual([]);
  });

  test('a scan that the engine no longer has is forgotten', async () => {
    const { scans, engine, store } = setUp();
    await scans.scan([spec('a')]);
    engine.on(RestoreRequest, () => null);
    expect(await scans.restore()).toBe(false);
    expect(store.lastScan).toEqual([]);
  });

  test('damaged storage is no scan', async () => {
    const state = new FakeMemento();
    for (const broken of ['x', [{ path: 1 }], { 0: spec('a') }, [null]]) {
      await state.update('twinlint.lastScan', broken);
      await state.update('twinlint.thresholds', broken);
      const { store } = setUp(state);
      expect(store.lastScan).toEqual([]);
      expect(store.threshold([spec('a')])).toBeUndefined();
    }
  });
});

describe('changes', () => {
  test('updates go to the engine and change the session, one after another', async () => {
    const { scans, session, engine } = setUp();
    await scans.scan([spec('a')]);
    await Promise.all([scans.update(['/data/a/1.png']), scans.update(['/data/a/2.png'])]);
    expect(engine.calls.slice(1)).toEqual([
      { method: UpdateRequest.method, params: { changed: ['/data/a/1.png'] } },
      { method: UpdateRequest.method, params: { changed: ['/data/a/2.png'] } },
    ]);
    expect(session.state?.summary.generation).toBe(2);
  });

  test('what an update or a restored scan has to say stands in the log, once', async () => {
    const { scans, engine, log } = setUp();
    const gone = { message: 'There is no model {0}.', args: ['two'] };
    const lines = vi.spyOn(log, 'warn');
    await scans.scan([spec('a')]);
    engine.on(UpdateRequest, () => summaryOf({ roots: [] }, { notes: [gone] }));
    await scans.update(['/data/a/1.png']);
    await scans.update(['/data/a/2.png']);
    expect(lines.mock.calls).toEqual([['There is no model two.']]);
    engine.on(RestoreRequest, (params: ScanParams) => summaryOf(params, { notes: [gone] }));
    await scans.restore();
    expect(lines.mock.calls).toHaveLength(2);
  });

  test('the models of a scan stand in the log', async () => {
    const { scans, engine, log } = setUp();
    const lines = vi.spyOn(log, 'info');
    const rescorer = { path: '/m/two.twinlint', network: 'two-channel' } as const;
    engine.on(ScanRequest, (params: ScanParams) => summaryOf(params, { rescorer }));
    await scans.scan([spec('a')]);
    expect(lines.mock.calls).toEqual([['Pairs judged again by /m/two.twinlint (two-channel).']]);
  });

  test('after a crash the scan is restored before it is updated', async () => {
    const { scans, engine } = setUp();
    await scans.scan([spec('a')]);
    engine.crash();
    await scans.update(['/data/a/1.png']);
    expect(engine.methods().slice(1)).toEqual([RestoreRequest.method, UpdateRequest.method]);
  });

  test('ready() restores once after a crash, and asks nothing otherwise', async () => {
    const { scans, engine } = setUp();
    await scans.scan([spec('a')]);
    expect(await scans.ready()).toBe(true);
    engine.crash();
    expect(await Promise.all([scans.ready(), scans.ready()])).toEqual([true, true]);
    expect(engine.methods()).toEqual([ScanRequest.method, RestoreRequest.method]);
  });

  test('without a scan there is nothing to update', async () => {
    const { scans, engine } = setUp();
    await scans.update(['/data/a/1.png']);
    expect(await scans.ready()).toBe(false);
    expect(engine.calls).toEqual([]);
  });

  test('new verdicts reach the engine; the same again do not', async () => {
    const { scans, session, engine, given } = setUp();
    await scans.scan([spec('a')]);
    given.verdicts = [verdict('1')];
    await scans.refreshVerdicts();
    await scans.refreshVerdicts();
    expect(engine.calls.slice(1)).toEqual([{ method: SetVerdictsRequest.method, params: { verdicts: [verdict('1')] } }]);
    expect(session.state?.summary.generation).toBe(9);
    expect(session.state?.params.verdicts).toEqual([verdict('1')]);
  });

  test('a filter is taken up with what it leaves; one for other images is not', async () => {
    const { scans, session, engine } = setUp();
    await scans.scan([spec('a')]);
    engine.on(SetFilterRequest, ({ edition }: { edition: number }) =>
      edition === 1 ? summaryOf({ roots: [] }, { generation: 3, filtered: 2 }) : null,
    );
    expect(await scans.setFilter(1, Uint32Array.of(4, 7))).toBe(true);
    expect(session.state?.summary).toMatchObject({ generation: 3, filtered: 2 });
    expect(await scans.setFilter(2, Uint32Array.of(4, 7))).toBe(false);
    expect(session.state?.summary.generation).toBe(3);
  });

  test('clearing stops a scan under way and forgets the last one', async () => {
    const { scans, session, engine, store } = setUp();
    await scans.scan([spec('a')]);
    engine.on(ScanRequest, (_params: ScanParams, token?: Token) => untilCancelled(token));
    const running = scans.scan([spec('b')]);
    await new Promise(resolve => setTimeout(resolve, 5));
    await scans.clear();
    expect((await running).kind).toBe('cancelled');
    expect(session.state).toBeUndefined();
    expect(store.lastScan).toEqual([]);
  });
});

describe('the session', () => {
  test('the threshold stays between 0 and the radius', async () => {
    const { scans, session } = setUp();
    await scans.scan([spec('a')]);
    session.setThreshold(0.9, true);
    expect(session.state?.threshold).toBe(0.5);
    session.setThreshold(-1, false);
    expect(session.state?.threshold).toBe(0);
  });

  test('places images below the innermost root, whatever their names', async () => {
    const { scans, session } = setUp();
    await scans.scan([spec('a'), spec('a/b'), spec('ab')]);
    expect(session.locate('/data/a/x.png')).toEqual({ root: 0, path: 'x.png' });
    expect(session.locate('/data/a/b/c/x.png')).toEqual({ root: 1, path: 'c/x.png' });
    expect(session.locate('/data/ab/x #1?.png')).toEqual({ root: 2, path: 'x #1?.png' });
    expect(session.locate('/data/x.png')).toBeUndefined();
    expect(session.fsPathOf({ root: 1, path: 'c/x.png' })).toBe('/data/a/b/c/x.png');
  });

  test('knows which folders of a root were looked at', async () => {
    const { scans, session } = setUp();
    await scans.scan([{ ...spec('a'), only: ['x', 'y/z'] }, spec('b')]);
    const covered = ['/data/a/x/1.png', '/data/a/y/z/q/1.png', '/data/b/1.png'];
    const others = ['/data/a/1.png', '/data/a/xx/1.png', '/data/a/y/1.png', '/data/c/1.png'];
    expect([...covered, ...others].filter(path => session.covers(path))).toEqual(covered);
  });
});
