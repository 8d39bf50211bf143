import type { Note } from '../../core/dataset/note';
import type { ScanParams } from '../../protocol/engine';
import { readBoxes } from '../../workspace/labels/readBoxes';
import type { Candidate } from '../trainingService/listPictures';

/**
 * What is judged in roots whose setting `labelUnit` is `boxes`: each box of each image, in order, in place of the image. Rejects with a
 * NoteError where such a root has no boxes, and with the signal's reason.
 */
export async function withBoxes(
  params: ScanParams,
  candidates: readonly Candidate[],
  signal: AbortSignal,
  onNote: (of: Note) => void,
): Promise<readonly Candidate[]> {
  let all = candidates;
  for (const [index, { path, settings }] of params.roots.entries()) {
    if (settings.labelUnit !== 'boxes') continue;
    const images = all.filter(({ file }) => file.root === index).map(({ file }) => file.path);
    if (images.length === 0) continue;
    const { boxes, notes } = await readBoxes(path, settings.labels, images, signal);
    notes.forEach(onNote);
    all = all.flatMap((candidate): readonly Candidate[] => {
      const { file } = candidate;
      if (file.root !== index) return [candidate];
      return (boxes.get(file.path) ?? []).map(box => ({ ...candidate, label: box.label, box }));
    });
  }
  return all;
}
