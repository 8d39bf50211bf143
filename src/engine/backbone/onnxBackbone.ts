import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type * as Ort from 'onnxruntime-common';
import { note, NoteError } from '../../core/dataset/note';
import { backboneMessages as messages } from '../../core/training/backboneMessages';
import type { BackboneOptions, InputRangeName } from '../../core/training/backboneOptions';
import type { Shape3 } from '../model/layers/layer';
import { OrtRuntime } from '../runtime/ortRuntime';
import type { Runtime } from '../runtime/runtime';
import type { Backbone, BackboneDescription } from './backbone';
import { featureSource } from './classifierHead';
import { hashFiles } from './fileHash';
import { imageSize } from './imageSize';
import type { OnnxOutline } from './onnxFile';
import { NoOnnxError, readOnnxOutline, withOutput } from './onnxFile';
import type { FeatureLayout } from './pooling';
import { featureLayout, pool } from './pooling';
import { PREPROCESSINGS } from './preprocessing';

/** Names of outputs that hold features, best first. */
const FEATURE_NAMES = [/image_?embed/i, /pooler|pooled/i, /embed/i, /feature/i, /last_hidden/i];

/** What the input's declaration says. */
interface ImageInput {
  readonly name: string;
  readonly shape: Shape3;
  readonly isChannelsFirst: boolean;
  readonly isBytes: boolean;
  /** 0: any. */
  readonly batch: number;
}

/** @throws NoteError where the file is no encoder of images; the sentence says what is in the way. */
export async function openOnnxBackbone(file: string, options: BackboneOptions, runtime: Runtime): Promise<Backbone> {
  if (!(runtime instanceof OrtRuntime)) throw new NoteError(note(messages.onnxRuntimeNeeded, runtime.name));
  const name = path.basename(file);
  const [bytes, hash] = await Promise.all([readFile(file), hashFiles([file])]);
  const outline = outlineOf(bytes, name);
  const open = (model: string | Uint8Array): Promise<Ort.InferenceSession> => createSession(runtime, model, name);
  let session: Ort.InferenceSession | undefined = await open(outline.hasExternalData ? file : bytes);
  try {
    const declared = session.outputNames;
    const output = chooseOutput(session, outline, options, name);
    const input = imageInput(session, options, name);
    if (!declared.includes(output)) {
      if (outline.hasExternalData) throw new NoteError(note(messages.externalData, name, output, declared.join(', ')));
      await session.release();
      session = undefined;
      session = await open(withOutput(bytes, output));
    }
    if (input.isBytes && (options.preprocessing ?? 'bytes') !== 'bytes') {
      throw new NoteError(note(messages.onlyBytes, name, options.preprocessing!));
    }
    const preprocessing = options.preprocessing ?? (input.isBytes ? 'bytes' : guessPreprocessing(outline, input, name));
    const draft = { kind: 'onnx' as const, path: path.resolve(file), hash, input: [...input.shape] as [number, number, number] };
    const runner = new OnnxRunner(runtime, session, input, output, preprocessing, name);
    const { layout, pooling } = await runner.tryOut(options.pooling);
    return new OnnxBackbone(runner, layout, { ...draft, preprocessing, output, pooling, featureSize: layout.size });
  } catch (error) {
    await session?.release();
    throw error;
  }
}

function outlineOf(bytes: Uint8Array, name: string): OnnxOutline {
  try {
    return readOnnxOutline(bytes);
  } catch (error) {
    if (error instanceof NoOnnxError) throw new NoteError(note(messages.unknownFile, name), { cause: error });
    throw error;
  }
}

async function createSession(runtime: OrtRuntime, model: string | Uint8Array, name: string): Promise<Ort.InferenceSession> {
  try {
    return await runtime.openSession(model);
  } catch (error) {
    throw new NoteError(note(messages.onnxRefused, name, (error as Error).message.split('\n')[0]), { cause: error });
  }
}

