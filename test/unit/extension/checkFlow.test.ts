import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CheckSummary } from '../../../src/core/checks/checkFinding';
import { note } from '../../../src/core/dataset/note';
import { english } from '../../../src/core/l10n';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import type { CheckDiagnostics } from '../../../src/extension/checks/checkDiagnostics';
import { CheckFlow } from '../../../src/extension/checks/checkFlow';
import { Messenger } from '../../../src/extension/util/messages';
import { RunCheckRequest, type CheckProgress } from '../../../src/protocol/checks';
import { referenceFile } from '../../../src/workspace/references';
import { FakeEngine } from './fakeEngine';
import { CancellationError, EventEmitter, resetShown, shown, silentLog, Uri } from './fakeVscode';

class FakeCheckEngine extends FakeEngine {
  readonly checkProgress = new EventEmitter<CheckProgress>();
  readonly onDidCheckProgress = this.checkProgress.event as never;
}

const summary: CheckSummary = {
  check: 'captions',
  samples: 3,
  judged: 2,
  findings: [
    { id: '0'.repeat(16), kind: 'caption-missing', path: 'a/1.png', related: [], score: 1, message: note('no caption') },
  ],
  figures: {},
  notes: [note('A note.')],
  elapsedMs: 1,
};

function setUp() {
  const engine = new FakeCheckEngine();
  const published: unknown[][] = [];
  const diagnostics = { set: (...args: unknown[]) => Promise.resolve(void published.push(args)) } as unknown as CheckDiagnostics;
  const source = {
    build: (specs: readonly { path: string; name: string; only: readonly string[] }[]) =>
      Promise.resolve({
        params: {
          roots: specs.map(spec => ({ ...spec, settings: defaultScanSettings, filesExclude: [] })),
          verdicts: [],
          keep: false,
          trusted: true,
        },
        notes: [],
      }),
  };
  engine.on(RunCheckRequest, () => summary);
  const flow = new CheckFlow({ engine, source, diagnostics, messenger: new Messenger(silentLog as never, english) });
  return { engine, flow, published };
}
const folder = Uri.file('/data') as never;
const texts = () => shown.messages.map(message => message.text);
beforeEach(resetShown);

describe('a check in the editor', () => {
  test('runs on the folder of the menu, in a process of its own that then ends, and publishes what was found', async () => {
    const { engine, flow, published } = setUp();
    expect(await flow.run({ check: 'captions' }, folder)).toBe(summary);
    expect(engine.calls.map(({ method }) => method)).toEqual([RunCheckRequest.method]);
    expect(engine.calls[0].params).toMatchObject({ check: 'captions', root: { path: '/data', name: 'data' } });
    expect(published).toEqual([['captions', '/data', summary.findings]]);
    expect(texts()).toEqual(['A note.', 'Captions: 1 findings; 2 of 3 judged.']);
    expect(engine.isRunning).toBe(false);
  });

  test('cancelled, it publishes nothing; one runs at a time', async () => {
    const { engine, flow, published } = setUp();
    engine.on(RunCheckRequest, () => {
      throw new CancellationError();
    });
    const [first, second] = [flow.run({ check: 'captions' }, folder), flow.run({ check: 'captions' }, folder)];
    expect(await second).toBeUndefined();
    expect(await first).toBeUndefined();
    expect(texts()).toEqual(['A check is running already.', 'The check was cancelled. What was found before stays.']);
    expect(published).toEqual([]);
  });

  test('of image, sound and sensors runs on the folder of the menu', async () => {
    const { engine, flow } = setUp();
    await flow.table().checkModalities(folder, [folder]);
    expect(engine.calls[0].params).toMatchObject({ check: 'modalities', root: { path: '/data' } });
  });

  test('of paired folders takes those selected in the Explorer, below the folder that holds them all', async () => {
    const { engine, flow } = setUp();
    const chosen = ['/data/day/a', '/data/night'].map(path => Uri.file(path));
    await flow.table().checkPairs(chosen[0], chosen);
    expect(engine.calls[0].params).toMatchObject({ check: 'pairs', folders: ['day/a', 'night'], root: { path: '/data' } });
    const nested = ['/data/day', '/data/day/a'].map(path => Uri.file(path));
    await flow.table().checkPairs(nested[0], nested);
    expect(engine.calls).toHaveLength(1);
    expect(texts().at(-1)).toBe('Paired folders stand side by side: one of those chosen lies in another.');
  });

  test('of identities asks what they are verified against, and opens the curve of both errors beside', async () => {
    const { engine, flow } = setUp();
    const errorRates = [
      { threshold: 0.1, far: 0, frr: 1 },
      { threshold: 0.5, far: 1, frr: 0 },
    ];
    engine.on(RunCheckRequest, () => ({
      ...summary,
      check: 'identities',
      figures: { identities: 4, eer: 0.1, 'eer-threshold': 0.3, threshold: 0.3, far: 0.1, frr: 0.1 },
      errorRates,
    }));
    const root = mkdtempSync(path.join(tmpdir(), 'twinlint-identities-'));
    try {
      // The first choice: nothing is stored, so to learn.
      await flow.table().checkIdentities(Uri.file(root));
      expect(engine.calls[0].params).toMatchObject({ check: 'identities', root: { path: root } });
      expect(engine.calls[0].params).not.toHaveProperty('references');
      expect(shown.panels).toMatchObject([{ options: { enableScripts: false } }]);
      expect(shown.panels[0].webview.html).toContain('Equal error rate: 10.0 %');
      const stored = referenceFile(root, 'writers');
      mkdirSync(path.dirname(stored), { recursive: true });
      writeFileSync(stored, '');
      await flow.table().checkIdentities(Uri.file(root));
      expect(engine.calls[1].params).toMatchObject({ check: 'identities', references: stored });
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
