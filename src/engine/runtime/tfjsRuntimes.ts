import * as tf from '@tensorflow/tfjs-core';
import nodeUtil from 'node:util';
import { EagerRuntime } from './eagerRuntime';
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
    throw new RuntimeUnavailableError(`@tensorflow/tfjs-node can't be used: ${firstLine(error)}`, { cause: error });
  }
  return new EagerRuntime('tfjs-node', 'tensorflow', 0);
}

/** TensorFlow.js in plain JavaScript: the reference that tests compare with. Some hundred times slower. */
export async function createTfjsCpuRuntime(load: LoadModule = importModule): Promise<Runtime> {
  try {
    await load('@tensorflow/tfjs-backend-cpu');
  } catch (error) {
    throw new RuntimeUnavailableError(`@tensorflow/tfjs-backend-cpu can't be loaded: ${firstLine(error)}`, { cause: error });
  }
  return new EagerRuntime('tfjs-cpu', 'cpu', 1);
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0];

/** tfjs-node 4.22 calls functions that Node 23 removed. */
function restoreRemovedUtilities(): void {
  const utilities = nodeUtil as unknown as Record<string, unknown>;
  utilities.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  utilities.isArray ??= (value: unknown) => Array.isArray(value);
}
