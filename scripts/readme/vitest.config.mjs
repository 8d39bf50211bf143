import { defineConfig } from 'vitest/config';

/**
 * Takes the pictures in docs/images from the packaged extension in a real VS Code, on the sample workspace:
 *   npm start -- --headless && npx vitest run --config scripts/readme/vitest.config.mjs [-t 'scan|map']
 */
export default defineConfig({
  test: {
    include: ['scripts/readme/pictures.mjs'],
    globalSetup: ['test/integration/harness/globalSetup.mjs'],
    fileParallelism: false,
    testTimeout: 1_200_000,
    hookTimeout: 600_000,
  },
});
