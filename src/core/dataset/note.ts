import { english } from '../l10n';

/**
 * A clear line for the user about something that is no finding on an image. `message` is English and the l10n key; `args` fill its
 * placeholders. The same shape as the engine protocol's `ScanNote`.
 */
export interface Note {
  readonly message: string;
  readonly args: readonly (string | number)[];
}

export const note = (message: string, ...args: (string | number)[]): Note => ({ message, args });

/** The note in English, for the command line and logs. */
export const noteText = (of: Note): string => english(of.message, ...of.args);

/** An error the user can do something about. `message` is English; the editor translates `note`. */
export class NoteError extends Error {
  constructor(
    readonly note: Note,
    options?: ErrorOptions,
  ) {
    super(noteText(note), options);
    this.name = 'NoteError';
  }
}
