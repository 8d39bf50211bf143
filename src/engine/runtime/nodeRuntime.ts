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
    throw new RuntimeUnavailableError(`onnxruntime-node can't be loaded: ${(error as Error).message}`, { cause: error });
  }
  return new OrtRuntime(ort, { name: 'onnxruntime-node', threads, executionProviders: ['cpu'], reuseOutputs: true });
}
