import * as tf from '@tensorflow/tfjs-core';
import path from 'node:path';
import { note, NoteError } from '../../core/dataset/note';
import { backboneMessages as messages } from '../../core/training/backboneMessages';
import type { BackboneOptions } from '../../core/training/backboneOptions';
import type { Program } from '../compile/program';
import { recordingBackend } from '../compile/recorder';
import { RECORDER_NAME } from '../compile/recordingBackend';
import type { Shape3 } from '../model/layers/layer';
import type { Executable, Runtime } from '../runtime/runtime';
import type { Backbone, BackboneDescription } from './backbone';
import { hashFiles } from './fileHash';
import { openGraph } from './graphEncoder';
import { openLayers } from './layersEncoder';
import { imageSize } from './imageSize';
import { featureLayout } from './pooling';
import { PREPROCESSINGS } from './preprocessing';
import type { TfjsEncoder } from './tfjsEncoder';
import { readTfjsFile } from './tfjsFile';

const IO = { images: 'images', features: 'features' } as const;

/**
 * A TensorFlow.js network goes through the same compiler as Twinlint's own: preprocessing, network and pooling become one ONNX graph
 * with the weights in it (on a TensorFlow.js runtime it runs as it is).
 * @throws NoteError where the files are no encoder of images, or use what can't be compiled; the sentence says what is in the way.
 */
export async function openTfjsBackbone(file: string, options: BackboneOptions, runtime: Runtime): Promise<Backbone> {
  const name = path.basename(path.dirname(path.resolve(file))) + '/' + path.basename(file);
  const read = await readTfjsFile(file);
  const encoder = await onBackend(runtime, () => (read.kind === 'tfjs-graph' ? openGraph : openLayers)(read, options, name));
  try {
    const input = imageShape(encoder, options, name);
    const preprocessing = options.preprocessing ?? encoder.preprocessing;
    const draft = { output: encoder.output, preprocessing, pooling: options.pooling ?? 'mean' };
    const made = await compile(encoder, input, draft, runtime, name);
    const hash = await hashFiles(read.files);
    const description = { ...draft, pooling: made.pooling, kind: read.kind, path: path.resolve(file), hash, input };
    return new TfjsBackbone(made.executable, made.batch, { ...description, featureSize: made.featureSize });
  } finally {
    // The compiled graph holds the weights; the tensors would keep a second copy.
    if (!(runtime.name in EAGER_BACKENDS)) encoder.dispose();
  }
}

/** Runtimes that run TensorFlow.js itself, and its name for what runs there. */
const EAGER_BACKENDS: Partial<Record<Runtime['name'], string>> = { 'tfjs-cpu': 'cpu', 'tfjs-node': 'tensorflow' };

/**
 * TensorFlow.js creates weights on its current backend: on the recording one they become constants of a graph, and no other backend
 * has to be there.
 */
async function onBackend<T>(runtime: Runtime, steps: () => Promise<T>): Promise<T> {
  recordingBackend();
  const before = tf.engine().backendName as string | undefined;
  void tf.setBackend(EAGER_BACKENDS[runtime.name] ?? RECORDER_NAME);
  try {
    return await steps();
  } finally {
    if (before && before !== RECORDER_NAME) void tf.setBackend(before);
  }
}

function imageShape(encoder: TfjsEncoder, { size }: BackboneOptions, name: string): [number, number, number] {
  const shape = encoder.inputShape;
  const shown = shape.map(d => (d === null || d < 0 ? '?' : d)).join(', ');
  if (shape.length !== 4) throw new NoteError(note(messages.inputRank, name, encoder.inputName, shown));
  const [height, width, channels] = shape.slice(1).map(d => (d === null || d < 1 ? undefined : d));
  if (channels !== 1 && channels !== 3) throw new NoteError(note(messages.inputChannels, name, encoder.inputName, shown));
  return [...imageSize(height ?? 0, width ?? 0, size, name), channels];
}

type Use = Pick<BackboneDescription, 'output' | 'preprocessing' | 'pooling'>;
interface Made {
  readonly executable: Executable;
  /** 0: any. */
  readonly batch: number;
  readonly pooling: BackboneDescription['pooling'];
  readonly featureSize: number;
}

