import { defineConfig } from 'vitest/config';
import web from '../../test/web/vitest.config.mjs';

/** The web tests' browser, page and fake host, for measuring. */
export default defineConfig({
  ...web,
  test: { ...web.test, include: ['bench/map/*.bench.mjs'], testTimeout: 120_000 },
});
