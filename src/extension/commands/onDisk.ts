import { commands, workspace } from 'vscode';
import type { Uri } from 'vscode';
import type { Translate } from '../../core/l10n';
import type { Messenger } from '../util/messages';

/** Whether all lie on disk; where one does not, a person is told which. */
export function areOnDisk(uris: readonly Uri[], messenger: Messenger): boolean {
  const elsewhere = uris.find(uri => uri.scheme !== 'file');
  if (elsewhere) {
    messenger.error(
      messenger.t(
        '{0} lies on a virtual file system ({1}); Twinlint reads images from disk only.',
        elsewhere.path,
        elsewhere.scheme,
      ),
    );
  }
  return elsewhere === undefined;
}

/** Why there is no folder to work in, and what to do. */
export const noFolderText = (t: Translate): string =>
  workspace.workspaceFolders?.length
    ? t('The folders of this workspace are not on disk; Twinlint reads images from disk only.')
    : t('No folder is open. Open the folder that holds your images first.');

export function tellNoFolder(messenger: Messenger): void {
  messenger.info(noFolderText(messenger.t), {
    label: messenger.t('Open Folder…'),
    run: () => commands.executeCommand('workbench.action.files.openFolder'),
  });
}

/** Of a workspace that is only partly on disk: what is left out. */
export function tellLeftOut(messenger: Messenger): void {
  const elsewhere = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme !== 'file').map(({ name }) => name);
  if (elsewhere.length === 0) return;
  messenger.info(messenger.t('Left out, as Twinlint reads images from disk only: {0}.', elsewhere.join(messenger.t(', '))));
}
