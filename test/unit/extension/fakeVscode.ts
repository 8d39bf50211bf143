/**
 * As much of VS Code's API as the host's own logic touches, written by hand: values behave like the real ones, and what would be shown
 * is recorded in {@link shown}. What VS Code does with it is tested in a real one.
 */
import { posix } from 'node:path';

export class Disposable {
  static from(...items: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => items.forEach(item => item.dispose()));
  }
  constructor(private readonly onDispose: () => unknown) {}
  dispose(): void {
    this.onDispose();
  }
}

export class EventEmitter<T> {
  private readonly listeners = new Set<(value: T) => unknown>();
  readonly event = (listener: (value: T) => unknown): Disposable => {
    this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  };
  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }
  dispose(): void {
    this.listeners.clear();
  }
}

export class CancellationError extends Error {
  override name = 'Canceled';
}

export class CancellationTokenSource {
  private readonly emitter = new EventEmitter<void>();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.emitter.event };
  cancel(): void {
    if (this.token.isCancellationRequested) return;
    this.token.isCancellationRequested = true;
    this.emitter.fire();
  }
  dispose(): void {
    this.emitter.dispose();
  }
}

/** POSIX paths only. */
export class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
    readonly query = '',
  ) {}
  static file(path: string): Uri {
    return new Uri('file', path.startsWith('/') ? path : `/${path}`);
  }
  static from({ scheme, path = '', query = '' }: { scheme: string; path?: string; query?: string }): Uri {
    return new Uri(scheme, path, query);
  }
  static parse(text: string): Uri {
    const [, scheme, rest] = /^([a-z-]+):(.*)$/s.exec(text)!;
    const [path, query = ''] = rest.split('?');
    return new Uri(scheme, decodeURIComponent(path.replace(/^\/\//, '')), decodeURIComponent(query));
  }
  static joinPath(base: Uri, ...parts: string[]): Uri {
    return new Uri(base.scheme, posix.join(base.path, ...parts), base.query);
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    const path = this.path.split('/').map(encodeURIComponent).join('/');
    return `${this.scheme}:${this.scheme === 'file' ? '//' : ''}${path}${this.query ? `?${encodeURIComponent(this.query)}` : ''}`;
  }
}

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}
export class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(startLine: number, startCharacter: number, endLine: number, endCharacter: number) {
    this.start = new Position(startLine, startCharacter);
    this.end = new Position(endLine, endCharacter);
  }
}
export class Location {
  constructor(
    readonly uri: Uri,
    readonly range: Position | Range,
  ) {}
}
export class DiagnosticRelatedInformation {
  constructor(
    readonly location: Location,
    readonly message: string,
  ) {}
}
export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2, Hint: 3 } as const;
export class Diagnostic {
  source?: string;
  code?: string | number | { value: string | number; target: Uri };
  relatedInformation?: DiagnosticRelatedInformation[];
  constructor(
    readonly range: Range,
    readonly message: string,
    readonly severity: number = DiagnosticSeverity.Error,
  ) {}
}

/** What VS Code does to one `set` call: markers beyond these are dropped without a word. */
export const maxMarkersPerCall = 1100;
export const maxMarkersPerFile = 1000;

/** Behaves like the real one, with its silent limits, and counts calls. */
export class FakeDiagnosticCollection {
  readonly entries = new Map<string, { readonly uri: Uri; readonly diagnostics: readonly Diagnostic[] }>();
  readonly calls: { readonly uris: number; readonly markers: number }[] = [];
  dropped = 0;

  set(entries: [Uri, Diagnostic[] | undefined][]): void {
    let markers = 0;
    for (const [uri, diagnostics] of entries) {
      if (!diagnostics || diagnostics.length === 0) {
        this.entries.delete(uri.toString());
        continue;
      }
      const room = Math.max(0, Math.min(maxMarkersPerFile, maxMarkersPerCall - markers));
      this.dropped += Math.max(0, diagnostics.length - room);
      markers += diagnostics.length;
      if (room > 0) this.entries.set(uri.toString(), { uri, diagnostics: diagnostics.slice(0, room) });
    }
    this.calls.push({ uris: entries.length, markers });
  }
  delete(uri: Uri): void {
    this.entries.delete(uri.toString());
  }
  clear(): void {
    this.entries.clear();
  }
  dispose(): void {
    this.clear();
  }
  get all(): Diagnostic[] {
    return [...this.entries.values()].flatMap(entry => [...entry.diagnostics]);
  }
}

export const ViewColumn = { Active: -1, Beside: -2, One: 1, Two: 2 } as const;
export const ProgressLocation = { Window: 10, Notification: 15 } as const;
export const StatusBarAlignment = { Left: 1, Right: 2 } as const;
export const QuickPickItemKind = { Separator: -1, Default: 0 } as const;
export const ConfigurationTarget = { Global: 1, Workspace: 2, WorkspaceFolder: 3 } as const;
export const FileType = { File: 1, Directory: 2 } as const;
export class MarkdownString {
  constructor(readonly value: string) {}
}
export class WorkspaceEdit {
  readonly replacements: { readonly uri: Uri; readonly range: Range; readonly text: string }[] = [];
  replace(uri: Uri, range: Range, text: string): void {
    this.replacements.push({ uri, range, text });
  }
}
export class TabInputText {
  constructor(readonly uri: Uri) {}
}
export class TabInputCustom {
  constructor(
    readonly uri: Uri,
    readonly viewType: string,
  ) {}
}
export class RelativePattern {
  constructor(
    readonly baseUri: Uri,
    readonly pattern: string,
  ) {}
}

