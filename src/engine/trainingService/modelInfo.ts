import { readFile } from 'node:fs/promises';
import { note, NoteError } from '../../core/dataset/note';
import { backboneMessages } from '../../core/training/backboneMessages';
import { trainingMessages as messages } from '../../core/training/messages';
import type { ModelInfo } from '../../protocol/training';
import { errorCode, hashBytes } from '../../workspace/identity';
import { ModelFileError } from '../model/modelContainer';
import { decodeModel } from '../model/modelFile';
import type { Model } from '../model/modelFile';
import { writeWhole } from '../store/writeWhole';
import { exportOnnx } from '../training/exportOnnx';

/** @throws ModelFileError where there is none, or one that can't be used */
export async function readModelFile(file: string): Promise<{ readonly model: Model; readonly info: ModelInfo }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new ModelFileError(note(messages.modelUnreadable, file, errorCode(error)), { cause: error });
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
    throw new NoteError(note(messages.cannotWrite, outPath, errorCode(error)), { cause: error });
  }
  return { sizeBytes: bytes.length };
}
