import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { inOrder } from './scripts/lib/inOrder.mjs';

/** Unit tests: plain Node. The webview's tests in a browser have a config of their own. */
export default defineConfig({
  // Outside of VS Code there is no such module: the host's tests run against a small fake.
  resolve: { alias: { vscode: fileURLToPath(new URL('test/unit/extension/fakeVscode.ts', import.meta.url)) } },
  test: {
    include: ['test/unit/**/*.test.{ts,mjs}'],
    environment: 'node',
    globalSetup: ['test/unit/bundlePrograms.mjs'],
    // Vitest's own default leaves a core unused, which on two cores is half of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: {
      // The slow ones first.
      sequencer: inOrder([
        'checks/checkModalities.test.ts',
        'engine/trainService.test.ts',
        'cli/trainingRun.test.ts',
        'cli/cli.test.ts',
        'checks/checkPairs.test.ts',
        'cli/pairNetworks.test.ts',
        'cli/ci.test.ts',
        'engine/scanUpdate.test.ts',
        'engine/store.test.ts',
        'labels/judging.test.ts',
        'checks/checkCaptions.test.ts',
        'checks/checkIdentities.test.ts',
      ]),
    },
    // Some tests start the engine or Git, and the machine may be busy; a hang still ends.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    // TensorFlow.js's gradients are ES modules without extensions, which only a bundler resolves.
    deps: {
      optimizer: {
        ssr: {
          enabled: true,
          include: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-core/dist/register_all_gradients', '@tensorflow/tfjs-backend-cpu'],
        },
      },
    },
  },
});
