import type { ImageRecord } from '../../core/dataset/image';
import type { Relation, Verdict } from '../../core/verdicts/verdict';
import type { ScanNote, ScanRoot } from '../../protocol/engine';
import type { VerdictDraft } from '../../workspace/verdicts/verdictStore';
import type { RootSpec } from '../scan/rootSpecs';

/** The verdict files of the roots, as the rest of the host uses them. */
export interface VerdictBook {
  /** What holds in each root's files, together. */
  read(roots: readonly RootSpec[]): Promise<{ readonly verdicts: readonly Verdict[]; readonly notes: readonly ScanNote[] }>;
  /** Says that two images are different pictures, in a root's files. `id` is what {@link retract} takes back; absent where it could not be saved. */
  addDifferent(
    root: ScanRoot,
    images: readonly [ImageRecord, ImageRecord],
  ): Promise<{ readonly id?: string; readonly notes: readonly ScanNote[] }>;
  retract(root: ScanRoot, id: string): Promise<readonly ScanNote[]>;
  /**
   * Writes verdicts in one go. `ids` are empty where they could not be saved: they hold in this window all the same, and are saved with
   * the next ones that can be.
   *
   * @param hold False: they are forgotten instead, as the person is asked again.
   */
  add(
    rootPath: string,
    drafts: readonly VerdictDraft[],
    hold?: boolean,
  ): Promise<{ readonly ids: readonly string[]; readonly notes: readonly ScanNote[] }>;
  /** Why the next verdict could not be saved, as far as can be told without writing: one note a root. */
  obstacles(rootPaths: readonly string[]): Promise<readonly ScanNote[]>;
  retractAll(rootPath: string, ids: readonly string[], relation: Relation): Promise<readonly ScanNote[]>;
}

/** One move into the trash, as Undo and Restore know it. */
export interface TrashMove {
  readonly rootPath: string;
  /** Where its files lie; absolute. */
  readonly folder: string;
  /** ISO 8601. */
  readonly time: string;
  /** Below the root, with `/`. */
  readonly paths: readonly string[];
}

export interface Restored {
  /** Where files are back, below the root. */
  readonly paths: readonly string[];
  /** Files whose place is taken; they stay in the trash. */
  readonly conflicts: readonly string[];
  readonly notes: readonly ScanNote[];
}

export interface Trash {
  /** Moves files of one root, after the kept file was found to be there and readable. `move` is absent where nothing was moved. */
  move(
    root: ScanRoot,
    keep: { readonly root: ScanRoot; readonly image: ImageRecord },
    files: readonly ImageRecord[],
  ): Promise<{ readonly move?: TrashMove; readonly notes: readonly ScanNote[] }>;
  /** The same for several kept images with theirs, as one action. */
  moveSets(
    root: ScanRoot,
    sets: readonly {
      readonly keep: { readonly root: ScanRoot; readonly image: ImageRecord };
      readonly files: readonly ImageRecord[];
    }[],
  ): Promise<{ readonly move?: TrashMove; readonly notes: readonly ScanNote[] }>;
  /** Newest first. */
  list(roots: readonly RootSpec[]): Promise<readonly TrashMove[]>;
  /** Puts the files back; never over another file, but under new names where asked to. */
  restore(move: TrashMove, underNewNames?: boolean): Promise<Restored>;
  /** Brings in order what a crash left behind. */
  recover(root: ScanRoot): Promise<readonly ScanNote[]>;
}
