import { note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import { firstLine } from './firstLine';
import { OrtRuntime } from './ortRuntime';
import type { OrtModule } from './ortRuntime';
import type { Runtime } from './runtime';
import { RuntimeUnavailableError } from './runtime';

/**
 * The GPU, through the WebGPU provider inside onnxruntime-node (Linux x64, Windows, macOS arm64).
 * @throws RuntimeUnavailableError where this build has no such provider. Whether there is an adapter shows when a program is loaded.
 */
export async function createWebgpuRuntime(): Promise<Runtime> {
  let ort: OrtModule & { listSupportedBackends?(): readonly { readonly name: string }[] };
  try {
    ort = await import('onnxruntime-node');
  } catch (error) {
    throw new RuntimeUnavailableError(note(messages.runtimeMissing, 'onnxruntime-node', firstLine(error)), { cause: error });
  }
  if (!ort.listSupportedBackends?.().some(backend => backend.name === 'webgpu')) {
    throw new RuntimeUnavailableError(note(messages.gpuNoProvider));
  }
  return new OrtRuntime(ort, { name: 'webgpu', threads: 1, executionProviders: ['webgpu'], reuseOutputs: false });
}
