import { basename } from 'node:path';
import type { ImageRecord } from '../../core/dataset/image';
import { NoteError } from '../../core/dataset/note';
import { compareBytes } from '../../core/dataset/paths';
import type { ScanSettings } from '../../core/settings/scanSettings';
import type { ScanNote, ScanRoot } from '../../protocol/engine';
import { Journal } from '../../workspace/journal/journal';
import { listTrash, recoverTrash } from '../../workspace/trash/listTrash';
import { moveToTrash, type TrashEntry } from '../../workspace/trash/moveToTrash';
import { restoreFromTrash } from '../../workspace/trash/restore';
import type { RootSpec } from '../scan/rootSpecs';
import type { Restored, Trash, TrashMove } from './ports';

const moveOf = ({ root, folder, time, files }: TrashEntry): TrashMove => ({
  rootPath: root,
  folder,
  time,
  paths: files.map(file => file.path),
});

/** The trash folders of the roots. */
export class WorkspaceTrash implements Trash {
  /** @param settingsOf A root's settings as they are now: the trash may lie elsewhere than it did at the scan. */
  constructor(private readonly settingsOf: (root: RootSpec) => Promise<ScanSettings>) {}

  async move(
    root: ScanRoot,
    keep: { readonly root: ScanRoot; readonly image: ImageRecord },
    files: readonly ImageRecord[],
  ): Promise<{ readonly move?: TrashMove; readonly notes: readonly ScanNote[] }> {
    return this.moveSets(root, [{ keep, files }]);
  }

  async moveSets(
    root: ScanRoot,
    sets: readonly {
      readonly keep: { readonly root: ScanRoot; readonly image: ImageRecord };
      readonly files: readonly ImageRecord[];
    }[],
  ): Promise<{ readonly move?: TrashMove; readonly notes: readonly ScanNote[] }> {
    const [first, ...more] = sets.map(({ keep, files }) => ({
      keep: { root: keep.root.path, path: keep.image.path, content: keep.image.content },
      files: files.map(({ path, content }) => ({ path, content })),
    }));
    try {
      const settings = await this.settingsOf(root);
      const outcome = await moveToTrash({ root: root.path, settings, ...first, ...(more.length > 0 && { more }) });
      const notes = [...outcome.refused.map(each => each.note), ...outcome.notes];
      return { notes, ...(outcome.entry && { move: moveOf(outcome.entry) }) };
    } catch (error) {
      if (error instanceof NoteError) return { notes: [error.note] };
      throw error;
    }
  }

  async list(roots: readonly RootSpec[]): Promise<readonly TrashMove[]> {
    const entries = new Map<string, TrashEntry>();
    for (const root of roots) {
      for (const entry of await listTrash(root.path, await this.settingsOf(root))) entries.set(entry.folder, entry);
    }
    return [...entries.values()].sort((a, b) => compareBytes(b.id, a.id)).map(moveOf);
  }

  /** Through the journal, which also gives back rows of lists; what has no entry there, or is to have a new name, by the trash alone. */
  async restore(move: TrashMove, underNewNames = false): Promise<Restored> {
    try {
      if (!underNewNames) {
        const undone = await this.undo(move);
        if (undone) return undone;
      }
      const { restored, conflicts, notes } = await restoreFromTrash(
        { root: move.rootPath, folder: move.folder },
        underNewNames ? 'rename' : 'report',
      );
      return { paths: restored.map(file => file.path), conflicts, notes };
    } catch (error) {
      if (error instanceof NoteError) return { paths: [], conflicts: [], notes: [error.note] };
      throw error;
    }
  }

  async recover(root: ScanRoot): Promise<readonly ScanNote[]> {
    const settings = await this.settingsOf(root);
    const notes = await new Journal(root.path, settings).recover();
    return [...notes, ...(await recoverTrash(root.path, settings))];
  }

  private async undo(move: TrashMove): Promise<Restored | undefined> {
    const root = { path: move.rootPath, name: basename(move.rootPath), only: [] };
    const journal = new Journal(root.path, await this.settingsOf(root));
    const id = basename(move.folder);
    const item = (await journal.history()).find(each => each.id === id);
    if (!item || (item.state !== 'done' && item.state !== 'partly')) return undefined;
    const { changed, refused } = await journal.undo(id);
    // Files that are in the trash all the same, since their list or their caption could not be set back.
    const left = refused.flatMap(({ step }) => (step.kind === 'move' ? [step.from] : [step.path]));
    return { paths: changed.filter(path => move.paths.includes(path)), conflicts: left, notes: refused.map(each => each.note) };
  }
}
