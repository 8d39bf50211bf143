import { defineConfig } from 'vitest/config';
import { inOrder } from '../../scripts/lib/inOrder.mjs';

/** The slow ones first; beside the one that computes all the time those that mostly wait for their window. */
const order = [
  ...['hostLarge', 'places', 'emptyViews', 'journey', 'keyboard', 'locale', 'virtual'],
  ...['checks', 'between', 'review', 'labeling', 'training', 'rescorer', 'walkthrough', 'looks', 'map', 'crash'],
];

/** Tests in a real VS Code. One mostly waits for its window: two at a time take two cores, and three are no faster. */
export default defineConfig({
  test: {
    include: ['test/integration/**/*.test.ts'],
    globalSetup: ['test/integration/harness/globalSetup.mjs'],
    maxWorkers: 2,
    sequence: { sequencer: inOrder(order.map(name => `/${name}.test.ts`)) },
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // As in the web tests: a busy machine is slow, not wrong.
    expect: { poll: { timeout: 20_000 } },
    // A busy machine is no failure; the reporter names what passed only the second time.
    retry: 2,
    reporters: ['default', './scripts/lib/retriesReporter.mjs'],
  },
});
