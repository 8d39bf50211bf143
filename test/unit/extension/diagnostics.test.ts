import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Finding } from '../../../src/core/findings/finding';
import { english } from '../../../src/core/l10n';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import { Diagnostics } from '../../../src/extension/diagnostics/diagnostics';
import { collectPaths, maxListedImages } from '../../../src/extension/diagnostics/imagesWithFindings';
import { kindOfChange } from '../../../src/extension/scan/fileWatcher';
import { Session } from '../../../src/extension/session/session';
import { FindingsRequest, type FindingsQuery } from '../../../src/protocol/engine';
import { FakeEngine, summaryOf } from './fakeEngine';
import { resetShown, shown, silentLog } from './fakeVscode';

const finding = (i: number): Finding => ({
  id: String(i),
  kind: 'near-duplicate',
  severity: 'information',
  image: i,
  root: 0,
  path: `b/${i}.png`,
  related: [{ image: i, root: 0, path: `a/${i}.png`, distance: i / 1000 }],
  score: 1,
  details: {},
});
/** Pairs at distances 0, 0.001 … 0.499. */
const page = ({ threshold = 1, offset, limit }: FindingsQuery) => {
  const total = Array.from({ length: 500 }, (_, i) => i / 1000).filter(distance => distance <= threshold).length;
  const findings = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => finding(offset + i));
  return { generation: 1, total, counts: { 'near-duplicate': total }, findings };
};
const context = (key: string) =>
  shown.commands.filter(({ id, args }) => id === 'setContext' && args[0] === key).map(({ args }) => args[1]);

describe('Problems follow the session', () => {
  beforeEach(() => {
    resetShown();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date', 'setImmediate', 'clearImmediate'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function setUp() {
    const engine = new FakeEngine().on(FindingsRequest, page);
    const session = new Session();
    const diagnostics = new Diagnostics(engine, session, silentLog as never, english, 'en');
    const roots = [{ path: '/data', name: 'data', only: [], settings: defaultScanSettings, filesExclude: [] }];
    const start = () =>
      session.set({ params: { roots, verdicts: [], keep: true, trusted: true }, summary: summaryOf({ roots }), threshold: 0.2 });
    return { engine, session, diagnostics, start };
  }

  test('a slider dragged for 3 s: at most 4 updates a second, and the last place lands', async () => {
    const { session, diagnostics, start } = setUp();
    start();
    await vi.advanceTimersByTimeAsync(1000);
    const before = diagnostics.updates;
    for (let step = 1; step <= 180; step++) {
      session.setThreshold(step / 1000, step === 180);
      await vi.advanceTimersByTimeAsync(1000 / 60);
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(diagnostics.published).toMatchObject({ threshold: 0.18, total: 181, shown: 181 });
    expect(diagnostics.updates - before).toBeGreaterThanOrEqual(6);
    expect(diagnostics.updates - before).toBeLessThanOrEqual(13);
    expect(diagnostics.isIdle).toBe(true);
  });

  test('the context key lists both images of each pair, and is emptied with the findings', async () => {
    const { session, start } = setUp();
    start();
    session.setThreshold(0.0015, true);
    await vi.advanceTimersByTimeAsync(2000);
    expect(Object.keys(context('twinlint.imagesWithFindings').at(-1) as object).sort()).toEqual([
      '/data/a/0.png',
      '/data/a/1.png',
      '/data/b/0.png',
      '/data/b/1.png',
    ]);
    session.clear();
    await vi.advanceTimersByTimeAsync(2000);
    expect(context('twinlint.imagesWithFindings').at(-1)).toEqual({});
  });

  test('a failing engine leaves what is shown, and the next change works again', async () => {
    const { engine, session, diagnostics, start } = setUp();
    start();
    await vi.advanceTimersByTimeAsync(1000);
    engine.on(FindingsRequest, () => Promise.reject(new Error('crashed')));
    session.setThreshold(0.1, true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(diagnostics.published.threshold).toBe(0.2);
    engine.on(FindingsRequest, page);
    session.setThreshold(0.05, true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(diagnostics.published).toMatchObject({ threshold: 0.05, total: 51 });
  });
});

describe('images with findings', () => {
  const many = (total: number) => (query: FindingsQuery) => {
    const findings = Array.from({ length: Math.max(0, Math.min(query.limit, total - query.offset)) }, (_, i) =>
      finding(query.offset + i),
    );
    return Promise.resolve({ generation: 1, total, counts: {}, findings });
  };
  const pathOf = ({ path }: { path: string }) => `/data/${path}`;

  test('all are listed while they are few', async () => {
    const { paths, complete } = await collectPaths(many(1200), 0.1, pathOf, () => false);
    expect(complete).toBe(true);
    expect(new Set(paths).size).toBe(2400);
  });

  test('beyond the limit the list ends, and says so', async () => {
    const { paths, complete } = await collectPaths(many(50_000), 0.1, pathOf, () => false);
    expect(complete).toBe(false);
    expect(paths.length).toBeGreaterThanOrEqual(maxListedImages);
    expect(paths.length).toBeLessThan(maxListedImages + 2000);
  });

  test('ends early where it is stale', async () => {
    const query = vi.fn(many(50_000));
    await collectPaths(query, 0.1, pathOf, () => true);
    expect(query).toHaveBeenCalledTimes(1);
  });
});

test.each([
  ['a/b.png', 'files'],
  ['labels.csv', 'files'],
  ['.twinlintignore', 'files'],
  ['.git/index', 'none'],
  ['.twinlint/verdicts/ab.jsonl', 'verdicts'],
  ['.twinlint/verdicts', 'verdicts'],
  ['.twinlint/config.json', 'config'],
  ['.twinlint', 'all'],
  ['.twinlint/models/2026-11-24-1405-classes.twinlint', 'models'],
  ['.twinlint/trash/1/0001-b.png.trashed', 'none'],
  ['.twinlint/.local/writer', 'none'],
  ['.twinlintx/a.png', 'files'],
] as const)('a change of %s means: %s', (path, kind) => {
  expect(kindOfChange(path)).toBe(kind);
});
