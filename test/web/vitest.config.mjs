import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = path => fileURLToPath(new URL(path, import.meta.url));

/** The panel's page in Chromium, against a fake host that speaks the real protocol. */
export default defineConfig({
  // The page's HTML and its CSP come from the extension's own code.
  resolve: { alias: { vscode: here('../unit/extension/fakeVscode.ts') } },
  test: {
    include: ['test/web/**/*.test.ts'],
    globalSetup: [here('globalSetup.mjs')],
    // A browser a file: more than two would crowd a machine of two cores.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A busy machine is slow, not wrong: what is waited for may take longer than a second.
    expect: { poll: { timeout: 20_000 } },
    // Nor is a frame that came late a failure; the reporter names what passed only the second time.
    retry: 1,
  },
});
