import 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder with `package.json` and, below `dist/`, the programs that bundlePrograms.mjs bundled. */
    programs: string;
  }
}
