import type { Node, Value } from '../graph';
import { broadcastShape, numbers, sameShape } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import { ELEMENTWISE } from './elementwise';
import type { Pass } from './rewrite';
import { rewrite } from './rewrite';
import { uniform } from './simplify';

/**
 * Leaves small what is only spread out to be combined with something large. TensorFlow.js's gradients of means and tiles multiply with
 * tensors of ones as large as a feature map; element-wise operators repeat a small operand by themselves.
 */
export const narrowBroadcasts: Pass = graph => {
  /** Values that repeat a smaller one, and that one. */
  const narrow = new Map<Value, Value>();

  const narrowed = (value: Value, builder: GraphBuilder): Value => {
    const known = narrow.get(value);
    if (known || value.size === 1 || !value.data) return known ?? value;
    const number = uniform(value);
    const small = number === undefined ? value : builder.scalar(number, value.type);
    narrow.set(value, small);
    return small;
  };

  const elementwise = (node: Node, inputs: readonly Value[], builder: GraphBuilder): readonly Value[] | undefined => {
    const small = inputs.map(v => narrowed(v, builder));
    if (small.every((v, i) => v === inputs[i])) return undefined;
    const { shape, type } = node.outputs[0];
    const smallShape = broadcastShape(...small.map(v => v.shape));
    const result = builder.one(node.operator, small, smallShape, node.attributes, type);
    if (sameShape(smallShape, shape)) return [result];
    // Made large as well, in case something else than an element-wise operator asks for it; dead code otherwise.
    const large = builder.node(node.operator, inputs, node.attributes, node.outputs);
    narrow.set(large[0], result);
    return large;
  };

  const repeated = (node: Node, inputs: readonly Value[], builder: GraphBuilder): readonly Value[] | undefined => {
    if (node.operator === 'Tile' && !numbers(node, 'repeats').every((r, i) => r === 1 || inputs[0].shape[i] === 1)) {
      return undefined;
    }
    const large = builder.node(node.operator, inputs, node.attributes, node.outputs);
    narrow.set(large[0], narrow.get(inputs[0]) ?? inputs[0]);
    return large;
  };

  return rewrite(graph, (node, inputs, builder) => {
    if (ELEMENTWISE.has(node.operator)) return elementwise(node, inputs, builder);
    return node.operator === 'Tile' || node.operator === 'Expand' ? repeated(node, inputs, builder) : undefined;
  });
};
