import { createMessageConnection } from 'vscode-jsonrpc/node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ImageRecord } from '../../../src/core/dataset/image';
import { english } from '../../../src/core/l10n';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import { parseAction } from '../../../src/extension/panel/panelMessages';
import { PanelHost, type PanelServices } from '../../../src/extension/panel/panelHost';
import { PanelModel } from '../../../src/extension/panel/panelModel';
import { pageHtml } from '../../../src/extension/panel/html';
import { Session } from '../../../src/extension/session/session';
import {
  DistancesRequest,
  PairRequest,
  PreviewRequest,
  type PairRow,
  type PreviewParams,
  type ScanProgress,
} from '../../../src/protocol/engine';
import { EstimateRequest, ThresholdForRequest } from '../../../src/protocol/labeling';
import { noTraining, PanelTrainingNotification } from '../../../src/protocol/panelTraining';
import { portTransports, type MessagePort } from '../../../src/protocol/messagePort';
import {
  PanelActionRequest,
  PanelAimRequest,
  PanelEstimateRequest,
  PanelPairsRequest,
  PanelFilterRequest,
  PanelMapImageRequest,
  PanelPreviewRequest,
  PanelProgressNotification,
  ReadyRequest,
  SetThresholdNotification,
  SnapshotNotification,
  type PanelSnapshot,
} from '../../../src/protocol/panel';
import { FakeEngine, summaryOf } from './fakeEngine';
import { EventEmitter, silentLog, Uri } from './fakeVscode';

const image = (index: number, changes: Partial<ImageRecord> = {}): ImageRecord => ({
  index,
  root: 0,
  path: `a/${index}.png`,
  content: String(index).repeat(64).slice(0, 64),
  sizeBytes: 1,
  modifiedMs: 1,
  width: 2,
  height: 2,
  format: 'png',
  ...changes,
});
const pair: PairRow = {
  a: image(0),
  b: image(1),
  distance: 0.1,
  transform: 'none',
  kind: 'near-duplicate',
  findingId: '00000000000000ab',
  rank: 0,
};
const emptySnapshot: PanelSnapshot = {
  summary: null,
  distances: new Float32Array([0.1]),
  threshold: 0.2,
  problems: { shown: 0, total: 0 },
  progress: null,
  view: { kind: 'grid' },
  l10n: null,
  canUndoTrash: false,
  training: noTraining,
  review: null,
  suggest: null,
};

/** Two ends of one channel, as VS Code connects a host and its page. */
function channel(): [MessagePort, MessagePort] {
  const toPage = new EventEmitter<unknown>();
  const toHost = new EventEmitter<unknown>();
  return [
    { post: message => toPage.fire(message), onMessage: listener => toHost.event(listener) },
    { post: message => toHost.fire(message), onMessage: listener => toPage.event(listener) },
  ];
}
function connect(services: Partial<PanelServices> = {}) {
  const [hostPort, pagePort] = channel();
  const all: PanelServices = {
    snapshot: () => Promise.resolve(emptySnapshot),
    setThreshold: vi.fn(),
    pairs: () => Promise.resolve({ generation: 1, total: 0, rows: [] }),
    groups: () => Promise.resolve({ generation: 1, total: 0, rows: [] }),
    preview: () => Promise.resolve({}),
    estimate: () => Promise.resolve(null),
    aim: () => Promise.resolve(null),
    classes: () => Promise.resolve(null),
    map: () => Promise.resolve(null),
    mapKinds: () => Promise.resolve(null),
    mapImage: () => Promise.resolve(null),
    filter: () => Promise.resolve(),
    act: () => Promise.resolve(true),
    ...services,
  };
  const host = new PanelHost(hostPort, all, silentLog as never, english);
  const { reader, writer } = portTransports(pagePort);
  const page = createMessageConnection(reader, writer);
  page.listen();
  return { host, page, services: all, pagePort };
}
const settle = () => new Promise(resolve => setTimeout(resolve, 5));

