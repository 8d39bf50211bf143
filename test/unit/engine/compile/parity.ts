import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Program } from '../../../../src/engine/compile/program';
import type { NamedTensors } from '../../../../src/engine/compile/recorder';
import { EagerRuntime } from '../../../../src/engine/runtime/eagerRuntime';
import { createNodeRuntime } from '../../../../src/engine/runtime/nodeRuntime';
import type { HostArray } from '../../../../src/engine/runtime/runtime';

export type Compute = (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** Numbers in (−1, 1) that never repeat, so that ties and symmetries hide nothing. */
export function irregular(size: number, seed = 1): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233) * 0.97);
}

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `input${i}`);

function program(shapes: readonly (readonly number[])[], compute: (inputs: tf.Tensor[]) => tf.Tensor[]): Program {
  const inputs = names(shapes.length);
  return {
    name: 'parity',
    state: {},
    inputs: Object.fromEntries(inputs.map((name, i) => [name, { shape: shapes[i] }])),
    compute: (_state, tensors: NamedTensors) => ({
      state: {},
      outputs: Object.fromEntries(compute(inputs.map(name => tensors[name])).map((t, i) => [`output${i}`, t])),
    }),
  };
}

const list = (result: tf.Tensor | tf.Tensor[]): tf.Tensor[] => (Array.isArray(result) ? result : [result]);

/** The results of a computation on TensorFlow.js's cpu backend and compiled. */
export async function both(
  shapes: readonly (readonly number[])[],
  compute: Compute,
  arrays: readonly Float32Array[] = shapes.map((s, i) => irregular(size(s), i + 1)),
): Promise<{ reference: HostArray[]; compiled: HostArray[] }> {
  const p = program(shapes, inputs => list(compute(...inputs)));
  const feeds = Object.fromEntries(names(shapes.length).map((name, i) => [name, arrays[i]]));
  const reference = await new EagerRuntime('tfjs-cpu', 'cpu', 1).load(p).then(e => e.run(feeds));
  const executable = await (await createNodeRuntime(1)).load(p);
  const compiled = await executable.run(feeds);
  await executable.dispose();
  return { reference: Object.values(reference), compiled: Object.values(compiled) };
}

/** Largest difference, relative to the largest number. */
export function difference(a: HostArray, b: HostArray): number {
  expect(b.length).toBe(a.length);
  let [worst, largest] = [0, 1e-6];
  for (let i = 0; i < a.length; i++) {
    if (!Number.isFinite(b[i]) && !Object.is(a[i], b[i])) return Infinity;
    worst = Math.max(worst, Math.abs(a[i] - b[i]));
    largest = Math.max(largest, Math.abs(a[i]));
  }
  return worst / largest;
}

/** Fails unless the compiled computation gives what TensorFlow.js's cpu backend does. */
export async function expectParity(
  shapes: readonly (readonly number[])[],
  compute: Compute,
  arrays?: readonly Float32Array[],
): Promise<void> {
  const { reference, compiled } = await both(shapes, compute, arrays);
  expect(reference.length).toBeGreaterThan(0);
  reference.forEach((r, i) => {
    expect(compiled[i].constructor).toBe(r.constructor);
    expect(difference(r, compiled[i])).toBeLessThan(2e-5);
  });
}

/** As `expectParity`, for the result and the gradient of every input, with uneven weights on the result's elements. */
export async function expectGradientParity(
  shapes: readonly (readonly number[])[],
  compute: (...inputs: tf.Tensor[]) => tf.Tensor,
  arrays?: readonly Float32Array[],
): Promise<void> {
  const withGradients = (...inputs: tf.Tensor[]): tf.Tensor[] => {
    const weighted = (...x: tf.Tensor[]): tf.Scalar => {
      const y = compute(...x);
      return tf.sum(tf.mul(y, tf.tensor(irregular(y.size, 99), y.shape)));
    };
    return [compute(...inputs), ...tf.grads(weighted)(inputs)];
  };
  await expectParity(shapes, withGradients, arrays);
}
