import { note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import { firstLine } from './firstLine';
import { OrtRuntime } from './ortRuntime';
import type { Runtime } from './runtime';
import { RuntimeUnavailableError } from './runtime';

/**
 * ONNX Runtime as WebAssembly, with SIMD and threads: no native part, slower.
 * @throws RuntimeUnavailableError where the package is missing or its WebAssembly doesn't start.
 */
export async function createWebRuntime(threads: number): Promise<Runtime> {
  try {
    const ort = await import('onnxruntime-web');
    ort.env.wasm.numThreads = threads;
    ort.env.logLevel = 'error';
    return new OrtRuntime(ort, { name: 'onnxruntime-web', threads, executionProviders: ['wasm'], reuseOutputs: false });
  } catch (error) {
    throw new RuntimeUnavailableError(note(messages.runtimeMissing, 'onnxruntime-web', firstLine(error)), { cause: error });
  }
}