describe('the panel’s end in the host', () => {
  test('answers ready with a whole snapshot, the distances as numbers', async () => {
    const { page } = connect();
    expect(await page.sendRequest(ReadyRequest)).toEqual(emptySnapshot);
  });

  test('a failure of the engine reaches the page as words, not as a hang', async () => {
    const { page } = connect({ pairs: () => Promise.reject(new Error('The engine crashed (signal SIGSEGV).')) });
    const query = { threshold: 0.1, order: 'closest', offset: 0, limit: 10 } as const;
    await expect(page.sendRequest(PanelPairsRequest, query)).rejects.toThrow('The engine crashed (signal SIGSEGV).');
  });

  test('takes a pair that is no finding, as any two images can be compared', () => {
    const stranger = { ...pair, kind: null, findingId: '', rank: -1 };
    expect(parseAction({ kind: 'openBoth', pair: stranger })).toEqual({ kind: 'openBoth', pair: stranger });
    expect(() => parseAction({ kind: 'openBoth', pair: { ...pair, kind: 'twin' } })).toThrow();
  });

  test('passes valid actions on, and says whether they were done', async () => {
    const act = vi.fn(() => Promise.resolve(false));
    const { page } = connect({ act });
    expect(await page.sendRequest(PanelActionRequest, { kind: 'notDuplicate', pair })).toEqual({ done: false });
    expect(act).toHaveBeenCalledExactlyOnceWith({ kind: 'notDuplicate', pair });
  });

  test.each([
    ['an unknown action', { kind: 'deleteEverything' }],
    ['a path out of its root', { kind: 'openImage', image: image(1, { path: '../../etc/passwd' }) }],
    ['an absolute path', { kind: 'openImage', image: image(1, { path: '/etc/passwd' }) }],
    ['nothing to trash', { kind: 'keepAndTrash', keep: image(1), trash: [] }],
    ['half a pair', { kind: 'notDuplicate', pair: { a: image(1) } }],
    ['nothing', null],
  ])('refuses %s', async (_, action) => {
    const act = vi.fn(() => Promise.resolve(true));
    const { page } = connect({ act });
    await expect(page.sendRequest(PanelActionRequest, action as never)).rejects.toThrow();
    expect(act).not.toHaveBeenCalled();
  });

  test.each([
    { threshold: 0.1, order: 'closest', offset: 0, limit: 1_000_000 },
    { threshold: 0.1, order: 'random', offset: 0, limit: 10 },
    { threshold: Number.NaN, order: 'closest', offset: 0, limit: 10 },
    { threshold: 0.1, order: 'closest', offset: -1, limit: 10 },
  ])('refuses the window %j', async query => {
    const { page } = connect();
    await expect(page.sendRequest(PanelPairsRequest, query as never)).rejects.toThrow();
  });

  test('threshold moves are passed on; broken ones and messages that are not JSON-RPC are ignored', async () => {
    const { page, services, pagePort } = connect();
    pagePort.post({ type: 'vscode-scroll' });
    pagePort.post('text');
    await page.sendNotification(SetThresholdNotification, { threshold: 'x', settled: true } as never);
    await page.sendNotification(SetThresholdNotification, { threshold: 0.3, settled: false });
    await settle();
    expect(vi.mocked(services.setThreshold).mock.calls).toEqual([[0.3, false]]);
  });

  test('trainings reach the page, the newest at the latest after a tenth of a second', async () => {
    const { host, page } = connect();
    const received: unknown[] = [];
    page.onNotification(PanelTrainingNotification, training => void received.push(training.locked));
    host.setTraining({ ...noTraining, locked: 'too early' });
    await page.sendRequest(ReadyRequest);
    for (let i = 1; i <= 50; i++) host.setTraining({ ...noTraining, locked: String(i) });
    await vi.waitFor(() => expect(received.at(-1)).toBe('50'));
    expect(received.length).toBeLessThanOrEqual(2);
  });

  test('models go to the page when they have changed, and after a snapshot, which may have brought older ones', async () => {
    const { host, page } = connect();
    const received: (readonly unknown[] | undefined)[] = [];
    page.onNotification(PanelTrainingNotification, ({ models }) => void received.push(models));
    const snapshots = vi.fn();
    page.onNotification(SnapshotNotification, snapshots);
    await page.sendRequest(ReadyRequest);
    const send = async (training: typeof noTraining): Promise<void> => {
      const count = received.length;
      host.setTraining(training);
      await vi.waitFor(() => expect(received.length).toBe(count + 1));
    };
    const models = [...noTraining.models];
    await send({ ...noTraining, models });
    await send({ ...noTraining, models, locked: 'now' });
    await send({ ...noTraining, models: [...models] });
    host.refresh();
    await vi.waitFor(() => expect(snapshots).toHaveBeenCalled());
    const last = [...models];
    await send({ ...noTraining, models: last });
    await send({ ...noTraining, models: last });
    expect(received).toEqual([[], undefined, [], [], undefined]);
  });

  test.each([
    ['an action on no model', { kind: 'training', action: { kind: 'delete' } }],
    ['an unknown action', { kind: 'training', action: { kind: 'format', path: '/' } }],
    ['an answer without an image', { kind: 'review', action: { kind: 'accept' } }],
    [
      'an answer about a file elsewhere',
      { kind: 'review', action: { kind: 'accept', image: { root: 0, path: '../x.png', content: '' } } },
    ],
  ])('refuses %s of the training page or the review', (_, action) => {
    expect(() => parseAction(action)).toThrow();
  });

  test('before the page is ready nothing is sent; after the host was disposed neither', async () => {
    const { host, page } = connect();
    const received = vi.fn();
    page.onNotification(SnapshotNotification, received);
    host.refresh();
    host.setProgress({ phase: 'decode', done: 1, total: 2 });
    await settle();
    expect(received).not.toHaveBeenCalled();
    await page.sendRequest(ReadyRequest);
    host.dispose();
    host.refresh();
    await settle();
    expect(received).not.toHaveBeenCalled();
  });

  test('an answer that comes after its page was replaced does not reach the next page', async () => {
    let finish = (_: PanelSnapshot): void => undefined;
    const [hostPort, pagePort] = channel();
    const services = { snapshot: () => new Promise<PanelSnapshot>(resolve => (finish = resolve)) } as PanelServices;
    const host = new PanelHost(hostPort, services, silentLog as never, english);
    const received = vi.fn();
    pagePort.onMessage(received);
    pagePort.post({ jsonrpc: '2.0', id: 0, method: ReadyRequest.method });
    await settle();
    host.dispose();
    finish(emptySnapshot);
    await settle();
    expect(received).not.toHaveBeenCalled();
  });
});

