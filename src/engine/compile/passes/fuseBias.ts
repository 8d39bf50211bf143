import type { Node, Value } from '../graph';
import { countUses, sizeOf } from '../graph';
import type { Pass } from './rewrite';
import { rewrite } from './rewrite';

/** The bias as a vector, if `value` is one number per channel on `axis` of `shape`. */
function perChannel(value: Value, shape: readonly number[], axis: number): boolean {
  const aligned = [...Array<number>(shape.length - value.shape.length).fill(1), ...value.shape];
  return value.size === shape[axis] && aligned[axis] === shape[axis] && sizeOf(aligned) === value.size;
}

/** Conv + bias and Gemm + bias become one node, where nothing else needs the sum's first part. */
export const fuseBias: Pass = graph => {
  const uses = countUses(graph);
  // A rewritten node's uses are counted by what it replaces.
  const usesOf = new Map<Node, number>();
  return rewrite(graph, (node, inputs, builder) => {
    if (node.operator === 'Conv' || node.operator === 'Gemm') {
      const outputs = builder.node(node.operator, inputs, node.attributes, node.outputs);
      usesOf.set(outputs[0].producer!, uses.get(node.outputs[0]) ?? 0);
      return outputs;
    }
    if (node.operator !== 'Add') return undefined;
    for (const [sum, bias] of [inputs, inputs.toReversed()]) {
      const source = sum.producer;
      if (!source || source.inputs.length !== 2 || usesOf.get(source) !== 1) continue;
      const axis = source.operator === 'Conv' ? 1 : sum.shape.length - 1;
      if (!perChannel(bias, sum.shape, axis)) continue;
      const vector = builder.reshape(bias, [bias.size]);
      return builder.node(source.operator, [...source.inputs, vector], source.attributes, node.outputs);
    }
    return undefined;
  });
};
