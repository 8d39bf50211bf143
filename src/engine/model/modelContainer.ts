import { open, readFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { note, NoteError } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import type { BlockSpec } from '../store/sealedFile';
import { blocksOf, seal, unseal } from '../store/sealedFile';
import type { ParameterSpec } from './layers/layer';

/** First bytes of every model file. */
const MAGIC = 'TWINLINT-MODEL\n';
const VERSION = 1;

/** A file that is no model, or not one that this version reads; the message says which, for the user. */
export class ModelFileError extends NoteError {
  override readonly name = 'ModelFileError';
}

/** The layout is that of sealedFile.ts: the header, then all parameters in the header's order. There is no code in it. */
export const packModel = (header: object, weights: readonly Float32Array[]): Uint8Array => seal(MAGIC, VERSION, header, weights);

/** @throws ModelFileError for a foreign, newer or damaged file; what stands in the header is for the caller to check. */
export function unpackModel(bytes: Uint8Array, name: string): { readonly header: unknown; readonly weights: Buffer } {
  const found = unseal(MAGIC, VERSION, bytes);
  switch (found.kind) {
    case 'foreign':
      throw new ModelFileError(note(messages.notAModel, name));
    case 'newer':
      throw new ModelFileError(note(messages.modelNewer, name, found.version, VERSION));
    case 'damaged':
      throw new ModelFileError(note(messages.modelDamaged, name));
    case 'sealed':
      return { header: parseHeader(found.header, name), weights: found.numbers };
  }
}

function parseHeader(json: string, name: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new ModelFileError(note(messages.modelHeader, name, 'no JSON'), { cause: error });
  }
}

/** The weights of a network, in the order that the header lists them. @throws ModelFileError where they are another network's, or lack some */
export function readWeights(
  stored: readonly BlockSpec[],
  weights: Buffer,
  network: { readonly name: string; readonly parameters: Readonly<Record<string, ParameterSpec>> },
  name: string,
): Record<string, Float32Array> {
  const blocks = blocksOf(stored, weights);
  if (!blocks || stored.some(spec => network.parameters[spec.name]?.shape.join() !== spec.shape.join())) {
    throw new ModelFileError(note(messages.modelForeignWeights, name, network.name));
  }
  const parameters = Object.fromEntries(blocks);
  const missing = Object.keys(network.parameters).find(key => !parameters[key]);
  if (missing) throw new ModelFileError(note(messages.modelLacksWeights, name, missing));
  return parameters;
}

/** Whether a file that is there begins as a model does; undefined where there is none. */
export async function isModelFile(path: string): Promise<boolean | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    return buffer.toString('latin1', 0, bytesRead) === MAGIC;
  } finally {
    await handle.close();
  }
}

/** @throws ModelFileError where the file can't be read */
export async function readModelBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new ModelFileError(note(messages.modelUnreadable, path, (error as NodeJS.ErrnoException).code ?? String(error)), {
      cause: error,
    });
  }
}
