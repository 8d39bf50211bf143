import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import type { ElementType, Graph } from './graph';
import { convolutionKernels } from './kernels/convolution';
import { elementwiseKernels } from './kernels/elementwise';
import type { KernelTable } from './kernels/kernel';
import { registerKernels } from './kernels/kernel';
import { linearKernels } from './kernels/linear';
import { normalizationKernels } from './kernels/normalization';
import { poolingKernels } from './kernels/pooling';
import { reduceKernels } from './kernels/reduce';
import { shapeKernels } from './kernels/shape';
import { RECORDER_NAME, RecordingBackend, RecordingError } from './recordingBackend';

/** Every TensorFlow.js kernel that can be compiled, by its name. */
export const RECORDED_KERNELS: KernelTable = {
  ...elementwiseKernels,
  ...reduceKernels,
  ...shapeKernels,
  ...linearKernels,
  ...convolutionKernels,
  ...poolingKernels,
  ...normalizationKernels,
};

export interface TensorSpec {
  readonly shape: readonly number[];
  /** float32 if absent. */
  readonly dtype?: Exclude<ElementType, 'int64'>;
}

export type TensorSpecs = Readonly<Record<string, TensorSpec>>;
export type NamedTensors = Readonly<Record<string, tf.Tensor>>;

/** The one recording backend of this process: TensorFlow.js keeps its backends in a registry of its own. */
export function recordingBackend(): RecordingBackend {
  const known = tf.engine().registryFactory[RECORDER_NAME] ? tf.findBackend(RECORDER_NAME) : null;
  if (known) return known as RecordingBackend;
  const backend = new RecordingBackend();
  // Lowest priority: never chosen by TensorFlow.js by itself.
  tf.registerBackend(RECORDER_NAME, () => backend, -100);
  registerKernels(RECORDED_KERNELS, RECORDER_NAME);
  return backend;
}

/**
 * Records what `compute` does with TensorFlow.js operations, gradients included, as a graph whose inputs and outputs carry the
 * given names. `compute` must be synchronous, read no values and draw no random numbers.
 * @throws RecordingError naming the operation that can't be recorded.
 */
export function recordGraph(inputs: TensorSpecs, compute: (inputs: NamedTensors) => NamedTensors): Graph {
  const backend = recordingBackend();
  const engine = tf.engine();
  const before = engine.backendName as string | undefined;
  void tf.setBackend(RECORDER_NAME);
  try {
    return backend
      .record(graph => {
        const tensors: Record<string, tf.Tensor> = {};
        for (const [name, { shape, dtype }] of Object.entries(inputs)) {
          tensors[name] = backend.tensor(graph.input(name, shape, dtype));
        }
        for (const [name, tensor] of Object.entries(compute(tensors))) graph.output(name, backend.value(tensor));
      })
      .finish();
  } catch (error) {
    throw explain(error);
  } finally {
    if (before && before !== RECORDER_NAME) void tf.setBackend(before);
  }
}

/** TensorFlow.js reports a missing kernel in its own words. */
function explain(error: unknown): unknown {
  const missing = error instanceof Error ? /kernel '(\w+)' .*backend/i.exec(error.message) : null;
  if (!missing) return error;
  return new RecordingError(`The engine can't compile the TensorFlow.js operation "${missing[1]}".`, { cause: error });
}
