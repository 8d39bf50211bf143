import type { Graph, Value } from '../graph';
import { numbers } from '../graph';
import { GraphBuilder } from '../graphBuilder';

/** A computation whose batch can't be left free. */
export class FixedBatchError extends Error {
  override readonly name = 'FixedBatchError';
}

/**
 * Frees the batch of a graph that was recorded with `batch` images: wherever that number, a prime, appears in an attribute, a 0 (ONNX:
 * as in the input) or a −1 (what is left) takes its place.
 * @throws FixedBatchError where an operator other than Reshape depends on the batch's size.
 */
export function freeBatch(graph: Graph, batch: number): Graph {
  const builder = new GraphBuilder();
  const renamed = new Map<Value, Value>();
  for (const input of graph.inputs) builder.adoptInput(input);
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(v => renamed.get(v) ?? v);
    const constant = inputs.find(v => v.data && v.shape.some(d => d % batch === 0 && d > 0));
    if (constant) throw new FixedBatchError(`A constant of ${node.operator} has the size of the batch.`);
    let attributes = node.attributes;
    if (node.operator === 'Reshape') attributes = { ...attributes, target: freeTarget(node.outputs[0].shape, batch) };
    else if (node.operator === 'Slice') attributes = { ...attributes, ends: freeEnds(numbers(node, 'ends'), batch) };
    else if (JSON.stringify(attributes).includes(String(batch))) {
      throw new FixedBatchError(`${node.operator} depends on the batch's size.`);
    }
    const outputs = builder.node(node.operator, inputs, attributes, node.outputs);
    node.outputs.forEach((v, i) => renamed.set(v, outputs[i]));
  }
  for (const [name, value] of graph.outputs) builder.output(name, renamed.get(value) ?? value);
  return builder.finish();
}

function freeTarget(shape: readonly number[], batch: number): number[] {
  const target = shape.map(d => (d > 0 && d % batch === 0 ? -1 : d));
  if (target.filter(d => d === -1).length > 1) throw new FixedBatchError('A Reshape depends on the batch more than once.');
  return target;
}

/** A slice that ends with the batch ends wherever that is. */
const freeEnds = (ends: readonly number[], batch: number): number[] => ends.map(end => (end === batch ? 2 ** 31 - 1 : end));
