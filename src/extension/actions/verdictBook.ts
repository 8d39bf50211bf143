import type { ImageRecord } from '../../core/dataset/image';
import { NoteError } from '../../core/dataset/note';
import type { Verdict } from '../../core/verdicts/verdict';
import type { ScanNote, ScanRoot } from '../../protocol/engine';
import { VerdictStore } from '../../workspace/verdicts/verdictStore';
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
    try {
      const [line] = await this.storeOf(root.path).add([{ relation: 'same-picture', verdict: 'different', images: keyed }]);
      return { id: line.id, notes: [] };
    } catch (error) {
      // It holds in this window all the same.
      if (error instanceof NoteError) return { notes: [error.note] };
      throw error;
    }
  }

  async retract(root: ScanRoot, id: string): Promise<readonly ScanNote[]> {
    try {
      await this.storeOf(root.path).retract([id]);
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
