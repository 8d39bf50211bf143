import { defineConfig } from 'vitest/config';

/** Tests in a real VS Code: one window at a time, on a machine of two cores. */
export default defineConfig({
  test: {
    include: ['test/integration/**/*.test.ts'],
    globalSetup: ['test/integration/harness/globalSetup.mjs'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // As in the web tests: a busy machine is slow, not wrong.
    expect: { poll: { timeout: 20_000 } },
    // A busy machine is no failure; the reporter names what passed only the second time.
    retry: 2,
    reporters: ['default', './scripts/lib/retriesReporter.mjs'],
  },
});
