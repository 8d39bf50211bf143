import type { ImageRecord } from '../../core/dataset/image';
import { NoteError } from '../../core/dataset/note';
import type { Relation, Verdict } from '../../core/verdicts/verdict';
import type { ScanNote, ScanRoot } from '../../protocol/engine';
import { VerdictStore } from '../../workspace/verdicts/verdictStore';
import type { VerdictDraft } from '../../workspace/verdicts/verdictStore';
import type { RootSpec } from '../scan/rootSpecs';
import type { VerdictBook } from './ports';

/** One store a root, kept: it remembers verdicts that could not be saved. */
export class WorkspaceVerdicts implements VerdictBook {
  private readonly stores = new Map<string, VerdictStore>();

  async read(
    roots: readonly RootSpec[],
  ): Promise<{ readonly verdicts: readonly Verdict[]; readonly notes: readonly ScanNote[] }> {
    const all = await Promise.all(roots.map(root => this.storeOf(root.path).read()));
    return { verdicts: all.flatMap(each => each.verdicts), notes: all.flatMap(each => each.notes) };
  }

  async addDifferent(
    root: ScanRoot,
    images: readonly [ImageRecord, ImageRecord],
  ): Promise<{ readonly id?: string; readonly notes: readonly ScanNote[] }> {
    const keyed = images.map(({ content, path }) => ({ content, path }));
    const { ids, notes } = await this.add(root.path, [{ relation: 'same-picture', verdict: 'different', images: keyed }]);
    return { ...(ids.length > 0 && { id: ids[0] }), notes };
  }

  async add(
    rootPath: string,
    drafts: readonly VerdictDraft[],
    hold = true,
  ): Promise<{ readonly ids: readonly string[]; readonly notes: readonly ScanNote[] }> {
    try {
      const lines = await this.storeOf(rootPath).add(drafts, hold);
      return { ids: lines.map(({ id }) => id), notes: [] };
    } catch (error) {
      if (error instanceof NoteError) return { ids: [], notes: [error.note] };
      throw error;
    }
  }

  async obstacles(rootPaths: readonly string[]): Promise<readonly ScanNote[]> {
    const all = await Promise.all([...new Set(rootPaths)].map(path => this.storeOf(path).obstacle()));
    return all.filter(each => each !== undefined);
  }

  retract(root: ScanRoot, id: string): Promise<readonly ScanNote[]> {
    return this.retractAll(root.path, [id], 'same-picture');
  }

  async retractAll(rootPath: string, ids: readonly string[], relation: Relation): Promise<readonly ScanNote[]> {
    try {
      await this.storeOf(rootPath).retract(ids, relation);
      return [];
    } catch (error) {
      if (error instanceof NoteError) return [error.note];
      throw error;
    }
  }

  private storeOf(path: string): VerdictStore {
    let store = this.stores.get(path);
    if (!store) {
      store = new VerdictStore(path);
      this.stores.set(path, store);
    }
    return store;
  }
}
