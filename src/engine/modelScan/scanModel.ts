import { readFile } from 'node:fs/promises';
import { note, NoteError } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import type { ScanParams } from '../../protocol/engine';
import { hashBytes } from '../../workspace/identity';
import type { Distance } from '../distances/distance';
import { DISTANCES } from '../distances/distances';
import { decodeModel } from '../model/modelFile';
import type { Model } from '../model/modelFile';
import { chooseRuntime } from '../runtime/chooseRuntime';
import type { Executable } from '../runtime/runtime';
import { backboneOfModel } from '../trainingService/backboneFeatures';
import { ENCODER, frozenEncoderProgram } from '../training/encoderProgram';
import { namedFile } from './namedFile';

/** Sentences about models in scans. */
export const modelScanMessages = {
  missing: 'There is no model {0}. Train one, or set twinlint.model to none.',
  unreadable: 'The model {0} cannot be read ({1}).',
  several: 'The folders name different models; all are compared with {0}.',
  untrusted: 'The model {0} was not used: this workspace is not trusted.',
  fewPictures:
    'Too few pictures for the model to find duplicates of its own: fewer than {0} do not show how alike strangers are.',
} as const;

/** A model ready to embed pictures. */
export interface ScanModel {
  readonly path: string;
  /** SHA-256 of the file. */
  readonly hash: string;
  readonly description: Model['description'];
  readonly distance: Distance;
  readonly embeddingSize: number;
  /** Of its input. */
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Embeddings of `count` images, one after the other. @param pixels numbers 0…1, rows, columns, channels */
  embed(pixels: Float32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * Loads a model for scanning: on one thread, since sums that threads share come out in another order, and the same scan must find the same.
 * @throws NoteError where the file is missing, damaged, foreign or newer
 */
export async function loadScanModel(file: string): Promise<ScanModel> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const told =
      code === 'ENOENT' || code === 'ENOTDIR'
        ? note(modelScanMessages.missing, file)
        : note(modelScanMessages.unreadable, file, code);
    throw new NoteError(told, { cause: error });
  }
  const model = decodeModel(bytes, file);
  const opened = await backboneOfModel(model, file, 1);
  const { runtime } = await chooseRuntime('auto', 1);
  const encoder: Executable = await runtime.load(frozenEncoderProgram(model.network, model.parameters));
  const [height, width, channels] = opened?.backbone.input ?? model.network.input;
  const count = (pixels: Float32Array): number => pixels.length / (height * width * channels);
  return {
    path: file,
    hash: hashBytes(bytes),
    description: model.description,
    distance: DISTANCES[model.description.distance],
    embeddingSize: model.network.embeddingSize,
    width,
    height,
    channels,
    embed: async pixels => {
      const images = opened ? await opened.backbone.embed(pixels, count(pixels)) : pixels;
      return (await encoder.run({ [ENCODER.images]: images }))[ENCODER.embedding] as Float32Array;
    },
    dispose: async () => {
      await encoder.dispose();
      await opened?.dispose();
      await runtime.dispose();
    },
  };
}

/** The model of a scan, if it has one, and what to tell about it. */
export interface ChosenModel {
  readonly model?: ScanModel;
  readonly notes: readonly Note[];
}

/** Keeps the model of the last scan loaded. */
export class ScanModels {
  #last: { readonly file: string; readonly model: ScanModel } | undefined;

  /**
   * The model that the roots' settings name. One scan has one model: the first root's that names any.
   * @param isRequired whether one that can't be used fails the scan with a NoteError, or is told by a note
   */
  async forScan(params: ScanParams, isRequired: boolean): Promise<ChosenModel> {
    const named = namedFile(params, ({ model }) => (model === 'auto' || model === 'none' ? undefined : model));
    if (!named) return { notes: [] };
    const { file, isOneOfSeveral } = named;
    if (!params.trusted) return { notes: [note(modelScanMessages.untrusted, file)] };
    const notes = isOneOfSeveral ? [note(modelScanMessages.several, file)] : [];
    try {
      return { model: await this.#load(file), notes };
    } catch (error) {
      if (isRequired || !(error instanceof NoteError)) throw error;
      return { notes: [...notes, error.note] };
    }
  }

  async #load(file: string): Promise<ScanModel> {
    const last = this.#last;
    if (last?.file === file) {
      const bytes = await readFile(file).catch(() => undefined);
      if (bytes && hashBytes(bytes) === last.model.hash) return last.model;
    }
    const model = await loadScanModel(file);
    this.#last = { file, model };
    return model;
  }
}
