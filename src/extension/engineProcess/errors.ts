import { CancellationError } from 'vscode';
import { EngineCrashedError } from '../../client/engineClient';
import { NoteError } from '../../core/dataset/note';
import type { Translate } from '../../core/l10n';
import { isCancelled, noteOfError } from '../../protocol/engineErrors';

/** Whether an error only says that someone cancelled. */
export const isCancellation = (error: unknown): boolean =>
  error instanceof CancellationError || isCancelled(error) || (error instanceof Error && error.name === 'Canceled');

/** Whether the process ended before it answered; that is told once, by its own message. */
export const isEngineLoss = (error: unknown): boolean => error instanceof EngineCrashedError;

/** Whether it ended so often that only a restart on purpose starts it again. */
export const isGivenUp = (error: unknown): boolean => error instanceof EngineCrashedError && error.crash.givenUp;

/** An error's words, for people; translated where it is one that they can mend. */
export function wordsOf(error: unknown, t: Translate): string {
  const note = error instanceof NoteError ? error.note : noteOfError(error);
  if (note) return t(note.message, ...note.args);
  return error instanceof Error ? error.message : String(error);
}
