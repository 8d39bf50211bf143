import { window } from 'vscode';
import type { Disposable, TreeDataProvider } from 'vscode';
import { startViewType } from '../contributions';

/** A view that is always empty: VS Code shows the manifest's `viewsWelcome` in it, for what a webview cannot say before it exists. */
export function registerStartView(): Disposable {
  const nothing: TreeDataProvider<never> = { getTreeItem: item => item, getChildren: () => [] };
  return window.registerTreeDataProvider(startViewType, nothing);
}
