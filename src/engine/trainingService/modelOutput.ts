import { access, constants, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { note, noteText, NoteError } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import type { Model } from '../model/modelFile';
import { isModelFile } from '../model/modelContainer';
import { saveModel } from '../model/modelFile';

/** Before any time is spent. @throws NoteError where no model can be written, or where something else stands */
export async function checkWritable(outPath: string): Promise<void> {
  let isFree: boolean;
  try {
    await mkdir(path.dirname(outPath), { recursive: true });
    await access(path.dirname(outPath), constants.W_OK);
    isFree = (await isModelFile(outPath)) ?? true;
  } catch (error) {
    throw cannotWrite(outPath, error);
  }
  if (!isFree) throw new NoteError(note(messages.outTaken, outPath));
}

/** Writes the model, with the notes in its log. @throws NoteError where it can't be written */
export async function writeModel(outPath: string, model: Model, notes: readonly Note[]): Promise<void> {
  const trainingLog = [...model.description.trainingLog, ...notes.map(noteText)];
  try {
    // A folder that was removed while it trained is not made anew.
    await access(path.dirname(outPath));
    await saveModel(outPath, { ...model, description: { ...model.description, trainingLog } });
  } catch (error) {
    throw cannotWrite(outPath, error);
  }
}

const cannotWrite = (outPath: string, error: unknown): NoteError =>
  new NoteError(note(messages.cannotWrite, outPath, (error as NodeJS.ErrnoException).code ?? String(error)), { cause: error });
