import { checkMessages } from '../../core/checks/checkMessages';
import { note, NoteError } from '../../core/dataset/note';
import type { ScanRoot } from '../../protocol/engine';
import { orAborted } from '../session/abort';
import { listRoot, sameFileOf } from '../session/fileList';
import type { Candidate } from '../trainingService/listPictures';
import type { CheckContext } from './checkContext';

/** The images below a root, in path order; other names of one file are left out. @throws NoteError where there are none */
export async function listImages(root: ScanRoot, { signal, report, onNote }: CheckContext): Promise<Candidate[]> {
  report('list', 0);
  const files = await orAborted(
    listRoot(root, 0, root.only, signal, onNote, () => report('list', 0)),
    signal,
  );
  if (files.length === 0) throw new NoteError(note(checkMessages.noImages));
  const standIn = sameFileOf(files);
  return files.flatMap((file, i) => (standIn[i] === i ? [{ file }] : []));
}
