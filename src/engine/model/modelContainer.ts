import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { note, NoteError } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import { sizeOf } from '../compile/graph';
import type { ParameterSpec } from './layers/layer';

/** First bytes of every model file. */
const MAGIC = 'TWINLINT-MODEL\n';
const VERSION = 1;
const HASH_BYTES = 32;
const LARGEST_HEADER = 16 * 1024 * 1024;

/** A file that is no model, or not one that this version reads; the message says which, for the user. */
export class ModelFileError extends NoteError {
  override readonly name = 'ModelFileError';
}

/** How a header lists the weights that follow it. */
export interface StoredParameter {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Layout: the magic line, version (uint32), length of the header (uint32), the header as JSON, all parameters as float32 one after the
 * other in the header's order, and the SHA-256 of everything before it. Numbers are little-endian. There is no code in it.
 */
export function packModel(header: object, weights: readonly Float32Array[]): Uint8Array {
  const json = Buffer.from(JSON.stringify(header));
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32LE(VERSION, 0);
  numbers.writeUInt32LE(json.length, 4);
  const values = weights.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength));
  const body = Buffer.concat([Buffer.from(MAGIC), numbers, json, ...values]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

/** @throws ModelFileError for a foreign, newer or damaged file; what stands in the header is for the caller to check. */
export function unpackModel(bytes: Uint8Array, name: string): { readonly header: unknown; readonly weights: Buffer } {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fixed = MAGIC.length + 8;
  if (file.length < fixed || file.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new ModelFileError(note(messages.notAModel, name));
  }
  const version = file.readUInt32LE(MAGIC.length);
  if (version > VERSION) {
    throw new ModelFileError(note(messages.modelNewer, name, version, VERSION));
  }
  const damaged = new ModelFileError(note(messages.modelDamaged, name));
  const headerBytes = file.readUInt32LE(MAGIC.length + 4);
  const end = file.length - HASH_BYTES;
  if (headerBytes > LARGEST_HEADER || fixed + headerBytes > end) throw damaged;
  const expected = createHash('sha256').update(file.subarray(0, end)).digest();
  if (!expected.equals(file.subarray(end))) throw damaged;
  const json = file.toString('utf8', fixed, fixed + headerBytes);
  return { header: parseHeader(json, name), weights: file.subarray(fixed + headerBytes, end) };
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
  stored: readonly StoredParameter[],
  weights: Buffer,
  network: { readonly name: string; readonly parameters: Readonly<Record<string, ParameterSpec>> },
  name: string,
): Record<string, Float32Array> {
  const parameters: Record<string, Float32Array> = {};
  let at = 0;
  for (const spec of stored) {
    const size = sizeOf(spec.shape);
    if (network.parameters[spec.name]?.shape.join() !== spec.shape.join() || at + size * 4 > weights.length) {
      throw new ModelFileError(note(messages.modelForeignWeights, name, network.name));
    }
    // A copy: the file's bytes need not lie at a multiple of four.
    parameters[spec.name] = new Float32Array(Uint8Array.from(weights.subarray(at, at + size * 4)).buffer);
    at += size * 4;
  }
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
