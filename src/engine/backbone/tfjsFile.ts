import type { io } from '@tensorflow/tfjs-core';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { note, NoteError } from '../../core/dataset/note';
import { backboneMessages as messages } from '../../core/training/backboneMessages';

const specSchema = v.looseObject({
  name: v.string(),
  shape: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
  dtype: v.picklist(['float32', 'int32', 'bool', 'string', 'complex64']),
  quantization: v.optional(v.looseObject({ dtype: v.picklist(['uint8', 'uint16', 'float16']) })),
});
const manifestSchema = v.array(v.looseObject({ paths: v.array(v.string()), weights: v.array(specSchema) }));
const modelSchema = v.looseObject({
  format: v.nullish(v.string()),
  modelTopology: v.looseObject({}),
  weightsManifest: v.optional(manifestSchema, []),
  signature: v.optional(v.looseObject({})),
});

/** One operation of a graph model. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
}

/** A TensorFlow.js model as it lies on disk, with all of its weights. */
export interface TfjsFile {
  readonly kind: 'tfjs-layers' | 'tfjs-graph';
  readonly artifacts: io.ModelArtifacts;
  /** model.json first, then the weights in the order of its list. */
  readonly files: readonly string[];
  /** Of a graph model; empty otherwise. */
  readonly nodes: readonly GraphNode[];
}

const BYTES = { float32: 4, int32: 4, bool: 1, complex64: 8, uint8: 1, uint16: 2, float16: 2 } as const;

/**
 * Reads model.json and what it lists.
 * @throws NoteError where it is none, lists weights without a network, or weights are missing or of another size.
 */
export async function readTfjsFile(file: string): Promise<TfjsFile> {
  const name = path.basename(file);
  const model = parse(await readFile(file, 'utf8'), name);
  const specs = model.weightsManifest.flatMap(group => group.weights);
  const folder = path.dirname(file);
  const shards = model.weightsManifest.flatMap(group => group.paths).map(shard => path.join(folder, shard));
  const parts = await Promise.all(shards.map(shard => readShard(shard, name)));
  const weights = Buffer.concat(parts);
  const wanted = bytesOf(specs);
  if (wanted !== undefined && wanted !== weights.length) {
    throw new NoteError(note(messages.shardSize, name, weights.length, wanted));
  }
  const { node } = model.modelTopology as { node?: readonly GraphNode[] };
  return {
    kind: model.format === 'graph-model' || node ? 'tfjs-graph' : 'tfjs-layers',
    files: [file, ...shards],
    nodes: node ?? [],
    artifacts: {
      format: model.format ?? undefined,
      modelTopology: model.modelTopology,
      weightSpecs: specs,
      weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length),
      ...(model.signature ? { signature: model.signature } : {}),
    },
  };
}

function parse(json: string, name: string): v.InferOutput<typeof modelSchema> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new NoteError(note(messages.jsonInvalid, name, (error as Error).message), { cause: error });
  }
  if (v.is(manifestSchema, value)) throw new NoteError(note(messages.noTopology, name));
  const parsed = v.safeParse(modelSchema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new NoteError(note(messages.jsonInvalid, name, `${v.getDotPath(issue) ?? ''} ${issue.message}`.trim()));
}

async function readShard(shard: string, name: string): Promise<Buffer> {
  try {
    return await readFile(shard);
  } catch (error) {
    throw new NoteError(note(messages.shardMissing, name, path.basename(shard)), { cause: error });
  }
}

/** Undefined where a list of words is among the weights: their length stands in the data. */
function bytesOf(specs: readonly v.InferOutput<typeof specSchema>[]): number | undefined {
  let bytes = 0;
  for (const { shape, dtype, quantization } of specs) {
    if (dtype === 'string') return undefined;
    bytes += shape.reduce((a, b) => a * b, 1) * BYTES[quantization?.dtype ?? dtype];
  }
  return bytes;
}