/** What was shown and done, newest last; tests empty it with {@link resetShown}. */
export const shown = {
  messages: [] as { readonly kind: 'info' | 'warning' | 'error'; readonly text: string; readonly choices: readonly string[] }[],
  /** The label that the next message's user picks. */
  answers: [] as (string | undefined)[],
  commands: [] as { readonly id: string; readonly args: readonly unknown[] }[],
  edits: [] as WorkspaceEdit[],
  panels: [] as { readonly title: string; readonly options: unknown; readonly webview: { html: string } }[],
  progress: [] as { readonly message?: string; readonly increment?: number }[],
};
export function resetShown(): void {
  for (const list of Object.values(shown)) list.length = 0;
  settings.user = {};
  settings.workspace = {};
  workspace.isTrusted = true;
  workspace.workspaceFolders = undefined;
  workspace.textDocuments = [];
}

const message =
  (kind: 'info' | 'warning' | 'error') =>
  (text: string, ...rest: unknown[]): Promise<string | undefined> => {
    const choices = rest.filter(each => typeof each === 'string');
    shown.messages.push({ kind, text, choices });
    return Promise.resolve(choices.length > 0 ? shown.answers.shift() : undefined);
  };

/** Settings as if typed by the user and in the workspace: full names. */
export const settings: { user: Record<string, unknown>; workspace: Record<string, unknown> } = { user: {}, workspace: {} };

export const env = { language: 'en' };

export const window = {
  tabGroups: { activeTabGroup: { activeTab: undefined as { input: unknown } | undefined } },
  showInformationMessage: message('info'),
  showWarningMessage: message('warning'),
  showErrorMessage: message('error'),
  showQuickPick: (items: readonly unknown[], _options?: unknown): Promise<unknown> => Promise.resolve(items[0]),
  createWebviewPanel: (_type: string, title: string, _where: unknown, options: unknown) => {
    const panel = { title, options, webview: { html: '' } };
    shown.panels.push(panel);
    return panel;
  },
  showInputBox: (_options?: unknown): Promise<string | undefined> => Promise.resolve(undefined),
  showSaveDialog: (_options?: unknown): Promise<Uri | undefined> => Promise.resolve(undefined),
  showOpenDialog: (_options?: unknown): Promise<readonly Uri[] | undefined> => Promise.resolve(undefined),
  withProgress: async <T>(
    _options: unknown,
    work: (progress: { report(value: { message?: string; increment?: number }): void }, token: unknown) => Promise<T>,
  ): Promise<T> => work({ report: value => shown.progress.push(value) }, new CancellationTokenSource().token),
};
export const workspace = {
  isTrusted: true,
  workspaceFolders: undefined as { uri: Uri; name: string; index: number }[] | undefined,
  /** Open files, as much of them as is asked for. */
  textDocuments: [] as {
    readonly uri: Uri;
    readonly isDirty: boolean;
    getText(): string;
    positionAt(offset: number): Position;
    save(): Promise<boolean>;
  }[],
  applyEdit: (edit: WorkspaceEdit): Promise<boolean> => {
    shown.edits.push(edit);
    return Promise.resolve(true);
  },
  getConfiguration: (section: string) => ({
    get: (key: string, fallback?: unknown): unknown =>
      settings.workspace[`${section}.${key}`] ?? settings.user[`${section}.${key}`] ?? fallback,
    update: (key: string, value: unknown): Promise<void> => {
      settings.workspace[`${section}.${key}`] = value;
      return Promise.resolve();
    },
    inspect: (key: string) => ({
      key,
      globalValue: settings.user[`${section}.${key}`],
      workspaceValue: settings.workspace[`${section}.${key}`],
      workspaceFolderValue: undefined as unknown,
    }),
  }),
  onDidChangeConfiguration: () => new Disposable(() => undefined),
  onDidChangeWorkspaceFolders: () => new Disposable(() => undefined),
  onDidGrantWorkspaceTrust: () => new Disposable(() => undefined),
  registerTextDocumentContentProvider: () => new Disposable(() => undefined),
  asRelativePath: (uri: Uri) => uri.path,
  getWorkspaceFolder: (_uri: Uri): undefined => undefined,
};
export const commands = {
  executeCommand: (id: string, ...args: unknown[]): Promise<unknown> => {
    shown.commands.push({ id, args });
    return Promise.resolve(undefined);
  },
};
export const languages = { createDiagnosticCollection: (): FakeDiagnosticCollection => new FakeDiagnosticCollection() };

/** A log that keeps quiet. */
export const silentLog = {
  info: (): void => undefined,
  warn: (): void => undefined,
  error: (): void => undefined,
  debug: (): void => undefined,
};
