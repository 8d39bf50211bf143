import { basename } from 'node:path';
import type { ScanSettings } from '../../core/settings/scanSettings';
import { Journal, type HistoryItem } from '../../workspace/journal/journal';
import type { RootSpec } from '../scan/rootSpecs';

/** An action with the folder that it changed. */
export interface RootAction {
  readonly rootPath: string;
  readonly rootName: string;
  readonly item: HistoryItem;
}

/** The journals of all roots as one history. */
export class Journals {
  constructor(
    /** Those of the scan and of the workspace. */
    private readonly roots: () => readonly RootSpec[],
    private readonly settingsOf: (root: RootSpec) => Promise<ScanSettings>,
  ) {}

  async of(rootPath: string): Promise<Journal> {
    const spec = this.roots().find(root => root.path === rootPath) ?? { path: rootPath, name: basename(rootPath), only: [] };
    return new Journal(rootPath, await this.settingsOf(spec));
  }

  /** What was done last comes first. */
  async history(): Promise<RootAction[]> {
    const found: RootAction[] = [];
    for (const { path: rootPath, name: rootName } of this.roots()) {
      for (const item of await (await this.of(rootPath)).history()) found.push({ rootPath, rootName, item });
    }
    return found.sort((a, b) => (a.item.lastTime < b.item.lastTime ? 1 : a.item.lastTime > b.item.lastTime ? -1 : 0));
  }

  async lastDone(): Promise<RootAction | undefined> {
    return (await this.history()).find(({ item }) => item.state === 'done' || item.state === 'partly');
  }

  async lastUndone(): Promise<RootAction | undefined> {
    return (await this.history()).find(({ item }) => item.state === 'undone');
  }
}
