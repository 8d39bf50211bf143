import { defineConfig } from 'vitest/config';
import vscode from '../../test/integration/vitest.config.mjs';

/** The integration tests' real VS Code, for measuring. */
export default defineConfig({
  ...vscode,
  test: {
    ...vscode.test,
    include: ['bench/host/*.bench.mjs'],
    retry: 0,
    testTimeout: 1_500_000,
    hookTimeout: 1_500_000,
    reporters: ['default'],
  },
});
