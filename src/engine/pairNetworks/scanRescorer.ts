import { access } from 'node:fs/promises';
import { note, NoteError } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import type { ScanParams } from '../../protocol/engine';
import { hashBytes } from '../../workspace/identity';
import { readModelBytes } from '../model/modelContainer';
import { namedFile } from '../modelScan/namedFile';
import { decodePairModel } from './pairModelFile';
import type { PairModel } from './pairModelFile';

/** Sentences about re-scorers in scans. */
export const rescorerMessages = {
  missing: 'There is no model {0} to judge the pairs again with. Train one, or empty the setting twinlint.rescoreModel.',
  several: 'The folders name different models to judge pairs again with; {0} judges all.',
  untrusted: 'The pairs were not judged again with {0}: this workspace is not trusted.',
} as const;

/** A network that judges a scan's pairs again. */
export interface ScanRescorer {
  readonly path: string;
  /** SHA-256 of the file. */
  readonly hash: string;
  readonly model: PairModel;
}

/** The one of a scan, if it has one, and what to tell about it. */
export interface ChosenRescorer {
  readonly rescorer?: ScanRescorer;
  readonly notes: readonly Note[];
}

/**
 * The network that the roots' settings name, loaded.
 * @param isRequired whether one that can't be used fails the scan with a NoteError, or is told by a note
 */
export async function rescorerFor(params: ScanParams, isRequired: boolean): Promise<ChosenRescorer> {
  const named = namedFile(params, ({ rescoreModel }) => rescoreModel || undefined);
  if (!named) return { notes: [] };
  const { file, isOneOfSeveral } = named;
  if (!params.trusted) return { notes: [note(rescorerMessages.untrusted, file)] };
  const notes = isOneOfSeveral ? [note(rescorerMessages.several, file)] : [];
  try {
    return { rescorer: await load(file), notes };
  } catch (error) {
    if (isRequired || !(error instanceof NoteError)) throw error;
    return { notes: [...notes, error.note] };
  }
}

/** @throws NoteError where the file is missing, damaged, or no model that looks at two pictures at once */
async function load(file: string): Promise<ScanRescorer> {
  try {
    await access(file);
  } catch (error) {
    throw new NoteError(note(rescorerMessages.missing, file), { cause: error });
  }
  const bytes = await readModelBytes(file);
  const hash = hashBytes(bytes);
  return { path: file, hash, model: decodePairModel(bytes, file) };
}
