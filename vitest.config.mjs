import { defineConfig } from 'vitest/config';

/** Unit tests: plain Node. The webview's tests in a browser have a config of their own. */
export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.{ts,mjs}'],
    environment: 'node',
    // Some tests start the engine or Git, and the machine may be busy; a hang still ends.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
