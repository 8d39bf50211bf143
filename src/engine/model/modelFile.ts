import * as v from 'valibot';
import { note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import { distanceNames, learnFromNames } from '../../core/training/names';
import { backboneSchema } from '../backbone/backbone';
import { isPairModelHeader } from '../pairNetworks/pairModelHeader';
import { writeWhole } from '../store/writeWhole';
import { ModelFileError, packModel, readModelBytes, readWeights, unpackModel } from './modelContainer';
import type { Network } from './network';
import { createNetwork, modelNetworkNames } from './networks';

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

/** The container's layout: `modelContainer.ts`. */
export function encodeModel(model: Model): Uint8Array {
  const specs = Object.entries(model.network.parameters);
  const header: Header = {
    ...model.description,
    direction: 'smaller-is-more-similar',
    parameters: specs.map(([name, spec]) => ({ name, shape: [...spec.shape] })),
  };
  return packModel(
    header,
    specs.map(([name]) => model.parameters[name]),
  );
}

/** @throws ModelFileError for a foreign, newer or damaged file. */
export function decodeModel(bytes: Uint8Array, name = 'The file'): Model {
  const { header, weights } = unpackModel(bytes, name);
  return assemble(header, weights, name);
}

function assemble(header: unknown, weights: Buffer, name: string): Model {
  if (isPairModelHeader(header)) throw new ModelFileError(note(messages.pairModel, name, header.network));
  const parsed = v.safeParse(headerSchema, header);
  if (!parsed.success) throw new ModelFileError(note(messages.modelHeader, name, parsed.issues[0].message));
  const { parameters: specs, direction: _direction, ...description } = parsed.output;
  const network = createNetwork(description.network, description.input);
  if (network.embeddingSize !== description.embeddingSize) {
    throw new ModelFileError(note(messages.modelForeignWeights, name, network.name));
  }
  return { description, network, parameters: readWeights(specs, weights, network, name) };
}

/** Written beside its place and then renamed, so that there is never half a model. */
export async function saveModel(path: string, model: Model): Promise<void> {
  await writeWhole(path, encodeModel(model));
}

/** @throws ModelFileError, also where the file can't be read. */
export const loadModel = async (path: string): Promise<Model> => decodeModel(await readModelBytes(path), path);
