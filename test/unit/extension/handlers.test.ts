import { beforeEach, describe, expect, test, vi } from 'vitest';
import { english } from '../../../src/core/l10n';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import { CommandHandlers } from '../../../src/extension/commands/handlers';
import { FindingPicker, urisOf } from '../../../src/extension/commands/picking';
import { Session } from '../../../src/extension/session/session';
import { Messenger } from '../../../src/extension/util/messages';
import { FindingsRequest, NeighboursRequest, PairRequest } from '../../../src/protocol/engine';
import { ScannedImagesRequest } from '../../../src/protocol/curation';
import { SearchCropRequest } from '../../../src/protocol/search';
import { FakeEngine, summaryOf } from './fakeEngine';
import { resetShown, shown, silentLog, Uri, window, workspace } from './fakeVscode';

const root = (path: string) => ({ path, name: path.slice(1), only: [], settings: defaultScanSettings, filesExclude: [] });

function setUp(scanned: readonly string[] = []) {
  const engine = new FakeEngine();
  const session = new Session();
  const setSession = (paths: readonly string[]) => {
    const roots = paths.map(root);
    session.set({ params: { roots, verdicts: [], keep: true, trusted: true }, summary: summaryOf({ roots }), threshold: 0.2 });
  };
  if (scanned.length > 0) setSession(scanned);
  const run = vi.fn((specs: readonly { path: string; only: readonly string[] }[], _quiet?: boolean) => {
    setSession(specs.map(spec => spec.path));
    return Promise.resolve(session.state!.summary);
  });
  const scans = {
    specs: () => session.roots.map(({ path, name, only }) => ({ path, name, only })),
    ready: () => Promise.resolve(session.state !== undefined),
    cancel: vi.fn(),
    clear: vi.fn(),
    setFilter: vi.fn(() => Promise.resolve(true)),
  };
  const flow = {
    run,
    withProgress: (_t: string, _q: boolean, work: (token: undefined) => unknown) => work(undefined),
    tellFailure: vi.fn(),
  };
  const showPanel = vi.fn();
  const setThreshold = vi.fn();
  const actOnTraining = vi.fn(() => Promise.resolve(true));
  const actOnReview = vi.fn(() => Promise.resolve(true));
  const actOnSuggestions = vi.fn(() => Promise.resolve(true));
  const handlers = new CommandHandlers({
    engine,
    session,
    scans: scans as never,
    flow: flow as never,
    source: {} as never,
    picker: new FindingPicker(engine, session, scans as never, english),
    actions: {} as never,
    messenger: new Messenger(silentLog as never, english),
    log: silentLog as never,
    showPanel,
    setThreshold,
    actOnTraining,
    actOnReview,
    actOnSuggestions,
    clearChecks: vi.fn(),
  });
  return { handlers, table: handlers.table(), engine, session, run, showPanel, setThreshold, scans };
}
const texts = () => shown.messages.map(message => message.text);

beforeEach(() => {
  resetShown();
  window.tabGroups.activeTabGroup.activeTab = undefined;
});

describe('menu arguments', () => {
  const [a, b, c] = ['/a', '/b', '/c'].map(path => Uri.file(path));
  test('all that are selected, if the clicked one is among them; else the clicked one', () => {
    expect(urisOf([a, [a, b]])).toEqual([a, b]);
    expect(urisOf([c, [a, b]])).toEqual([c]);
    expect(urisOf([a])).toEqual([a]);
    expect(urisOf([undefined, undefined])).toEqual([]);
    expect(urisOf(['/a', ['/b']])).toEqual([]);
  });
});

describe('Find Similar Images', () => {
  test('scans the folders that were selected, below their workspace folder', async () => {
    workspace.workspaceFolders = [{ uri: Uri.file('/w'), name: 'w', index: 0 }];
    const { table, run } = setUp();
    await table.findSimilarImages(Uri.file('/w/a'), [Uri.file('/w/a'), Uri.file('/w/b')]);
    expect(run).toHaveBeenCalledExactlyOnceWith([{ path: '/w', name: 'w', only: ['a', 'b'] }]);
  });

  test('says so where the folder is not on disk', async () => {
    const { table, run } = setUp();
    await table.findSimilarImages(Uri.from({ scheme: 'vscode-vfs', path: '/repo/a' }));
    expect(run).not.toHaveBeenCalled();
    expect(texts()).toEqual(['/repo/a lies on a virtual file system (vscode-vfs); Twinlint reads images from disk only.']);
  });
});

