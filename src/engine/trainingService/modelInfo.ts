import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { note, NoteError } from '../../core/dataset/note';
import { backboneMessages } from '../../core/training/backboneMessages';
import { trainingMessages as messages } from '../../core/training/messages';
import type { ModelInfo, ModelList } from '../../protocol/training';
import { modelExtension } from '../../workspace/models';
import { hashBytes } from '../../workspace/identity';
import { ModelFileError } from '../model/modelContainer';
import { decodeModel } from '../model/modelFile';
import type { Model } from '../model/modelFile';
import { writeWhole } from '../store/writeWhole';
import { exportOnnx } from '../training/exportOnnx';

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** @throws ModelFileError where there is none, or one that can't be used */
export async function readModelFile(file: string): Promise<{ readonly model: Model; readonly info: ModelInfo }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new ModelFileError(note(messages.modelUnreadable, file, codeOf(error)), { cause: error });
  }
  const model = decodeModel(bytes, file);
  return { model, info: infoOf(model, file, bytes) };
}

function infoOf({ description, network }: Model, file: string, bytes: Uint8Array): ModelInfo {
  const { metrics } = description;
  return {
    path: file,
    name: description.name,
    sizeBytes: bytes.length,
    hash: hashBytes(bytes),
    network: description.network,
    input: description.input,
    embeddingSize: network.embeddingSize,
    relation: description.relation,
    distance: description.distance,
    threshold: description.threshold,
    labels: description.labels,
    trainedAt: description.trainedAt,
    trainedOn: description.trainedOn,
    ...(metrics && { metrics }),
    trainingLog: description.trainingLog,
    writtenBy: description.writtenBy,
  };
}

/** Newest first. A folder that is not there holds none. */
export async function listModels(folder: string): Promise<ModelList> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter(name => name.endsWith(modelExtension)).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { models: [], problems: [], rescorers: [] };
    throw new NoteError(note(messages.folderUnreadable, folder, codeOf(error)), { cause: error });
  }
  const models: ModelInfo[] = [];
  const problems: ModelList['problems'][number][] = [];
  const rescorers: ModelList['rescorers'][number][] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    try {
      models.push((await readModelFile(file)).info);
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      (error.note.message === messages.pairModel ? rescorers : problems).push({ path: file, note: error.note });
    }
  }
  models.sort((a, b) => (a.trainedAt < b.trainedAt ? 1 : a.trainedAt > b.trainedAt ? -1 : 0));
  return { models, problems, rescorers };
}

/** Writes the encoder with its weights as an ONNX file; what it means is in the file's metadata. */
export async function exportModel(file: string, outPath: string): Promise<{ readonly sizeBytes: number }> {
  const { model } = await readModelFile(file);
  const { backbone } = model.description;
  if (backbone) throw new NoteError(note(backboneMessages.noExport, file, backbone.path));
  const { name, relation, distance, threshold, writtenBy, preprocessing, labels } = model.description;
  const bytes = exportOnnx(model.network, model.parameters, {
    preprocessing,
    name,
    relation,
    distance,
    direction: 'smaller-is-more-similar',
    threshold: String(threshold),
    labels: JSON.stringify(labels),
    writtenBy,
  });
  try {
    await writeWhole(outPath, bytes);
  } catch (error) {
    throw new NoteError(note(messages.cannotWrite, outPath, codeOf(error)), { cause: error });
  }
  return { sizeBytes: bytes.length };
}
