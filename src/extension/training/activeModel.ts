import { isAbsolute, resolve, sep } from 'node:path';
import { ConfigurationTarget, Uri, workspace } from 'vscode';
import { setConfigKey } from '../../workspace/editConfig';
import { pathBelow } from '../session/session';
import { settingsSection } from '../contributions';

/** The active model's file, absolute; null: none, the built-in measure counts. */
export const activePathOf = (root: string, setting: string): string | null =>
  setting === 'auto' || setting === 'none' ? null : isAbsolute(setting) ? setting : resolve(root, setting);

/**
 * Names a root's active model where it is read from: in the workspace's settings if they name one already, as they win, else in
 * `.twinlint/config.json`, which the command line reads too.
 *
 * @param path Absolute; null: none.
 */
export async function setActiveModel(root: string, path: string | null): Promise<void> {
  const value = path === null ? undefined : settingValue(root, path);
  const folder = Uri.file(root);
  const configuration = workspace.getConfiguration(settingsSection, folder);
  const inspected = configuration.inspect<string>('model');
  const isNamed = (named: string | undefined): boolean => named !== undefined && named !== 'auto';
  if (isNamed(inspected?.workspaceFolderValue)) {
    await configuration.update('model', value ?? 'none', ConfigurationTarget.WorkspaceFolder);
  } else if (isNamed(inspected?.workspaceValue)) {
    await configuration.update('model', value ?? 'none', ConfigurationTarget.Workspace);
  } else {
    // The user's own settings may name a model for all folders; this one is then to have none.
    await setConfigKey(root, 'model', value ?? (isNamed(inspected?.globalValue) ? 'none' : undefined));
  }
}

/** What names a model's file: relative with `/` where it lies below the root, so that it holds in every clone. */
export function settingValue(root: string, path: string): string {
  const below = pathBelow(root, path);
  return below ?? (sep === '/' ? path : path.split(sep).join('/'));
}
