import { appendFileSync, writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { defineApiTests } from './apiTests';

/** One test as the result file lists it. */
export interface HostTestResult {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly error?: string;
  readonly durationMs: number;
}

/** What TWINLINT_HOST_TESTS holds, as JSON. */
export interface HostTestsOptions {
  /** Where to write `{ results: HostTestResult[] }` when all have run. */
  readonly resultFile: string;
  readonly command: string;
}

/** Runs the tests; the entry point of @vscode/test-electron too, which fails where this rejects. */
export const run = async (): Promise<void> => {
  const options = JSON.parse(process.env.TWINLINT_HOST_TESTS ?? '{}') as Partial<HostTestsOptions>;
  const results: HostTestResult[] = [];
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: 'min' });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  defineApiTests();
  const failures = await new Promise<number>(resolve => {
    const runner = mocha.run(resolve);
    const add = (test: Mocha.Runnable, state: HostTestResult['state'], error?: Error): void => {
      results.push({ title: test.fullTitle(), state, error: error?.stack, durationMs: test.duration ?? 0 });
      if (options.resultFile) {
        appendFileSync(`${options.resultFile}.log`, `${state} ${test.fullTitle()}\n${error?.stack ?? ''}\n`);
      }
    };
    runner.on('pass', test => add(test, 'passed'));
    runner.on('fail', (test, error: Error) => add(test, 'failed', error));
    runner.on('pending', test => add(test, 'skipped'));
  });
  if (options.resultFile) writeFileSync(options.resultFile, JSON.stringify({ results }));
  if (failures > 0) throw new Error(`${failures} tests failed in the extension host`);
};

export const activate = (): void => {
  if (process.env.TWINLINT_HOST_TESTS) void run().catch(error => console.error(error));
};
