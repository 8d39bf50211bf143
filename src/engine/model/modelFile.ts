import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import * as v from 'valibot';
import { note, NoteError } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import { distanceNames, learnFromNames } from '../../core/training/names';
import { backboneSchema } from '../backbone/backbone';
import { writeWhole } from '../store/writeWhole';
import { sizeOf } from '../compile/graph';
import type { Network } from './network';
import { createNetwork, modelNetworkNames } from './networks';

/** First bytes of every model file. */
const MAGIC = 'TWINLINT-MODEL\n';
const VERSION = 1;
const HASH_BYTES = 32;
const LARGEST_HEADER = 16 * 1024 * 1024;

const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 24));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const shape = v.pipe(v.array(size), v.maxLength(4));

const headerSchema = v.object({
  /** For people. */
  name: v.pipe(v.string(), v.minLength(1)),
  network: v.picklist(modelNetworkNames),
  /** What the images go through first; then `input` is the shape of its features. */
  backbone: v.optional(backboneSchema),
  /** Height, width, channels. */
  input: v.tuple([size, size, size]),
  embeddingSize: size,
  /** What `similar` means for this model: `same-picture`, `same-class` or a name the user gave. */
  relation: v.pipe(v.string(), v.minLength(1)),
  distance: v.picklist(distanceNames),
  /** Always: every distance is made so. Written for other readers of the file. */
  direction: v.literal('smaller-is-more-similar'),
  /** Pairs at a smaller distance are called similar. */
  threshold: v.number(),
  /** Distances and the probabilities of "similar" that belong to them, both ascending by distance; empty if not calibrated. */
  calibration: v.array(v.object({ distance: v.number(), probability: v.number() })),
  /** How an image becomes the network's input, for other readers of the file. */
  preprocessing: v.string(),
  /** Class names that the model was trained on, if it was trained on classes. */
  labels: v.array(v.string()),
  /** ISO 8601, UTC. */
  trainedAt: v.string(),
  trainedOn: v.object({ images: count, pairs: count, learnFrom: v.array(v.picklist(learnFromNames)) }),
  /** On images that were held back; absent where none were. */
  metrics: v.optional(v.object({ accuracy: v.number(), rocAuc: v.number() })),
  trainingLog: v.array(v.string()),
  /** Of the program that wrote the file. */
  writtenBy: v.string(),
  parameters: v.array(v.object({ name: v.string(), shape })),
});

type Header = v.InferOutput<typeof headerSchema>;
/** What a model file says about itself. */
export type ModelDescription = Omit<Header, 'parameters' | 'direction'>;

export interface Model {
  readonly description: ModelDescription;
  readonly network: Network;
  readonly parameters: Readonly<Record<string, Float32Array>>;
}

/** A file that is no model, or not one that this version reads; the message says which, for the user. */
export class ModelFileError extends NoteError {
  override readonly name = 'ModelFileError';
}

/**
 * Layout: the magic line, version (uint32), length of the header (uint32), the header as JSON, all parameters as float32 one after the
 * other in the header's order, and the SHA-256 of everything before it. Numbers are little-endian. There is no code in it.
 */
export function encodeModel(model: Model): Uint8Array {
  const specs = Object.entries(model.network.parameters);
  const header: Header = {
    ...model.description,
    direction: 'smaller-is-more-similar',
    parameters: specs.map(([name, spec]) => ({ name, shape: [...spec.shape] })),
  };
  const json = Buffer.from(JSON.stringify(header));
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32LE(VERSION, 0);
  numbers.writeUInt32LE(json.length, 4);
  const weights = specs.map(([name]) => {
    const values = model.parameters[name];
    return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  });
  const body = Buffer.concat([Buffer.from(MAGIC), numbers, json, ...weights]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
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

/** @throws ModelFileError for a foreign, newer or damaged file. */
export function decodeModel(bytes: Uint8Array, name = 'The file'): Model {
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
  return assemble(file.toString('utf8', fixed, fixed + headerBytes), file.subarray(fixed + headerBytes, end), name);
}

function parseHeader(json: string, name: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new ModelFileError(note(messages.modelHeader, name, 'no JSON'), { cause: error });
  }
}

function assemble(json: string, weights: Buffer, name: string): Model {
  const parsed = v.safeParse(headerSchema, parseHeader(json, name));
  if (!parsed.success) throw new ModelFileError(note(messages.modelHeader, name, parsed.issues[0].message));
  const { parameters: specs, direction: _direction, ...description } = parsed.output;
  const network = createNetwork(description.network, description.input);
  if (network.embeddingSize !== description.embeddingSize) {
    throw new ModelFileError(note(messages.modelForeignWeights, name, network.name));
  }
  const parameters: Record<string, Float32Array> = {};
  let at = 0;
  for (const spec of specs) {
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
  return { description, network, parameters };
}

/** Written beside its place and then renamed, so that there is never half a model. */
export async function saveModel(path: string, model: Model): Promise<void> {
  await writeWhole(path, encodeModel(model));
}

/** @throws ModelFileError, also where the file can't be read. */
export async function loadModel(path: string): Promise<Model> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new ModelFileError(note(messages.modelUnreadable, path, (error as NodeJS.ErrnoException).code ?? String(error)), {
      cause: error,
    });
  }
  return decodeModel(bytes, path);
}
