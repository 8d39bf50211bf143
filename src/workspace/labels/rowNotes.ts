import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';

const mostRowNotes = 20;

/** Notes on broken rows: so many, then one for the rest. */
export class RowNotes {
  private readonly notes: Note[] = [];
  private untold = 0;

  constructor(private readonly file: string) {}

  tell(of: Note): void {
    if (this.notes.length < mostRowNotes) this.notes.push(of);
    else this.untold++;
  }

  all(): readonly Note[] {
    return this.untold === 0 ? this.notes : [...this.notes, note(messages.labelMore, this.file, this.untold)];
  }
}
