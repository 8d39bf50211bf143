declare module 'vitest' {
  export interface ProvidedContext {
    readonly vscode: {
      readonly server: { readonly node: string; readonly entry: string };
      readonly chromium: string;
      readonly extensionsDir: string;
      readonly vsix: string;
    };
  }
}
export {};
