import * as tf from '@tensorflow/tfjs-core';
import nodeUtil from 'node:util';
import { note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import { EagerRuntime } from './eagerRuntime';
import { firstLine } from './firstLine';
import type { Runtime } from './runtime';
import { RuntimeUnavailableError } from './runtime';

/** Loads an optional package by name, so that bundlers leave it alone. */
export type LoadModule = (name: string) => Promise<unknown>;

const importModule: LoadModule = name => import(name);

/**
 * TensorFlow.js's native binding, where the user has installed it: same model code, run eagerly. Its absence is no error of the engine.
 * @throws RuntimeUnavailableError where the package or its library is missing.
 */
export async function createTfjsNodeRuntime(load: LoadModule = importModule): Promise<Runtime> {
  restoreRemovedUtilities();
  try {
    await load('@tensorflow/tfjs-node');
    if (!tf.engine().registryFactory.tensorflow) throw new Error('it registered no backend');
    if (!(await tf.setBackend('tensorflow'))) throw new Error('its backend does not start');
  } catch (error) {
    throw new RuntimeUnavailableError(note(messages.runtimeUnusable, '@tensorflow/tfjs-node', firstLine(error)), {
      cause: error,
    });
  }
  return new EagerRuntime('tfjs-node', 'tensorflow', 0);
}

/** TensorFlow.js in plain JavaScript: the reference that tests compare with. Some hundred times slower. */
export async function createTfjsCpuRuntime(load: LoadModule = importModule): Promise<Runtime> {
  try {
    await load('@tensorflow/tfjs-backend-cpu');
  } catch (error) {
    throw new RuntimeUnavailableError(note(messages.runtimeMissing, '@tensorflow/tfjs-backend-cpu', firstLine(error)), {
      cause: error,
    });
  }
  return new EagerRuntime('tfjs-cpu', 'cpu', 1);
}

/** tfjs-node 4.22 calls functions that Node 23 removed. */
function restoreRemovedUtilities(): void {
  const utilities = nodeUtil as unknown as Record<string, unknown>;
  utilities.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  utilities.isArray ??= (value: unknown) => Array.isArray(value);
}
