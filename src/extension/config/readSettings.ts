import { workspace } from 'vscode';
import type { Uri } from 'vscode';
import { machineSettings, scanSettingKeys, settingsSection } from '../contributions';

/** What the editor's settings say for one folder, by where it was said. Values are as typed: not checked yet. */
export interface EditorSettings {
  readonly user: Readonly<Record<string, unknown>>;
  readonly workspace: Readonly<Record<string, unknown>>;
}

export function readEditorSettings(folder: Uri): EditorSettings {
  const configuration = workspace.getConfiguration(settingsSection, folder);
  const user: Record<string, unknown> = {};
  const shared: Record<string, unknown> = {};
  for (const key of scanSettingKeys) {
    const inspected = configuration.inspect(key);
    if (inspected?.globalValue !== undefined) user[key] = plain(inspected.globalValue);
    const value: unknown = inspected?.workspaceFolderValue ?? inspected?.workspaceValue;
    if (value !== undefined) shared[key] = plain(value);
  }
  return { user, workspace: shared };
}

/** VS Code hands out frozen proxies, which cannot cross to another process. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The globs that `files.exclude` switches on for a folder. Those with a `when` hide generated files: not images' business. */
export function readFilesExclude(folder: Uri): string[] {
  const value: unknown = workspace.getConfiguration('files', folder).get('exclude');
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([glob, on]) => (on === true ? [glob] : []));
}

/** Threads for the engine; undefined = as many as there are cores. */
export function readThreads(): number | undefined {
  const value = workspace.getConfiguration(settingsSection).get<number>('threads', machineSettings.threads);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