describe('with a clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('progress goes out at most ten times a second, the newest last, and null at the end', async () => {
    const { host, page } = connect();
    const received: (ScanProgress | null)[] = [];
    page.onNotification(PanelProgressNotification, value => void received.push(value));
    await page.sendRequest(ReadyRequest);
    for (let done = 0; done < 100; done++) {
      host.setProgress({ phase: 'decode', done, total: 100 });
      await vi.advanceTimersByTimeAsync(10);
    }
    host.setProgress(null);
    await vi.advanceTimersByTimeAsync(300);
    expect(received.length).toBeGreaterThanOrEqual(9);
    expect(received.length).toBeLessThanOrEqual(12);
    expect(received.at(-1)).toBeNull();
  });

  test('a burst of changes makes two snapshots: the first and the last', async () => {
    let asked = 0;
    const { host, page } = connect({ snapshot: () => Promise.resolve({ ...emptySnapshot, threshold: ++asked / 100 }) });
    const received: PanelSnapshot[] = [];
    page.onNotification(SnapshotNotification, value => void received.push(value));
    await page.sendRequest(ReadyRequest);
    for (let i = 0; i < 50; i++) host.refresh();
    await vi.advanceTimersByTimeAsync(500);
    await new Promise(resolve => setImmediate(resolve));
    expect(received).toHaveLength(2);
  });
});

