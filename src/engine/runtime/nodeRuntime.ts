import { note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import { firstLine } from './firstLine';
import { OrtRuntime } from './ortRuntime';
import type { OrtModule } from './ortRuntime';
import type { Runtime } from './runtime';
import { RuntimeUnavailableError } from './runtime';

/**
 * ONNX Runtime's native library: the default.
 * @throws RuntimeUnavailableError where this platform has no prebuilt library.
 */
export async function createNodeRuntime(threads: number): Promise<Runtime> {
  let ort: OrtModule;
  try {
    ort = await import('onnxruntime-node');
  } catch (error) {
    throw new RuntimeUnavailableError(note(messages.runtimeMissing, 'onnxruntime-node', firstLine(error)), { cause: error });
  }
  return new OrtRuntime(ort, { name: 'onnxruntime-node', threads, executionProviders: ['cpu'], reuseOutputs: true });
}
