import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TwinlintApi } from '../../../src/extension/api';

/** The installed extension, activated, and what it exports. */
export const twinlint = async (): Promise<{ extension: vscode.Extension<TwinlintApi>; api: TwinlintApi }> => {
  const extension = vscode.extensions.getExtension<TwinlintApi>('twinlint.twinlint');
  assert.ok(extension, 'the extension twinlint.twinlint is not installed');
  return { extension, api: await extension.activate() };
};

export const workspaceFolder = (): vscode.WorkspaceFolder => {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'the tests need an open folder');
  return folder;
};

/** All findings that Problems holds, with their file. */
export const findingsInProblems = (): { readonly uri: vscode.Uri; readonly diagnostic: vscode.Diagnostic }[] =>
  vscode.languages
    .getDiagnostics()
    .flatMap(([uri, diagnostics]) => diagnostics.map(diagnostic => ({ uri, diagnostic })))
    .filter(({ diagnostic }) => diagnostic.source === 'twinlint');

/** The command and arguments that a diagnostic's code links to. */
export const linkOf = (diagnostic: vscode.Diagnostic): { readonly command: string; readonly args: readonly unknown[] } => {
  const { code } = diagnostic;
  assert.ok(typeof code === 'object', `no link in ${JSON.stringify(code)}`);
  assert.equal(code.target.scheme, 'command');
  return { command: code.target.path, args: code.target.query ? (JSON.parse(code.target.query) as unknown[]) : [] };
};

/** Waits until a condition holds. @returns how long it took, milliseconds */
export const until = async (condition: () => boolean | Promise<boolean>, what: string, timeoutMs = 20_000): Promise<number> => {
  const started = performance.now();
  while (!(await condition())) {
    assert.ok(performance.now() - started < timeoutMs, `not within ${timeoutMs} ms: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  return performance.now() - started;
};
