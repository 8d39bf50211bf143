import { analyseFolders } from '../../core/dataset/labels';
import type { ScanNote, ScanParams } from '../../protocol/engine';
import type { ListedFile } from './fileList';

export interface Classes {
  /** One a file. */
  readonly labels: readonly (string | undefined)[];
  readonly splits: readonly (string | undefined)[];
}

/** Label and split of each file, by the rules of its root. */
export const classify = async (
  params: ScanParams,
  files: readonly ListedFile[],
  signal: AbortSignal,
  onNote: (note: ScanNote) => void,
): Promise<Classes> => {
  const labels = new Array<string | undefined>(files.length);
  const splits = new Array<string | undefined>(files.length);
  for (const [index, root] of params.roots.entries()) {
    signal.throwIfAborted();
    const own = files.filter(file => file.root === index).map(file => file.path);
    const analysis = analyseFolders(own, root.settings);
    files.forEach((file, i) => {
      if (file.root !== index) return;
      labels[i] = analysis.labelOf(file.path);
      splits[i] = analysis.splitOf(file.path);
    });
  }
  void onNote;
  return { labels, splits };
};
