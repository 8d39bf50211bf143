import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { lagText, limitText, watchLag, type LagWatchReport } from './lagWatch';
import { measured } from './measured';
import { findingsInProblems, linkOf, twinlint, until, workspaceFolder } from './twinlint';

/** Of the lag only the 99th percentile is asserted: the longest turn may be the machine's doing, and is told beside it. */
const assertRarelyBlocked = (lag: LagWatchReport): void => assert.ok(lag.p99Ms < 50, lagText(lag));

/** Scans, cancels once something is so, and asserts that the scan ended without a result; how soon is told. */
const cancelWhen = async (folder: vscode.Uri, isTime: () => Promise<unknown>): Promise<void> => {
  const { api } = await twinlint();
  const scan = api.scan([folder]);
  await isTime();
  const phase = api.progress()?.phase;
  const started = performance.now();
  api.cancelScan();
  const summary = await scan;
  const elapsedMs = performance.now() - started;
  measured.push(`cancelled in phase ${phase}: ${elapsedMs.toFixed(0)} ms (${limitText(elapsedMs, 200)})`);
  assert.ok(phase, 'the scan was over before it was cancelled');
  assert.equal(summary, undefined);
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

    it('cancelling stops without a result while counting and decoding', async () => {
      const { api } = await twinlint();
      await cancelWhen(below('many'), () => until(() => api.progress() !== null, 'the scan begins'));
      // Signatures are kept by content, so that each time the first ones come quickly.
      for (const count of [1, 500, 2000]) {
        const hasRead = (): boolean => api.progress()?.phase === 'decode' && (api.progress()?.done ?? 0) >= count;
        await cancelWhen(below('many'), () => until(hasRead, `${count} images are read`, 60_000));
      }
    });

    it("scanning 10,000 images keeps the host's event loop free: 99 % of its turns are under 50 ms", async () => {
      const { api } = await twinlint();
      const watch = await watchLag();
      const started = performance.now();
      const summary = await api.scan([below('many')]);
      await api.whenIdle();
      const elapsedMs = performance.now() - started;
      const lag = await watch.stop();
      measured.push(`10,000 images in ${(elapsedMs / 1000).toFixed(1)} s: ${lagText(lag)}`);
      assert.equal(summary?.images, 10_000);
      assertRarelyBlocked(lag);
    });

    it('cancelling stops without a result while looking for twins', async () => {
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
      assertRarelyBlocked(lag);
      await until(() => findingsInProblems().length === 1001, 'Problems stays as it is', 20_000);
    });
  });
};
