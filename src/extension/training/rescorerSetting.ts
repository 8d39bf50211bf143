import { ConfigurationTarget, Uri, workspace } from 'vscode';
import { setConfigKey } from '../../workspace/editConfig';
import { diskFolders } from '../commands/picking';
import { settingsSection } from '../contributions';
import { settingValue } from './activeModel';

const key = 'rescoreModel';

/**
 * Names the model that judges a root's pairs again, in the workspace folder's own settings: what a team shares stays as it is. A folder
 * outside of the workspace has no settings but its `.twinlint/config.json`.
 *
 * @param path Absolute; null: none.
 * @param current What the settings name at the moment, from whatever place.
 */
export async function setRescoreModel(root: string, path: string | null, current: () => Promise<string>): Promise<void> {
  const isInWorkspace = diskFolders().some(folder => folder.uri.fsPath === root);
  const set = async (value: string | undefined): Promise<void> =>
    isInWorkspace
      ? workspace.getConfiguration(settingsSection, Uri.file(root)).update(key, value, ConfigurationTarget.WorkspaceFolder)
      : setConfigKey(root, key, value);
  if (path !== null) return set(settingValue(root, path));
  await set(undefined);
  // A weaker place may name one for all folders; this one is then to have none.
  if ((await current()) !== '') await set('');
}
