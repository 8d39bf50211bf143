import { Disposable, workspace } from 'vscode';
import { scanSettingKeys, settingsSection } from '../contributions';
import type { ScanController } from '../scan/scanController';
import type { ScanFlow } from '../scan/scanFlow';
import type { ScanStore } from '../scan/scanStore';
import type { Session } from '../session/session';
import { Batcher } from '../util/batcher';

/** A setting is often changed letter by letter. */
const quietMs = 1000;

/** Settings that change what is found take effect by a quiet scan; pictures that are known are not read again. */
export function followConfiguration(scans: ScanController, flow: ScanFlow, store: ScanStore, session: Session): Disposable {
  const batcher = new Batcher<string>(quietMs, 5 * quietMs, () => {
    if (session.state) void flow.run(scans.specs(), true);
  });
  return Disposable.from(
    batcher,
    workspace.onDidChangeConfiguration(event => {
      // The slider's place was chosen against the old value.
      if (event.affectsConfiguration(`${settingsSection}.threshold`)) void store.forgetThresholds();
      const changed = [...scanSettingKeys.map(key => `${settingsSection}.${key}`), 'files.exclude'].filter(key =>
        event.affectsConfiguration(key),
      );
      if (changed.length > 0 && session.state) batcher.add('settings');
    }),
    workspace.onDidChangeWorkspaceFolders(({ removed }) => {
      const gone = new Set(removed.map(folder => folder.uri.fsPath));
      const left = scans.specs().filter(spec => !gone.has(spec.path));
      if (left.length === scans.specs().length) return;
      void (left.length > 0 ? flow.run(left, true) : scans.clear());
    }),
    workspace.onDidGrantWorkspaceTrust(() => {
      if (session.state) batcher.add('trust');
    }),
  );
}
