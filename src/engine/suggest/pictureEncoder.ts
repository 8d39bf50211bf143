import { readFile } from 'node:fs/promises';
import { note, NoteError } from '../../core/dataset/note';
import type { Rows } from '../../core/suggest/prototypes';
import type { Program } from '../compile/program';
import { decodeModel } from '../model/modelFile';
import type { Model } from '../model/modelFile';
import type { Shape3 } from '../model/layers/layer';
import { loadScanModel, modelScanMessages } from '../modelScan/scanModel';
import { chooseRuntime } from '../runtime/chooseRuntime';
import { FEATURES, featureMapProgram } from './featureMaps';

/** Turns pictures into vectors that tell classes apart which it never saw. */
export interface PictureEncoder {
  readonly name: string;
  readonly relation: string;
  readonly input: Shape3;
  /** @param pixels numbers 0…1 of some pictures, rows, columns, channels */
  encode(pixels: Float32Array): Promise<Rows>;
  dispose(): Promise<void>;
}

/**
 * Loads a model to encode pictures with: by its feature maps, or, where it is a head on a backbone, by its embeddings. On one thread, so that
 * the same pictures always give the same numbers.
 * @throws NoteError where the file is missing, damaged, foreign or newer
 */
export async function loadPictureEncoder(file: string): Promise<PictureEncoder> {
  const model = decodeModel(await bytesOf(file), file);
  const program = featureMapProgram(model);
  return program ? encoderOfMaps(model, program) : encoderOfEmbeddings(file);
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const isGone = code === 'ENOENT' || code === 'ENOTDIR';
    const told = isGone ? note(modelScanMessages.missing, file) : note(modelScanMessages.unreadable, file, code);
    throw new NoteError(told, { cause: error });
  }
}

async function encoderOfMaps({ description, network }: Model, program: Program): Promise<PictureEncoder> {
  const { runtime } = await chooseRuntime('auto', 1);
  const executable = await runtime.load(program);
  const pixelsEach = network.input.reduce((a, b) => a * b, 1);
  return {
    name: description.name,
    relation: description.relation,
    input: network.input,
    encode: async pixels => {
      const { [FEATURES.features]: values } = await executable.run({ [FEATURES.images]: pixels });
      return { values: values as Float32Array, size: values.length / (pixels.length / pixelsEach) };
    },
    dispose: async () => {
      await executable.dispose();
      await runtime.dispose();
    },
  };
}

async function encoderOfEmbeddings(file: string): Promise<PictureEncoder> {
  const model = await loadScanModel(file);
  const { description, height, width, channels, embeddingSize } = model;
  return {
    name: description.name,
    relation: description.relation,
    input: [height, width, channels],
    encode: async pixels => ({ values: await model.embed(pixels), size: embeddingSize }),
    dispose: () => model.dispose(),
  };
}
