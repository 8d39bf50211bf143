/** What VS Code gives a webview, played in the page itself: theme, `acquireVsCodeApi`, and the extension's end of the conversation. */
import { createMessageConnection } from 'vscode-jsonrpc/browser';
import type { MessageConnection } from 'vscode-jsonrpc/browser';
import { portTransports } from '../../src/protocol/messagePort';
import type { ThemeKind } from './scenario';

export interface FakeVsCode {
  readonly connection: MessageConnection;
  /** Filled as they happen. */
  readonly violations: string[];
  /** What the page kept with `setState`. */
  saved(): unknown;
}

/** As VS Code does it, at first and in an open page. */
export function showTheme(themeKind: ThemeKind, theme: Readonly<Record<string, string>>): void {
  const style = document.documentElement.style;
  for (const [name, value] of Object.entries(theme)) style.setProperty(name, value);
  for (const name of Array.from(style)) {
    if (name.startsWith('--vscode-') && !name.startsWith('--vscode-font') && !(name in theme)) style.removeProperty(name);
  }
  document.body.className = `vscode-${themeKind}${themeKind === 'high-contrast-light' ? ' vscode-high-contrast' : ''}`;
  document.body.dataset.vscodeThemeKind = `vscode-${themeKind}`;
}

/** @param saved what `getState` gives back */
export function playVsCode(themeKind: ThemeKind, theme: Readonly<Record<string, string>>, saved: unknown): FakeVsCode {
  showTheme(themeKind, theme);
  const violations: string[] = [];
  document.addEventListener('securitypolicyviolation', event => {
    violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`);
  });

  const listeners = new Set<(message: unknown) => void>();
  const { reader, writer } = portTransports({
    // As VS Code does, the message is copied; typed arrays stay what they are.
    post: message => window.postMessage({ toPage: true, ...(message as object) }, '*'),
    onMessage: listener => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  });
  let state = saved;
  let acquired = false;
  Object.assign(window, {
    acquireVsCodeApi: () => {
      if (acquired) throw new Error('acquireVsCodeApi may be called once');
      acquired = true;
      return {
        postMessage: (message: unknown) => {
          // A clone, as over a process boundary; in a later task.
          const copy: unknown = structuredClone(message);
          setTimeout(() => listeners.forEach(listener => listener(copy)), 0);
        },
        getState: () => state,
        setState: (value: unknown) => {
          state = structuredClone(value);
        },
      };
    },
  });
  return { connection: createMessageConnection(reader, writer), violations, saved: () => state };
}
