import { RelativePattern, Uri, workspace } from 'vscode';
import type { Disposable } from 'vscode';
import { pathBelow, type Session } from '../session/session';
import { Batcher } from '../util/batcher';

/** Nothing more for this long, and a batch goes out … */
export const quietMs = 300;
/** … but a change never waits longer than this, so that it shows within 2 s while others keep coming. */
export const longestWaitMs = 1000;

export interface WatchTargets {
  /** Images, folders, label files and ignore lists: absolute paths. */
  filesChanged(paths: readonly string[]): void;
  verdictsChanged(): void;
  configChanged(): void;
  modelsChanged(): void;
}

/** What a change outside means. Trash and other files of ours below `.twinlint` mean nothing. */
export function kindOfChange(pathInRoot: string): 'files' | 'verdicts' | 'config' | 'models' | 'all' | 'none' {
  const [first, second] = pathInRoot.split('/');
  if (first === '.git') return 'none';
  if (first !== '.twinlint') return 'files';
  // What is in a new folder may not be told one by one.
  if (second === undefined) return 'all';
  if (second === 'verdicts' || second === 'models') return second;
  return pathInRoot === '.twinlint/config.json' ? 'config' : 'none';
}

/** Follows the scanned folders. Watches only while there is a scan. */
export class FileWatcher implements Disposable {
  private watchers: Disposable[] = [];
  private watched = '';
  private readonly files: Batcher<string>;
  private readonly verdicts: Batcher<string>;
  private readonly config: Batcher<string>;
  private readonly models: Batcher<string>;
  private readonly subscription: Disposable;

  constructor(
    private readonly session: Session,
    targets: WatchTargets,
  ) {
    this.files = new Batcher(quietMs, longestWaitMs, paths => targets.filesChanged(paths));
    this.verdicts = new Batcher(quietMs, longestWaitMs, () => targets.verdictsChanged());
    this.config = new Batcher(quietMs, longestWaitMs, () => targets.configChanged());
    this.models = new Batcher(quietMs, longestWaitMs, () => targets.modelsChanged());
    this.subscription = session.onDidChange(({ cause }) => {
      if (cause === 'scan' || cause === 'cleared') this.follow();
    });
  }

  get isIdle(): boolean {
    return [this.files, this.verdicts, this.config, this.models].every(batcher => batcher.isEmpty);
  }

  dispose(): void {
    this.subscription.dispose();
    this.unwatch();
    for (const batcher of [this.files, this.verdicts, this.config, this.models]) batcher.dispose();
  }

  private follow(): void {
    const paths = [...new Set(this.session.roots.map(root => root.path))].sort();
    const key = paths.join('\n');
    if (key === this.watched) return;
    this.unwatch();
    this.watched = key;
    for (const path of paths) {
      const watcher = workspace.createFileSystemWatcher(new RelativePattern(Uri.file(path), '**/*'));
      const note = (uri: Uri): void => this.noteChange(path, uri);
      this.watchers.push(watcher, watcher.onDidCreate(note), watcher.onDidChange(note), watcher.onDidDelete(note));
    }
  }

  private unwatch(): void {
    for (const watcher of this.watchers) watcher.dispose();
    this.watchers = [];
    this.watched = '';
  }

  private noteChange(root: string, uri: Uri): void {
    const path = pathBelow(root, uri.fsPath);
    if (path === undefined) return;
    switch (kindOfChange(path)) {
      case 'files':
        this.files.add(uri.fsPath);
        break;
      case 'verdicts':
        this.verdicts.add(root);
        break;
      case 'config':
        this.config.add(root);
        break;
      case 'models':
        this.models.add(root);
        break;
      case 'all':
        this.verdicts.add(root);
        this.config.add(root);
        this.models.add(root);
        break;
      case 'none':
        break;
    }
  }
}
