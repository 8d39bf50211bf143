import { workspace } from 'vscode';
import type { Disposable } from 'vscode';
import type { Session } from '../session/session';
import type { Messenger } from '../util/messages';
import type { Trash } from './ports';

/** Once for each scanned root: what a crash left in the trash is brought in order, and told. */
export function recoverTrash(session: Session, trash: Trash, messenger: Messenger): Disposable {
  const done = new Set<string>();
  return session.onDidChange(({ cause }) => {
    if (cause !== 'scan' || !workspace.isTrusted) return;
    for (const root of session.roots.filter(each => !done.has(each.path))) {
      done.add(root.path);
      trash.recover(root).then(
        notes => messenger.notes(notes),
        (error: unknown) => messenger.failure(messenger.t('The trash could not be brought in order.'), error),
      );
    }
  });
}
