import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { HostTestsOptions, HostTestsReport } from '../hostTests/main';
import { VscodeWindow } from './vscodeWindow';

/** Opens a window on a folder, in whose extension host Mocha runs a suite. */
export const runInHost = async (
  suite: HostTestsOptions['suite'],
  open: string,
  timeoutMs: number,
  more: Pick<HostTestsOptions, 'cycles'> = {},
): Promise<HostTestsReport> => {
  const folder = mkdtempSync(join(tmpdir(), 'twinlint-host-'));
  const resultFile = join(folder, 'result.json');
  const options: HostTestsOptions = { suite, resultFile, ...more };
  const window = await VscodeWindow.open({ open, env: { TWINLINT_HOST_TESTS: JSON.stringify(options) } });
  try {
    const end = performance.now() + timeoutMs;
    while (!existsSync(resultFile)) {
      if (performance.now() > end) {
        const log = existsSync(`${resultFile}.log`) ? readFileSync(`${resultFile}.log`, 'utf8') : 'none began';
        throw new Error(`The tests in the extension host did not end within ${timeoutMs} ms. So far:\n${log}`);
      }
      await window.page.waitForTimeout(200);
    }
    const report = JSON.parse(readFileSync(resultFile, 'utf8')) as HostTestsReport;
    if (report.results.some(({ state }) => state === 'failed')) console.log(`Twinlint's log:\n${window.twinlintLog()}`);
    return report;
  } finally {
    await window.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Each test of the host as a test here, so that it is listed and counted. */
export const listHostTests = ({ results, measured }: HostTestsReport): void => {
  for (const line of measured) console.log(line);
  it('ran tests in the extension host', () => expect(results.length).toBeGreaterThan(0));
  for (const { title, state, error } of results) {
    it.skipIf(state === 'skipped')(title, () => {
      if (state === 'failed') throw new Error(error);
    });
  }
};