/** With a free batch, or, where the network holds a shape with the batch in it, one image at a time. */
async function compile(encoder: TfjsEncoder, input: Shape3, use: Use, runtime: Runtime, name: string): Promise<Made> {
  let seen: tf.Tensor['shape'] = [];
  const program = (freeBatch: boolean): Program => ({
    name: `backbone ${name}`,
    state: {},
    inputs: { [IO.images]: { shape: [1, ...input] } },
    freeBatch,
    compute: (_state, { images }) => {
      const raw = encoder.run(preprocess(images as tf.Tensor4D, use));
      seen = raw.shape;
      if (!featureLayout(raw.shape.slice(1), false)) {
        throw new NoteError(note(messages.outputRank, name, use.output, raw.shape.join(', ')));
      }
      return { state: {}, outputs: { [IO.features]: pooled(raw, use) } };
    },
  });
  let [executable, batch]: [Executable | undefined, number] = [undefined, 0];
  try {
    executable = await runtime.load(program(true));
  } catch (error) {
    if (error instanceof NoteError || missingOperation(error) !== undefined) throw explain(error, name);
    batch = 1;
  }
  try {
    executable ??= await runtime.load(program(false));
    const size = input[0] * input[1] * input[2];
    const { [IO.features]: features } = await executable.run({ [IO.images]: new Float32Array(size).fill(0.5) });
    const layout = featureLayout(seen.slice(1), false)!;
    return { executable, batch, featureSize: features.length, pooling: layout.places === 1 ? 'none' : use.pooling };
  } catch (error) {
    await executable?.dispose();
    throw explain(error, name);
  }
}

const missingOperation = (error: unknown): string | undefined =>
  error instanceof Error
    ? (/operation "(\w+)"/.exec(error.message) ??
        /[Kk]ernel '(\w+)'/.exec(error.message) ??
        /type '(\w+)' is not/.exec(error.message))?.[1]
    : undefined;

function explain(error: unknown, name: string): unknown {
  if (error instanceof NoteError) return error;
  const operation = missingOperation(error);
  if (operation !== undefined) return new NoteError(note(messages.operation, name, operation), { cause: error });
  return new NoteError(note(messages.layersRefused, name, (error as Error).message.split('\n')[0]), { cause: error });
}

function preprocess(images: tf.Tensor4D, { preprocessing }: Use): tf.Tensor4D {
  if (preprocessing === 'unit') return images;
  const { scale, shift } = PREPROCESSINGS[preprocessing];
  const perChannel = (numbers: readonly number[]): tf.Tensor4D => {
    const own = numbers.slice(0, images.shape[3]);
    return tf.tensor4d([...own], [1, 1, 1, own.length], 'float32');
  };
  return tf.add(tf.mul(images, perChannel(scale)), perChannel(shift));
}

function pooled(raw: tf.Tensor, { pooling }: Use): tf.Tensor2D {
  const size = raw.shape[raw.rank - 1];
  if (raw.rank === 2) return raw as tf.Tensor2D;
  if (raw.shape.slice(1, -1).every(d => d === 1)) return tf.reshape(raw, [raw.shape[0], size]);
  if (pooling === 'mean') return tf.mean(raw, raw.rank === 3 ? [1] : [1, 2]);
  const begin = raw.shape.map(() => 0);
  const first = tf.slice(raw, begin, [raw.shape[0], ...raw.shape.slice(1, -1).map(() => 1), size]);
  return tf.reshape(first, [raw.shape[0], size]);
}

class TfjsBackbone implements Backbone {
  readonly input: Shape3;
  readonly featureSize: number;

  constructor(
    private readonly executable: Executable,
    private readonly batch: number,
    readonly description: BackboneDescription,
  ) {
    this.input = description.input;
    this.featureSize = description.featureSize;
  }

  async embed(pixels: Float32Array, count: number): Promise<Float32Array> {
    if (this.batch === 0) return this.#run(pixels);
    const size = pixels.length / count;
    const features = new Float32Array(count * this.featureSize);
    for (let i = 0; i < count; i++) {
      features.set(await this.#run(pixels.subarray(i * size, (i + 1) * size)), i * this.featureSize);
    }
    return features;
  }

  async #run(pixels: Float32Array): Promise<Float32Array> {
    return (await this.executable.run({ [IO.images]: pixels }))[IO.features] as Float32Array;
  }

  dispose(): Promise<void> {
    return this.executable.dispose();
  }
}
