import * as assert from 'node:assert/strict';
import v8 from 'node:v8';
import vm from 'node:vm';
import * as vscode from 'vscode';
import { lagText, watchLag } from './lagWatch';
import { measured } from './measured';
import { twinlint, until } from './twinlint';

/** Samples of the host's memory that are told. */
const samples = 10;
/** No round takes so long, on a busy machine either. */
const roundMs = 15_000;

/** The workspace: class folders with some two thousand small pictures. For measuring (bench/host). */
export const defineTrainingTests = (cycles = 20): void => {
  const state = async (): Promise<string | undefined> => (await twinlint()).api.training().run?.state;
  const ended = async (): Promise<boolean> => !['running', 'cancelling', undefined].includes(await state());
  /** Resolves once it learns. */
  const begin = async (seconds: number): Promise<void> => {
    const { api } = await twinlint();
    const before = api.training().run?.id;
    void vscode.commands.executeCommand('twinlint.train', { learnFrom: ['labels'], seconds });
    const learns = (): boolean => {
      const { run } = api.training();
      return run !== null && run.id !== before && (run.progress?.phase === 'train' || run.state !== 'running');
    };
    await until(learns, 'the training learns', 120_000);
  };
  const atRest = async (): Promise<void> => {
    await until(ended, 'the training ends', 120_000);
    await (await twinlint()).api.whenIdle();
  };

  describe('training', function () {
    this.timeout(300_000 + cycles * roundMs);

    it("keeps the host's event loop free: 99 % of its turns are under 50 ms", async () => {
      const watch = await watchLag();
      await begin(30);
      await atRest();
      const lag = await watch.stop();
      measured.push(`training for 30 s, with reading, calibration and the scan after it: ${lagText(lag)}`);
      assert.equal(await state(), 'done');
      assert.ok(lag.p99Ms < 50, lagText(lag));
    });

    it('training and cancelling again and again leaves no memory behind', async () => {
      v8.setFlagsFromString('--expose-gc');
      const collect = vm.runInNewContext('gc') as () => void;
      const used: number[] = [];
      for (let cycle = 0; cycle <= cycles; cycle++) {
        if (cycle % Math.max(1, Math.floor(cycles / samples)) === 0) {
          collect();
          const { heapUsed, heapTotal, external, rss } = process.memoryUsage();
          used.push(heapUsed / 1e6);
          const [inUse, total, outside, resident] = [heapUsed, heapTotal, external, rss].map(bytes => (bytes / 1e6).toFixed(1));
          measured.push(`cycle ${cycle}: heap ${inUse} of ${total} MB, outside of it ${outside} MB, resident ${resident} MB`);
        }
        if (cycle === cycles) break;
        await begin(60);
        await vscode.commands.executeCommand('twinlint.cancelTraining');
        await atRest();
        await begin(1);
        await atRest();
        await vscode.commands.executeCommand('notifications.clearAll');
      }
      // Past the first ones, in which caches fill.
      const [first, last] = [used[1], used.at(-1)!];
      measured.push(`heap from the second sample to the last: ${((last / first - 1) * 100).toFixed(1)} %`);
      assert.ok(last < first * 1.1, used.map(each => each.toFixed(1)).join(', '));
    });
  });
};
