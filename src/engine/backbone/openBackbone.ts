import { open } from 'node:fs/promises';
import path from 'node:path';
import { note, NoteError } from '../../core/dataset/note';
import { backboneMessages as messages } from '../../core/training/backboneMessages';
import type { BackboneOptions } from '../../core/training/backboneOptions';
import type { Runtime } from '../runtime/runtime';
import type { Backbone, BackboneDescription } from './backbone';
import { openOnnxBackbone } from './onnxBackbone';
import { openTfjsBackbone } from './tfjsBackbone';

/**
 * Opens an ONNX file or the model.json of a TensorFlow.js model as a frozen encoder.
 * @throws NoteError with a sentence that says what is in the way.
 */
export async function openBackbone(file: string, runtime: Runtime, options: BackboneOptions = {}): Promise<Backbone> {
  const start = await firstByte(file);
  if (start === '{' || start === '[') return openTfjsBackbone(file, options, runtime);
  if (/\.json$/i.test(file)) throw new NoteError(note(messages.jsonInvalid, path.basename(file), 'no JSON'));
  return openOnnxBackbone(file, options, runtime);
}

/**
 * Opens the backbone of a model again.
 * @param modelPath where the model file lies: a backbone that moved along with it is found beside it
 * @throws NoteError also where the backbone is gone, or is not the one that the model was trained on.
 */
export async function reopenBackbone(known: BackboneDescription, runtime: Runtime, modelPath?: string): Promise<Backbone> {
  const { output, preprocessing, pooling, input, relativePath } = known;
  const beside = modelPath && relativePath && path.resolve(path.dirname(modelPath), relativePath);
  const places = [...(beside ? [beside] : []), known.path];
  let changed: string | undefined;
  for (const place of places) {
    try {
      await firstByte(place);
    } catch {
      continue;
    }
    const backbone = await openBackbone(place, runtime, {
      output,
      preprocessing,
      ...(pooling !== 'none' && { pooling }),
      size: input[0],
    });
    if (backbone.description.hash === known.hash) return backbone;
    changed = place;
    await backbone.dispose();
  }
  throw new NoteError(note(changed === undefined ? messages.missing : messages.changed, changed ?? known.path));
}

async function firstByte(file: string): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
      return buffer.toString('latin1', 0, bytesRead).trimStart().slice(0, 1);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new NoteError(note(messages.unreadable, file, (error as NodeJS.ErrnoException).code ?? String(error)), {
      cause: error,
    });
  }
}