describe('Scan Workspace', () => {
  test('without a folder it says what to do', async () => {
    const { table, run } = setUp();
    await table.scanWorkspace();
    expect(run).not.toHaveBeenCalled();
    expect(shown.messages).toMatchObject([
      { text: 'No folder is open. Open the folder that holds your images first.', choices: ['Open Folder…'] },
    ]);
  });

  test('with folders that are not on disk it says why not', async () => {
    workspace.workspaceFolders = [{ uri: Uri.from({ scheme: 'vscode-vfs', path: '/r' }), name: 'r', index: 0 }];
    await setUp().table.scanWorkspace();
    expect(texts()[0]).toMatch(/not on disk/);
  });

  test('names the folders that are not on disk, and scans the others', async () => {
    workspace.workspaceFolders = [
      { uri: Uri.file('/w'), name: 'w', index: 0 },
      { uri: Uri.from({ scheme: 'vscode-vfs', path: '/r' }), name: 'far', index: 1 },
    ];
    const { table, run } = setUp();
    await table.scanWorkspace();
    expect(run).toHaveBeenCalledExactlyOnceWith([{ path: '/w', name: 'w', only: [] }]);
    expect(texts()).toEqual(['Left out, as Twinlint reads images from disk only: far.']);
  });

  test('takes all folders', async () => {
    workspace.workspaceFolders = ['/w', '/v'].map((path, index) => ({ uri: Uri.file(path), name: path.slice(1), index }));
    const { table, run } = setUp();
    await table.scanWorkspace();
    expect(run.mock.calls[0][0].map(spec => spec.path)).toEqual(['/w', '/v']);
  });
});

describe('the map', () => {
  test('of a scan is shown; without one the workspace is scanned first', async () => {
    const { table, run, showPanel } = setUp(['/w']);
    await table.showMap();
    expect(run).not.toHaveBeenCalled();
    expect(showPanel).toHaveBeenCalledExactlyOnceWith({ kind: 'map' }, false);

    workspace.workspaceFolders = [{ uri: Uri.file('/w'), name: 'w', index: 0 }];
    const fresh = setUp();
    await fresh.table.showMap();
    expect(fresh.run).toHaveBeenCalledOnce();
    expect(fresh.showPanel).toHaveBeenLastCalledWith({ kind: 'map' }, false);
  });

  test('is not shown where there is nothing to scan', async () => {
    const { table, showPanel } = setUp();
    await table.showMap();
    expect(showPanel).not.toHaveBeenCalled();
  });

  test('a filter is taken away; where there is none that is said', async () => {
    const { table, session, scans } = setUp(['/w']);
    await table.clearFilter();
    expect(scans.setFilter).not.toHaveBeenCalled();
    expect(texts()).toEqual(['All images are shown already.']);
    const { state } = session;
    session.set({ ...state!, summary: { ...state!.summary, edition: 4, filtered: 2 } });
    await table.clearFilter();
    expect(scans.setFilter).toHaveBeenCalledExactlyOnceWith(4, null);
  });
});

describe('a finding’s link', () => {
  test('opens the pair', async () => {
    const { table, engine, showPanel } = setUp(['/w']);
    engine.on(PairRequest, (query: unknown) => ({ asked: query }));
    await table.openPair('abc');
    expect(showPanel).toHaveBeenCalledExactlyOnceWith({ kind: 'compare', pair: { asked: { findingId: 'abc' } } }, false);
  });

  test('says so where the pair is gone', async () => {
    const { table, engine, showPanel } = setUp(['/w']);
    engine.on(PairRequest, () => null);
    await table.openPair('abc');
    expect(showPanel).not.toHaveBeenCalled();
    expect(texts()[0]).toMatch(/no longer there/);
  });
});

describe('Find Similar to This Image', () => {
  const found = { query: { index: 0 }, neighbours: [{ distance: 0.1 }] };

  test('scans the workspace first where nothing was scanned, then shows the neighbours', async () => {
    workspace.workspaceFolders = [{ uri: Uri.file('/w'), name: 'w', index: 0 }];
    const { table, engine, run, showPanel } = setUp();
    engine.on(NeighboursRequest, () => found);
    await table.findSimilarToImage(Uri.file('/w/a.png'));
    expect(run).toHaveBeenCalledTimes(1);
    expect(engine.calls[0].params).toMatchObject({ path: '/w/a.png', scan: { roots: [{ path: '/w' }] } });
    expect(showPanel).toHaveBeenCalledExactlyOnceWith({ kind: 'neighbours', ...found }, false);
  });

  test('asks the scan that is there', async () => {
    const { table, engine, run } = setUp(['/w']);
    engine.on(NeighboursRequest, () => found);
    await table.findSimilarToImage(Uri.file('/w/a.png'));
    expect(run).not.toHaveBeenCalled();
  });

  test('an image that cannot be read is said', async () => {
    const { table, engine, showPanel } = setUp(['/w']);
    engine.on(NeighboursRequest, () => ({ query: { problem: {} }, neighbours: [] }));
    await table.findSimilarToImage(Uri.file('/w/a.png'));
    expect(showPanel).not.toHaveBeenCalled();
    expect(texts()).toEqual(['/w/a.png could not be read, so it has no neighbours.']);
  });
});