function imageInput(session: Ort.InferenceSession, { size }: BackboneOptions, name: string): ImageInput {
  if (session.inputMetadata.length !== 1) {
    throw new NoteError(note(messages.severalInputs, name, session.inputNames.map(n => `"${n}"`).join(', ')));
  }
  const [meta] = session.inputMetadata;
  if (!meta.isTensor || (meta.type !== 'float32' && meta.type !== 'uint8')) {
    throw new NoteError(note(messages.inputType, name, meta.name, meta.isTensor ? meta.type : '?'));
  }
  const shown = meta.shape.join(', ');
  if (meta.shape.length !== 4) throw new NoteError(note(messages.inputRank, name, meta.name, shown));
  const dims = meta.shape.map(d => (typeof d === 'number' && d > 0 ? d : 0));
  const isColour = (d: number): boolean => d === 1 || d === 3;
  // A first convolution with every size left open still is as PyTorch has it, more often than not.
  const isOpen = dims.slice(1).every(d => d === 0);
  const isChannelsFirst = isColour(dims[1]) || isOpen;
  if (!isChannelsFirst && !isColour(dims[3])) throw new NoteError(note(messages.inputChannels, name, meta.name, shown));
  const [height, width] = isChannelsFirst ? [dims[2], dims[3]] : [dims[1], dims[2]];
  const channels = isOpen ? 3 : isChannelsFirst ? dims[1] : dims[3];
  const isBytes = meta.type === 'uint8';
  return {
    name: meta.name,
    shape: [...imageSize(height, width, size, name), channels],
    isChannelsFirst,
    isBytes,
    batch: dims[0],
  };
}

function chooseOutput(session: Ort.InferenceSession, outline: OnnxOutline, { output }: BackboneOptions, name: string): string {
  const inner = new Map(outline.nodes.flatMap(node => node.outputs.map(o => [o, node] as const)));
  if (output !== undefined) {
    if (session.outputNames.includes(output) || inner.has(output)) return output;
    throw new NoteError(note(messages.noSuchOutput, name, output, session.outputNames.join(', ')));
  }
  const named = FEATURE_NAMES.map(pattern => session.outputNames.find(o => pattern.test(o))).find(o => o !== undefined);
  if (named !== undefined) return named;
  const [first] = session.outputMetadata;
  const last = first.isTensor ? first.shape.at(-1) : undefined;
  const source = featureSource(first.name, typeof last === 'number' ? last : undefined, tensor => {
    const node = inner.get(tensor);
    const given = node?.inputs.filter(i => i !== '' && !outline.constants.has(i)) ?? [];
    // A reshape's second input is its shape, computed or not.
    return node && { op: node.op, from: given.length === 1 || node.op === 'Reshape' ? given[0] : undefined };
  });
  return outline.hasExternalData && !session.outputNames.includes(source) ? first.name : source;
}

/** By what wrote the file: PyTorch's networks mostly got ImageNet's mean and deviation, TensorFlow's −1…1. */
function guessPreprocessing({ producer }: OnnxOutline, { shape, isChannelsFirst }: ImageInput, name: string): InputRangeName {
  if (shape[2] === 1) return 'unit';
  if (/clip/i.test(name)) return 'clip';
  if (/torch/i.test(producer)) return 'imagenet';
  if (/tf2onnx|keras/i.test(producer)) return 'signed';
  return isChannelsFirst ? 'imagenet' : 'signed';
}

/** Runs the session on images as Twinlint has them. */
class OnnxRunner {
  constructor(
    private readonly runtime: OrtRuntime,
    private readonly session: Ort.InferenceSession,
    readonly input: ImageInput,
    private readonly output: string,
    private readonly preprocessing: InputRangeName,
    private readonly name: string,
  ) {}

