import { sizeOf } from '../compile/graph';
import type { TensorSpec } from '../compile/recorder';
import type { HostArray } from './runtime';

/** The shape that an array has as this input: the program's, or with the batch that its length makes. */
export function shapeOfInput(name: string, spec: TensorSpec, array: HostArray | undefined, freeBatch: boolean): number[] {
  if (!array) throw new Error(`Input "${name}" is missing.`);
  const rest = spec.shape.slice(1);
  const shape = freeBatch ? [array.length / sizeOf(rest), ...rest] : [...spec.shape];
  if (sizeOf(shape) !== array.length || !Number.isInteger(shape[0] ?? 1)) {
    throw new RangeError(`Input "${name}" has ${array.length} numbers, which is not [${spec.shape.join()}].`);
  }
  return shape;
}