describe('what the panel shows', () => {
  const webview = { asWebviewUri: (uri: Uri) => `webview:${uri.path}`, cspSource: 'https://csp.example' } as never;

  function model() {
    const engine = new FakeEngine();
    const session = new Session();
    const roots = [{ path: '/data', name: 'data', only: [], settings: defaultScanSettings, filesExclude: [] }];
    const params = { roots, verdicts: [], keep: true, trusted: true };
    session.set({ params, summary: summaryOf(params), threshold: 0.2 });
    const scans = {
      ready: () => Promise.resolve(true),
      setFilter: (edition: number) => Promise.resolve(edition === 1),
      progress: null,
    };
    const shown = new PanelModel({
      engine,
      session,
      scans: scans as never,
      published: () => ({ shown: 3, total: 5, counts: {}, threshold: 0.2, generation: 1 }),
      canUndoTrash: () => true,
      setThreshold: () => undefined,
      act: () => Promise.resolve(true),
      t: english,
      training: () => noTraining,
      review: () => Promise.reject(new Error('The review is not on show.')),
      suggest: { snapshot: () => null, shows: path => path === '/inbox/1.png' },
      l10n: null,
    });
    engine.on(DistancesRequest, () => ({ generation: 1, distances: new Float32Array([0.1, 0.2]) }));
    return { engine, session, shown };
  }

  test('the snapshot has the session’s state; distances are asked once a generation', async () => {
    const { engine, shown } = model();
    const first = await shown.snapshot();
    await shown.snapshot();
    expect(first).toMatchObject({ threshold: 0.2, problems: { shown: 3, total: 5 }, canUndoTrash: true, view: { kind: 'grid' } });
    expect([...first.distances]).toEqual([...new Float32Array([0.1, 0.2])]);
    expect(engine.methods()).toEqual([DistancesRequest.method]);
  });

  test('a pair on show that is gone leads back to the grid; one that changed is shown anew', async () => {
    const { engine, shown } = model();
    const asked: unknown[] = [];
    engine.on(PairRequest, (query: unknown) => {
      asked.push(query);
      return asked.length === 1 ? { ...pair, verdict: 'different' } : null;
    });
    shown.view = { kind: 'compare', pair };
    expect((await shown.snapshot()).view).toMatchObject({ kind: 'compare', pair: { verdict: 'different' } });
    expect((await shown.snapshot()).view).toEqual({ kind: 'grid' });
    expect(asked[0]).toEqual({ paths: ['/data/a/0.png', '/data/a/1.png'] });
  });

  test('a filter by a map of other images is refused in words, and nonsense before it', async () => {
    const { shown } = model();
    const { page } = connect({ ...shown.servicesFor(webview) });
    const images = Uint32Array.of(3, 4);
    await page.sendRequest(PanelFilterRequest, { edition: 1, images });
    await page.sendRequest(PanelFilterRequest, { edition: 1, images: null });
    await expect(page.sendRequest(PanelFilterRequest, { edition: 2, images })).rejects.toThrow('Draw it again');
    await expect(page.sendRequest(PanelFilterRequest, { edition: 1, images: 'all' as never })).rejects.toThrow();
    await expect(page.sendRequest(PanelMapImageRequest, { edition: 1, image: -1 })).rejects.toThrow();
  });

  test('previews are addressed through the webview; a picture that cannot be shown has words', async () => {
    const { engine, shown } = model();
    engine.on(PreviewRequest, ({ path }: PreviewParams) =>
      path.endsWith('0.png') ? { file: '/cache/x y.webp' } : { problem: 'cut off' },
    );
    const { page } = connect({ ...shown.servicesFor(webview) });
    expect(await page.sendRequest(PanelPreviewRequest, { root: 0, path: 'a/0.png', side: 256 })).toEqual({
      uri: 'webview:/cache/x y.webp',
    });
    expect(await page.sendRequest(PanelPreviewRequest, { root: 0, path: 'a/1.png', side: 256 })).toEqual({ problem: 'cut off' });
    await expect(page.sendRequest(PanelPreviewRequest, { root: 4, path: 'a/1.png', side: 256 })).rejects.toThrow();
  });

  test('what the audits say is asked of the pairs that the panel lists: those of one picture', async () => {
    const { engine, shown } = model();
    const said = {
      generation: 1,
      audits: 0,
      auditsUnder: 0,
      answers: { similar: 1, different: 0 },
      similar: new Float32Array([0.1]),
      different: new Float32Array(0),
    };
    engine.on(EstimateRequest, () => said).on(ThresholdForRequest, () => null);
    const { page } = connect({ ...shown.servicesFor(webview) });
    expect(await page.sendRequest(PanelEstimateRequest, { threshold: 0.3 })).toEqual(said);
    expect(await page.sendRequest(PanelAimRequest, { aim: 'recall', value: 0.9 })).toBeNull();
    expect(engine.calls).toEqual([
      { method: EstimateRequest.method, params: { relation: 'same-picture', threshold: 0.3 } },
      { method: ThresholdForRequest.method, params: { relation: 'same-picture', aim: 'recall', value: 0.9 } },
    ]);
    await expect(page.sendRequest(PanelAimRequest, { aim: 'recall', value: 1.5 })).rejects.toThrow();
    await expect(page.sendRequest(PanelAimRequest, { aim: 'beauty', value: 0.5 } as never)).rejects.toThrow();
    await expect(page.sendRequest(PanelEstimateRequest, { threshold: NaN })).rejects.toThrow();
  });

  test('a page sees no file outside of the scan but the one whose neighbours it shows', async () => {
    const { engine, shown } = model();
    engine.on(PreviewRequest, ({ path }: PreviewParams) => ({ file: path }));
    const { preview } = shown.servicesFor(webview);
    await expect(preview({ root: -1, path: '/home/me/secret.png', side: 256 })).rejects.toThrow();
    const query = image(-1, { root: -1, path: '/home/me/query.png' });
    shown.view = { kind: 'neighbours', query, neighbours: [] };
    expect(await preview({ root: -1, path: '/home/me/query.png', side: 256 })).toEqual({ uri: 'webview:/home/me/query.png' });
    await expect(preview({ root: -1, path: '/home/me/secret.png', side: 256 })).rejects.toThrow();
  });

  test('the page’s policy allows scripts by nonce only and no inline styles, and quotes what it is given', () => {
    const html = pageHtml(webview, Uri.file('/ext/dist/webview') as never, 'zh-cn', 'A "title" <b>');
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)![1];
    const nonce = /<script nonce="([^"]+)" src=/.exec(html)![1];
    expect(policy).toContain(`default-src 'none'`);
    expect(policy).toContain(`script-src 'nonce-${nonce}'`);
    expect(policy).toContain('img-src https://csp.example blob: data:');
    expect(policy).not.toContain('unsafe');
    expect(html).toContain('<html lang="zh-cn">');
    expect(html).toContain('A &quot;title&quot; &lt;b&gt;');
    expect(pageHtml(webview, Uri.file('/ext') as never, 'en', '')).not.toContain(nonce);
  });
});
