import path from 'node:path';
import { NoteError, note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { backboneMessages as messages } from '../../core/training/backboneMessages';
import type { TrainParams } from '../../protocol/training';
import type { Backbone, BackboneDescription } from '../backbone/backbone';
import type * as Opening from '../backbone/openBackbone';
import type { Model } from '../model/modelFile';
import type { Shape3 } from '../model/layers/layer';
import { chooseRuntime } from '../runtime/chooseRuntime';
import type { RuntimeFactories } from '../runtime/chooseRuntime';
import type { Runtime } from '../runtime/runtime';
import { Breather } from '../../workspace/breathe';
import { ByteImages } from '../training/images';
import type { ImageSource } from '../training/images';
import { preprocessingOf } from '../training/trainModel';
import type { LearningTask } from './learningTask';
import type { PictureRead, PictureReader, PicturesRead, ReadPicturesInput } from './readPictures';

/** Pixels that are held at a time. */
const CHUNK_BYTES = 64 * 1024 * 1024;
/** Numbers in one run, so that it stays short and can be interrupted. */
const RUN_NUMBERS = 300_000;

/** A backbone's features in place of images: a head learns from them as a network does from pixels. */
export class FeatureImages implements ImageSource {
  readonly count: number;
  readonly shape: Shape3;

  constructor(
    private readonly features: Float32Array,
    size: number,
  ) {
    this.shape = [1, 1, size];
    this.count = features.length / size;
  }

  read(index: number, into: Float32Array, offset: number): void {
    const size = this.shape[2];
    into.set(this.features.subarray(index * size, (index + 1) * size), offset);
  }
}

/** An open backbone, and what runs it. */
export interface OpenBackbone {
  readonly backbone: Backbone;
  dispose(): Promise<void>;
}

/** Backbones and their readers are large: loaded only once somebody has one. */
const opening = (): Promise<typeof Opening> => import('../backbone/openBackbone');

async function openWith(
  open: (runtime: Runtime) => Promise<Backbone>,
  threads: number,
  runtimes?: RuntimeFactories,
): Promise<OpenBackbone> {
  const { runtime } = await chooseRuntime('auto', threads, undefined, runtimes);
  try {
    const backbone = await open(runtime);
    return {
      backbone,
      dispose: async () => {
        await backbone.dispose();
        await runtime.dispose();
      },
    };
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}

/** @throws NoteError for a file that is no backbone, and for a training that cannot have one. */
export async function backboneOf(
  params: Pick<TrainParams, 'backbone' | 'backboneOptions' | 'network'>,
  task: Pick<LearningTask, 'learnFrom' | 'alterations'>,
  threads: number,
  onNote: (of: Note) => void,
  runtimes?: RuntimeFactories,
): Promise<OpenBackbone | undefined> {
  const { backbone: file, network } = params;
  if (file === undefined) return undefined;
  if (network !== undefined) throw new NoteError(note(messages.ownNetwork, network));
  if (task.learnFrom.includes('views') || task.alterations.length > 0) throw new NoteError(note(messages.noViews));
  const { openBackbone } = await opening();
  const opened = await openWith(runtime => openBackbone(file, runtime, params.backboneOptions), threads, runtimes);
  const { featureSize, output, input, preprocessing } = opened.backbone.description;
  onNote(note(messages.chosen, path.basename(file), featureSize, output, `${input[1]}×${input[0]}`, preprocessing));
  return opened;
}

/**
 * The backbone of a model; undefined where it has none.
 * @throws NoteError where it is gone or another one
 */
export async function backboneOfModel(
  { description }: Pick<Model, 'description'>,
  modelPath: string,
  threads: number,
): Promise<OpenBackbone | undefined> {
  const known = description.backbone;
  if (!known) return undefined;
  const { reopenBackbone } = await opening();
  return openWith(runtime => reopenBackbone(known, runtime, modelPath), threads);
}

/** The model, with a note of which backbone it sits on. */
export function onBackbone(model: Model, known: BackboneDescription, modelPath: string): Model {
  const relative = path.relative(path.dirname(modelPath), known.path);
  return {
    ...model,
    description: {
      ...model.description,
      // On another drive of Windows there is no such way.
      backbone: { ...known, ...(!path.isAbsolute(relative) && { relativePath: relative.split(path.sep).join('/') }) },
      preprocessing: `${preprocessingOf(known.input)}, "${known.preprocessing}", features "${known.output}" of the backbone ${known.hash}`,
    },
  };
}

/**
 * Reads pictures and keeps the backbone's features of them, a part of the pictures at a time.
 * @throws NoteError where the features are of no use
 */
export async function readFeatures(
  reader: PictureReader,
  backbone: Backbone,
  input: Omit<ReadPicturesInput, 'shape'>,
): Promise<PicturesRead & { readonly images: ImageSource }> {
  const { candidates, signal } = input;
  const shape = backbone.input;
  const size = shape[0] * shape[1] * shape[2];
  const perChunk = Math.max(1, Math.floor(CHUNK_BYTES / size));
  const features = new Float32Array(candidates.length * backbone.featureSize);
  const reads: PictureRead[] = [];
  for (let start = 0; start < candidates.length; start += perChunk) {
    const part = candidates.slice(start, start + perChunk);
    // Half of the time for each, by guess.
    const progress = (done: number): void => input.onProgress(start + done / 2, candidates.length);
    const read = await reader.readAll({ ...input, candidates: part, shape, onProgress: progress });
    reads.push(...read.reads);
    const told = (done: number): void => input.onProgress(start + (part.length + done) / 2, candidates.length);
    const made = await featuresOf(backbone, new ByteImages(read.bytes, shape), signal, told);
    features.set(made, start * backbone.featureSize);
  }
  const readable = reads.flatMap(({ content }, i) => (content === '' ? [] : [i]));
  checkFeatures(features, backbone, readable, reads);
  return { bytes: new Uint8Array(0), reads, images: new FeatureImages(features, backbone.featureSize) };
}

async function featuresOf(
  backbone: Backbone,
  images: ImageSource,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<Float32Array> {
  const size = images.shape[0] * images.shape[1] * images.shape[2];
  const perRun = Math.max(1, Math.floor(RUN_NUMBERS / size));
  const features = new Float32Array(images.count * backbone.featureSize);
  const breather = new Breather();
  for (let start = 0; start < images.count; start += perRun) {
    await breather.breathe();
    signal.throwIfAborted();
    const count = Math.min(perRun, images.count - start);
    const pixels = new Float32Array(count * size);
    for (let k = 0; k < count; k++) images.read(start + k, pixels, k * size);
    features.set(await backbone.embed(pixels, count), start * backbone.featureSize);
    onProgress(start + count);
  }
  return features;
}

function checkFeatures(
  features: Float32Array,
  { description, featureSize }: Backbone,
  readable: readonly number[],
  reads: readonly PictureRead[],
): void {
  const name = path.basename(description.path);
  const row = (i: number): Float32Array => features.subarray(i * featureSize, (i + 1) * featureSize);
  if (readable.some(i => !row(i).every(Number.isFinite))) throw new NoteError(note(messages.notFinite, name));
  if (new Set(readable.map(i => reads[i].content)).size < 2) return;
  const first = row(readable[0]);
  if (readable.every(i => row(i).every((value, k) => value === first[k]))) {
    throw new NoteError(note(messages.constantFeatures, name));
  }
}
