import { captionMessages as messages } from '../../../core/checks/captionMessages';
import type { CheckFinding } from '../../../core/checks/checkFinding';
import { checkFindingId } from '../../../core/checks/checkFinding';
import type { CheckFindingKind } from '../../../core/checks/checkKinds';
import { note, NoteError } from '../../../core/dataset/note';
import type { Note } from '../../../core/dataset/note';
import { nameOf } from '../../../core/dataset/paths';
import type { Candidate } from '../../trainingService/listPictures';
import type { CheckContext } from '../checkContext';
import type { CaptionRead } from './readCaptions';
import { CAPTION_ENDINGS, readCaptions, withoutExtension } from './readCaptions';

/** An image with its caption. */
export interface Captioned {
  readonly candidate: Candidate;
  readonly caption: string;
}

/**
 * The images that have a caption, and findings about the others. @throws NoteError where none has one; the signal's reason when aborted
 */
export async function findCaptions(
  candidates: readonly Candidate[],
  { signal, report, onNote }: CheckContext,
): Promise<{ readonly captioned: Captioned[]; readonly findings: CheckFinding[] }> {
  const reads = await readCaptions(
    candidates.map(({ file }) => file),
    signal,
    done => report('list', done / candidates.length),
  );
  const captioned = candidates.flatMap((candidate, i) => {
    const read = reads[i];
    return read.kind === 'caption' ? [{ candidate, caption: read.text }] : [];
  });
  const annotations = reads.flatMap(read => (read.kind === 'annotation' ? [read.file] : []));
  if (annotations.length > 0) onNote(note(messages.annotations, annotations.length, annotations[0]));
  if (captioned.length === 0) throw new NoteError(note(messages.noCaptions));
  const findings = candidates.flatMap(({ file }, i) => {
    const found = problemOf(file.path, reads[i], captioned.length, candidates.length, annotations.length > captioned.length);
    return found ? [{ id: checkFindingId(found.kind, file.path), path: file.path, related: [], ...found }] : [];
  });
  return { captioned, findings };
}

type Problem = { readonly kind: CheckFindingKind; readonly message: Note; readonly score: number };

/** @param areAnnotations most text files are boxes: there an empty one says that there is nothing in the picture */
function problemOf(
  path: string,
  read: CaptionRead,
  captioned: number,
  images: number,
  areAnnotations: boolean,
): Problem | undefined {
  const unreadable = (message: Note): Problem => ({ kind: 'caption-unreadable', message, score: 1 });
  switch (read.kind) {
    case 'absent': {
      const expected = nameOf(withoutExtension(path)) + CAPTION_ENDINGS[0];
      // The fewer images have a caption, the less it is missed.
      return { kind: 'caption-missing', message: note(messages.missing, captioned, images, expected), score: captioned / images };
    }
    case 'empty':
      return areAnnotations ? undefined : { kind: 'caption-missing', message: note(messages.empty, read.file), score: 1 };
    case 'tooLarge':
      return unreadable(note(messages.tooLarge, read.file, Math.round(read.sizeBytes / 1000)));
    case 'binary':
      return unreadable(note(messages.binary, read.file));
    case 'unreadable':
      return unreadable(note(messages.unreadable, read.file, read.reason));
    case 'annotation':
    case 'caption':
      return undefined;
  }
}
