import { Disposable, workspace } from 'vscode';
import { scanSettingKeys, settingsSection } from '../contributions';
import type { ParamsSource, ScanController } from '../scan/scanController';
import type { ScanFlow } from '../scan/scanFlow';
import type { ScanStore } from '../scan/scanStore';
import type { Session } from '../session/session';
import { Batcher } from '../util/batcher';
import type { Messenger } from '../util/messages';

/** A setting is often changed letter by letter. */
const quietMs = 1000;

export interface ConfigurationParts {
  readonly scans: ScanController;
  readonly flow: ScanFlow;
  readonly source: ParamsSource;
  readonly store: ScanStore;
  readonly session: Session;
  readonly messenger: Messenger;
}

/** Settings that change what is found take effect by a quiet scan; pictures that are known are not read again. */
export class ConfigurationFollower implements Disposable {
  private readonly batcher = new Batcher<string>(quietMs, 5 * quietMs, () => this.refresh());
  private readonly disposables: Disposable;

  constructor(private readonly parts: ConfigurationParts) {
    const { scans, flow, store, session } = parts;
    const watchedKeys = [...scanSettingKeys.map(key => `${settingsSection}.${key}`), 'files.exclude'];
    this.disposables = Disposable.from(
      this.batcher,
      workspace.onDidChangeConfiguration(event => {
        // The slider's place was chosen against the old value.
        if (event.affectsConfiguration(`${settingsSection}.threshold`)) void store.forgetThresholds();
        if (session.state && watchedKeys.some(key => event.affectsConfiguration(key))) this.batcher.add('settings');
      }),
      workspace.onDidChangeWorkspaceFolders(({ removed }) => {
        const gone = new Set(removed.map(folder => folder.uri.fsPath));
        const left = scans.specs().filter(spec => !gone.has(spec.path));
        if (left.length === scans.specs().length) return;
        void (left.length > 0 ? flow.run(left, true) : scans.clear());
      }),
      workspace.onDidGrantWorkspaceTrust(() => this.batcher.add('trust')),
    );
  }

  /** A settings file may have changed. */
  refresh(): void {
    this.rescanIfChanged().catch((error: unknown) => this.parts.flow.tellFailure(error));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async rescanIfChanged(): Promise<void> {
    const { scans, flow, source, session, messenger } = this.parts;
    const { state } = session;
    if (!state) return;
    const { params, notes } = await source.build(scans.specs());
    const key = ({ roots, trusted }: typeof params): string => JSON.stringify([roots, trusted]);
    // A scan with these settings may be under way: what wrote the settings started it. A scan tells the notes itself.
    if (key(params) !== key(scans.runningParams ?? state.params)) await flow.run(scans.specs(), true);
    else messenger.notes(notes);
  }
}