describe('Find This Region in Other Images', () => {
  const query = { root: 0, path: 'a.png', width: 320, height: 240 };
  const box = { x: 10, y: 20, width: 60, height: 50 };
  const heat = { columns: 1, rows: 1, values: new Uint8Array(1) };
  const hit = (path: string) => ({ root: 0, path, width: 9, height: 9, regions: [{ box, score: 0.9 }], heat });
  const answer = { width: 320, height: 240, threshold: 0.6, searched: 7, found: 2, notes: [], elapsedMs: 1 };

  test('opens the panel on the image, scanning first where there is no scan', async () => {
    const { table, engine, run, showPanel } = setUp();
    workspace.workspaceFolders = [{ uri: Uri.file('/w'), name: 'w', index: 0 }];
    engine.on(NeighboursRequest, () => ({ query, neighbours: [] }));
    await table.findRegion(Uri.file('/w/a.png'));
    expect(run).toHaveBeenCalledTimes(1);
    expect(showPanel).toHaveBeenCalledExactlyOnceWith({ kind: 'region', query }, false);
  });

  test('shows the scanned images in which it was found', async () => {
    const { handlers, engine, showPanel } = setUp(['/w']);
    engine.on(SearchCropRequest, () => ({ ...answer, hits: [hit('b.png'), hit('since.png')] }));
    engine.on(ScannedImagesRequest, () => ({ images: [query, { ...query, path: 'b.png' }] }));
    expect(await handlers.act({ kind: 'searchRegion', image: query as never, box })).toBe(true);
    expect(engine.calls[0].params).toMatchObject({ file: '/w/a.png', box, scan: { roots: [{ path: '/w' }] } });
    const [{ search, ...view }] = showPanel.mock.calls[0] as [{ search: { hits: { image: { path: string } }[] } }];
    expect(view).toEqual({ kind: 'region', query });
    expect(search).toMatchObject({ box, threshold: 0.6, searched: 7, found: 2 });
    expect(search.hits.map(({ image }) => image.path)).toEqual(['b.png']);
  });

  test('says in the engine’s words why a region can’t be looked for, and leaves the panel as it is', async () => {
    const { handlers, engine, showPanel } = setUp(['/w']);
    engine.on(SearchCropRequest, () => {
      throw new Error('The region of 1 × 1 pixels is too small.');
    });
    expect(await handlers.act({ kind: 'searchRegion', image: query as never, box })).toBe(false);
    expect(showPanel).not.toHaveBeenCalled();
    expect(texts()).toEqual(['The region could not be looked for. The region of 1 × 1 pixels is too small.']);
  });
});

describe('Compare Selected Images', () => {
  test('compares two', async () => {
    const { table, engine, showPanel } = setUp(['/w']);
    engine.on(PairRequest, (query: unknown) => query);
    const both = [Uri.file('/w/a.png'), Uri.file('/w/b.png')];
    await table.compareSelected(both[1], both);
    expect(showPanel.mock.calls[0][0]).toEqual({ kind: 'compare', pair: { paths: ['/w/a.png', '/w/b.png'] } });
  });

  test('says how many were selected where it is not two', async () => {
    const three = ['/w/a.png', '/w/b.png', '/w/c.png'].map(path => Uri.file(path));
    await setUp(['/w']).table.compareSelected(three[0], three);
    expect(texts()).toEqual(['Select two images to compare; 3 are selected.']);
  });

  test('scans the folders of images that are not part of the scan, beside what is', async () => {
    const { table, engine, run } = setUp(['/w']);
    engine.on(PairRequest, () => null);
    const both = [Uri.file('/w/a.png'), Uri.file('/elsewhere/b.png')];
    await table.compareSelected(both[0], both);
    expect(run.mock.calls[0][0].map(spec => spec.path).sort()).toEqual(['/elsewhere', '/w']);
    expect(texts()[0]).toMatch(/cannot be compared/);
  });
});

describe('actions on an image', () => {
  test('without a scan and without a twin they say so', async () => {
    const without = setUp();
    await without.table.showTwins(Uri.file('/w/a.png'));
    const lonely = setUp(['/w']);
    lonely.engine.on(FindingsRequest, () => ({ generation: 1, total: 0, counts: {}, findings: [] }));
    await lonely.table.notDuplicate(Uri.file('/w/a.png'));
    expect(texts()).toEqual([
      'There is no scan yet. Run "Twinlint: Find Similar Images" on a folder first.',
      '/w/a.png has no twin at the current threshold.',
    ]);
  });

  test('a threshold can be passed by a keybinding', async () => {
    const { table, setThreshold } = setUp(['/w']);
    await table.setThreshold(0.1);
    expect(setThreshold).toHaveBeenCalledExactlyOnceWith(0.1, true);
  });
});
