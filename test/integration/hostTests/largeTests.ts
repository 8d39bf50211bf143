import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { lagText, watchLag, type LagWatchReport } from './lagWatch';
import { measured } from './measured';
import { findingsInProblems, linkOf, twinlint, until, workspaceFolder } from './twinlint';

/** A lag that an idle thread had too is the machine's: other programs took the processors. */
const assertNeverBlocked = (lag: LagWatchReport): void => {
  assert.ok(lag.p99Ms < 50, lagText(lag));
  assert.ok((lag.maxBusyMs ?? 0) < 50, lagText(lag));
  assert.ok(lag.maxMs < 50 || lag.idleThreadMaxMs > 25, lagText(lag));
};

const wait = (ms: number): Promise<unknown> => new Promise(resolve => setTimeout(resolve, ms));

/** Scans, cancels once something is so, and asserts that the scan ended soon and without a result. */
const cancelWhen = async (folder: vscode.Uri, isTime: () => Promise<unknown>): Promise<void> => {
  const { api } = await twinlint();
  const scan = api.scan([folder]);
  await isTime();
  const phase = api.progress()?.phase;
  const started = performance.now();
  api.cancelScan();
  const summary = await scan;
  const elapsedMs = performance.now() - started;
  measured.push(`cancelled in phase ${phase}: ${elapsedMs.toFixed(0)} ms (limit 200)`);
  assert.ok(phase, 'the scan was over before it was cancelled');
  assert.equal(summary, undefined);
  assert.ok(elapsedMs < 200, `${elapsedMs} ms in phase ${phase}`);
};

/** The workspace: `many` with 10,000 distinct pictures, `copies` with 50,001 equal files, `none` without any. */
export const defineLargeTests = (): void => {
  const below = (name: string): vscode.Uri => vscode.Uri.joinPath(workspaceFolder().uri, name);

  describe('large folders', function () {
    this.timeout(240_000);

    it('an empty folder gives an empty result', async () => {
      const { api } = await twinlint();
      const summary = await api.scan([below('none')]);
      assert.equal(summary?.images, 0);
      assert.deepEqual(findingsInProblems(), []);
    });

    it('cancelling stops within 200 ms while counting and decoding', async () => {
      for (const afterMs of [20, 400, 1500, 3000]) await cancelWhen(below('many'), () => wait(afterMs));
    });

    it("scanning 10,000 images never blocks the host's event loop over 50 ms", async () => {
      const { api } = await twinlint();
      const watch = await watchLag();
      const started = performance.now();
      const summary = await api.scan([below('many')]);
      await api.whenIdle();
      const elapsedMs = performance.now() - started;
      const lag = await watch.stop();
      measured.push(`10,000 images in ${(elapsedMs / 1000).toFixed(1)} s: ${lagText(lag)}`);
      assert.equal(summary?.images, 10_000);
      assertNeverBlocked(lag);
    });

    it('cancelling stops within 200 ms while looking for twins', async () => {
      // Signatures are kept by content, so that this scan is soon past the decoding.
      const { api } = await twinlint();
      await cancelWhen(below('many'), () => until(() => api.progress()?.phase === 'join', 'the scan joins', 60_000));
    });

    it('50,000 findings: what is shown and what is said to remain are all of them', async () => {
      const { api } = await twinlint();
      const watch = await watchLag();
      await api.scan([below('copies')]);
      await api.whenIdle();
      const lag = await watch.stop();
      const { shown, total } = api.published();
      const problems = findingsInProblems();
      const rest = problems.filter(({ diagnostic }) => linkOf(diagnostic).command === 'twinlint.openPairs');
      assert.equal(total, 50_000);
      assert.equal(shown, 1000);
      assert.equal(problems.length - rest.length, shown);
      assert.equal(rest.length, 1);
      const stated = Number(/\d[\d,.\u202f\u00a0]*/.exec(rest[0].diagnostic.message)?.[0].replaceAll(/\D/g, ''));
      assert.equal(shown + stated, total, rest[0].diagnostic.message);
      measured.push(`50,000 findings: ${lagText(lag)}`);
      assertNeverBlocked(lag);
      await until(() => findingsInProblems().length === 1001, 'Problems stays as it is', 1000);
    });
  });
};
