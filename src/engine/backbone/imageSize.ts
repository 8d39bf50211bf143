import { note, NoteError } from '../../core/dataset/note';
import { backboneMessages as messages } from '../../core/training/backboneMessages';

/** Where a network takes images of any size. */
const USUAL_SIZE = 224;

/**
 * Height and width of the images that a backbone gets: its own, or where it leaves them open (0) the size asked for.
 * @throws NoteError where another size is asked for than the only one there is
 */
export function imageSize(height: number, width: number, asked: number | undefined, name: string): [number, number] {
  const own = height || width;
  if (asked !== undefined && own !== 0 && own !== asked) {
    throw new NoteError(note(messages.sizeFixed, name, `${width || asked}×${height || asked}`, asked));
  }
  const open = asked ?? (own || USUAL_SIZE);
  return [height || open, width || open];
}
