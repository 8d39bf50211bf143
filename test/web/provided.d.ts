import 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    readonly web: {
      /** Holds `dist/` (the page's bundle) and `fakeHost.js`. */
      readonly folder: string;
      readonly chromium: string;
    };
  }
}
