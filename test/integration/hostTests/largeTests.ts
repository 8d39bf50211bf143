import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { measured } from './measured';
import { findingsInProblems, linkOf, twinlint, until, workspaceFolder } from './twinlint';

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

    it('cancelling stops within 200 ms, in every phase', async () => {
      const { api } = await twinlint();
      // Signatures are kept by content, so the later scans of this test reach the later phases soon.
      for (const afterMs of [50, 400, 1500, 4000]) {
        const scan = api.scan([below('many')]);
        await new Promise(resolve => setTimeout(resolve, afterMs));
        const phase = api.progress()?.phase;
        const started = performance.now();
        api.cancelScan();
        const summary = await scan;
        const elapsedMs = performance.now() - started;
        measured.push(`cancel after ${afterMs} ms, in phase ${phase}: ${elapsedMs.toFixed(0)} ms (limit 200)`);
        if (phase !== undefined) assert.equal(summary, undefined);
        assert.ok(elapsedMs < 200, `${elapsedMs} ms in phase ${phase}`);
      }
    });

    it("scanning 10,000 images never blocks the host's event loop over 50 ms", async () => {
      const { api } = await twinlint();
      api.lag.start();
      const started = performance.now();
      const summary = await api.scan([below('many')]);
      await api.whenIdle();
      const elapsedMs = performance.now() - started;
      const { p99Ms, maxMs, samples } = api.lag.stop();
      measured.push(
        `10,000 images in ${(elapsedMs / 1000).toFixed(1)} s; event loop lag p99 ${p99Ms.toFixed(1)} ms, max ${maxMs.toFixed(1)} ms (limit 50), ${samples} samples`,
      );
      assert.equal(summary?.images, 10_000);
      assert.ok(maxMs < 50, `${maxMs} ms`);
    });

    it('50,000 findings: what is shown and what is said to remain are all of them', async () => {
      const { api } = await twinlint();
      api.lag.start();
      await api.scan([below('copies')]);
      await api.whenIdle();
      const { maxMs } = api.lag.stop();
      const { shown, total } = api.published();
      const problems = findingsInProblems();
      const rest = problems.filter(({ diagnostic }) => linkOf(diagnostic).command === 'twinlint.openPairs');
      assert.equal(total, 50_000);
      assert.equal(shown, 1000);
      assert.equal(problems.length - rest.length, shown);
      assert.equal(rest.length, 1);
      const stated = Number(/([\d,.\u202f\u00a0 ]+)/.exec(rest[0].diagnostic.message)?.[1].replaceAll(/\D/g, ''));
      assert.equal(shown + stated, total, rest[0].diagnostic.message);
      measured.push(`50,000 findings: event loop lag max ${maxMs.toFixed(1)} ms (limit 50)`);
      assert.ok(maxMs < 50, `${maxMs} ms`);
      await until(() => findingsInProblems().length === 1001, 'Problems stays as it is', 1000);
    });
  });
};