  /** Runs two images, or one where the batch is fixed, to learn what comes out. */
  async tryOut(wanted: BackboneOptions['pooling']): Promise<{ layout: FeatureLayout; pooling: BackboneDescription['pooling'] }> {
    const { shape, batch, isChannelsFirst } = this.input;
    const count = batch || 2;
    const { dims } = await this.run(new Float32Array(count * shape[0] * shape[1] * shape[2]).fill(0.5), count);
    if (dims[0] !== count) throw new NoteError(note(messages.outputBatch, this.name, dims.join(', '), count));
    const layout = featureLayout(dims.slice(1), isChannelsFirst);
    if (!layout) throw new NoteError(note(messages.outputRank, this.name, this.output, dims.join(', ')));
    // A transformer's tokens: one for the whole image, then one for each of equally many rows and columns.
    const isTokens = dims.length === 3 && Number.isInteger(Math.sqrt(layout.places - 1)) && layout.places > 2;
    return { layout, pooling: layout.places === 1 ? 'none' : (wanted ?? (isTokens ? 'first' : 'mean')) };
  }

  async run(pixels: Float32Array, count: number): Promise<{ dims: readonly number[]; values: Float32Array }> {
    const { shape, isChannelsFirst, isBytes, name } = this.input;
    const [height, width, channels] = shape;
    const numbers = arrange(pixels, count, shape, isChannelsFirst, this.preprocessing);
    const dims = isChannelsFirst ? [count, channels, height, width] : [count, height, width, channels];
    const data = isBytes ? Uint8Array.from(numbers, v => Math.round(v)) : numbers;
    let results: Ort.InferenceSession.OnnxValueMapType;
    try {
      results = await this.session.run({ [name]: this.runtime.tensor(data, dims) }, [this.output]);
    } catch (error) {
      throw new NoteError(note(messages.onnxRefused, this.name, (error as Error).message.split('\n')[0]), { cause: error });
    }
    const result = results[this.output];
    if (result.type !== 'float32') throw new NoteError(note(messages.outputType, this.name, this.output, result.type));
    return { dims: result.dims, values: result.data as Float32Array };
  }

  dispose(): Promise<void> {
    return this.session.release();
  }
}

/** Scales the numbers, and brings channels to where the network wants them. */
function arrange(
  pixels: Float32Array,
  count: number,
  [height, width, channels]: Shape3,
  isChannelsFirst: boolean,
  preprocessing: InputRangeName,
): Float32Array {
  const { scale, shift } = PREPROCESSINGS[preprocessing];
  const result = new Float32Array(pixels.length);
  const places = height * width;
  const [perPlace, perChannel] = isChannelsFirst ? [1, places] : [channels, 1];
  for (let i = 0; i < count; i++) {
    const start = i * places * channels;
    for (let c = 0; c < channels; c++) {
      for (let p = 0, at = start + c * perChannel; p < places; p++, at += perPlace) {
        result[at] = pixels[start + p * channels + c] * scale[c] + shift[c];
      }
    }
  }
  return result;
}

class OnnxBackbone implements Backbone {
  readonly input: Shape3;
  readonly featureSize: number;

  constructor(
    private readonly runner: OnnxRunner,
    private readonly layout: FeatureLayout,
    readonly description: BackboneDescription,
  ) {
    this.input = description.input;
    this.featureSize = description.featureSize;
  }

  async embed(pixels: Float32Array, count: number): Promise<Float32Array> {
    const { batch } = this.runner.input;
    if (batch === 0) return this.#run(pixels, count);
    // A fixed batch: the last one is filled up, and what is too much dropped.
    const size = this.input[0] * this.input[1] * this.input[2];
    const features = new Float32Array(count * this.featureSize);
    for (let start = 0; start < count; start += batch) {
      const part = new Float32Array(batch * size);
      part.set(pixels.subarray(start * size, Math.min(count, start + batch) * size));
      const wanted = Math.min(batch, count - start) * this.featureSize;
      features.set((await this.#run(part, batch)).subarray(0, wanted), start * this.featureSize);
    }
    return features;
  }

  async #run(pixels: Float32Array, count: number): Promise<Float32Array> {
    const { values } = await this.runner.run(pixels, count);
    return pool(values, count, this.layout, this.description.pooling);
  }

  dispose(): Promise<void> {
    return this.runner.dispose();
  }
}
