import * as l10n from '@vscode/l10n';
import type { Translate } from '../core/l10n';

/** The page's translate function; the English text is the key. */
export const t: Translate = (message, ...args) => l10n.t(message, ...args);

/** The language that VS Code gave the page. */
export const language = (): string => document.documentElement.lang || 'en';

/** Takes the host's translations; English needs none. */
export function useBundle(bundle: Readonly<Record<string, string>> | null): void {
  l10n.config({ contents: { ...bundle } });
}
