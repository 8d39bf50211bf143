/**
 * Translates a message and fills in its `{0}`, `{1}` … placeholders. The editor passes `vscode.l10n.t`, the webview
 * `@vscode/l10n`'s `t`, the command line {@link english}. The English text is the key.
 */
export type Translate = (message: string, ...args: (string | number)[]) => string;

/** The source language: only fills in the placeholders. */
export const english: Translate = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (whole, index: string) => (Number(index) < args.length ? String(args[Number(index)]) : whole));
