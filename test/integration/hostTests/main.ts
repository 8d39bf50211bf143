import { appendFileSync, writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { defineApiTests } from './apiTests';
import { defineLargeTests } from './largeTests';
import { measured } from './measured';
import { defineTrainingTests } from './trainingTests';

/** One test as the result file lists it. */
export interface HostTestResult {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly error?: string;
  readonly durationMs: number;
}

/** What the result file holds. */
export interface HostTestsReport {
  readonly results: readonly HostTestResult[];
  /** Figures for people, in words. */
  readonly measured: readonly string[];
}

const suites = { api: defineApiTests, large: defineLargeTests, training: defineTrainingTests } as const;

/** What TWINLINT_HOST_TESTS holds, as JSON; what is absent is as under @vscode/test-electron. */
export interface HostTestsOptions {
  readonly suite?: keyof typeof suites;
  /** Where to write the {@link HostTestsReport} when all have run. */
  readonly resultFile?: string;
  /** `training`: how often to train and cancel. */
  readonly cycles?: number;
}

/** Runs the tests; the entry point of @vscode/test-electron too, which fails where this rejects. */
export const run = async (): Promise<void> => {
  const { suite = 'api', resultFile, cycles } = JSON.parse(process.env.TWINLINT_HOST_TESTS ?? '{}') as HostTestsOptions;
  const results: HostTestResult[] = [];
  // A busy machine is no failure; what passed only the second time is told.
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, retries: 1, reporter: resultFile ? 'min' : 'spec' });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  suites[suite](cycles);
  const failures = await new Promise<number>(resolve => {
    const runner = mocha.run(resolve);
    const add = (test: Mocha.Runnable, state: HostTestResult['state'], error?: Error): void => {
      results.push({ title: test.fullTitle(), state, error: error?.stack, durationMs: test.duration ?? 0 });
      if (resultFile) appendFileSync(`${resultFile}.log`, `${state} ${test.fullTitle()}\n${error?.stack ?? ''}\n`);
    };
    runner.on('pass', test => add(test, 'passed'));
    runner.on('fail', (test, error: Error) => add(test, 'failed', error));
    runner.on('retry', (test, error: Error) =>
      measured.push(`NEEDED A RETRY  ${test.fullTitle()}: ${error.message.split('\n')[0]}`),
    );
    runner.on('pending', test => add(test, 'skipped'));
  });
  const report: HostTestsReport = { results, measured };
  if (resultFile) writeFileSync(resultFile, JSON.stringify(report));
  if (failures > 0) throw new Error(`${failures} tests failed in the extension host`);
};

export const activate = (): void => {
  if (process.env.TWINLINT_HOST_TESTS) void run().catch(error => console.error(error));
};
