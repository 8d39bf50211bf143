import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { note, NoteError } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import type { ModelInfo, ModelList } from '../../protocol/training';
import { errorCode } from '../../workspace/identity';
import { modelExtension } from '../../workspace/models';
import { readModelFile } from './modelInfo';

type Entry = { readonly info: ModelInfo } | { readonly problem: ModelList['problems'][number] };

interface Known {
  /** Of the file when it was read: what tells that it has changed since. */
  readonly version: string | undefined;
  readonly entry: Entry;
}

/**
 * The models below folders. A model's file is read (a few MB, checked by its hash) only once: the list is asked for after every training
 * and every change of the active model, also where hundreds lie there.
 */
export class ModelShelf {
  readonly #known = new Map<string, ReadonlyMap<string, Known>>();

  /** Newest first. A folder that is not there holds none. Rejects with a {@link NoteError} where it cannot be read. */
  async list(folder: string): Promise<ModelList> {
    const before = this.#known.get(folder);
    const now = new Map<string, Known>();
    for (const name of await modelNames(folder)) {
      const file = path.join(folder, name);
      const version = await versionOf(file);
      const known = before?.get(name);
      now.set(
        name,
        known && version !== undefined && known.version === version ? known : { version, entry: await entryOf(file) },
      );
    }
    this.#known.set(folder, now);
    const models: ModelInfo[] = [];
    const problems: ModelList['problems'][number][] = [];
    const rescorers: ModelList['rescorers'][number][] = [];
    for (const { entry } of now.values()) {
      if ('info' in entry) models.push(entry.info);
      else (entry.problem.note.message === messages.pairModel ? rescorers : problems).push(entry.problem);
    }
    models.sort((a, b) => (a.trainedAt < b.trainedAt ? 1 : a.trainedAt > b.trainedAt ? -1 : 0));
    return { models, problems, rescorers };
  }
}

async function modelNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter(name => name.endsWith(modelExtension)).sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw new NoteError(note(messages.folderUnreadable, folder, errorCode(error)), { cause: error });
  }
}

/** One that is gone by now has none; reading it tells what there is to tell. */
async function versionOf(file: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return undefined;
  }
}

async function entryOf(file: string): Promise<Entry> {
  try {
    return { info: (await readModelFile(file)).info };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    return { problem: { path: file, note: error.note } };
  }
}
