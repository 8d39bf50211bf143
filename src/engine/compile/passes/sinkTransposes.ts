import type { Attributes, Node, Value } from '../graph';
import { numbers } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import { ELEMENTWISE } from './elementwise';
import type { Pass } from './rewrite';
import { rewrite } from './rewrite';
import { producedBy } from './simplify';

const inverse = (perm: readonly number[]): number[] => {
  const result = Array<number>(perm.length);
  perm.forEach((p, i) => (result[p] = i));
  return result;
};

const permute = (list: readonly number[], perm: readonly number[]): number[] => perm.map(p => list[p]);

/**
 * Moves transpositions towards the outputs, past everything that works as well on the other order, until they meet their inverse or
 * something that needs them. TensorFlow.js works in NHWC, ONNX in NCHW: this keeps feature maps NCHW from one convolution to the next.
 */
export const sinkTransposes: Pass = graph =>
  rewrite(graph, (node, inputs, builder) => {
    if (ELEMENTWISE.has(node.operator)) return sinkElementwise(node, inputs, builder);
    const transpose = inputs.length > 0 ? producedBy(inputs[0], 'Transpose') : undefined;
    if (!transpose) return undefined;
    const perm = numbers(transpose, 'perm');
    if (node.operator.startsWith('Reduce')) return sinkReduction(node, transpose.inputs[0], perm, builder);
    if (node.operator === 'Transpose') {
      return [builder.transpose(transpose.inputs[0], permute(perm, numbers(node, 'perm')))];
    }
    if (node.operator === 'Slice' || node.operator === 'Pad') return sinkWindow(node, transpose.inputs[0], perm, builder);
    if (node.operator === 'Concat') return sinkConcat(node, inputs, perm, builder);
    return undefined;
  });

function sinkElementwise(node: Node, inputs: readonly Value[], builder: GraphBuilder): Value[] | undefined {
  const { shape, size, type } = node.outputs[0];
  const first = inputs.map(v => (v.size === size ? producedBy(v, 'Transpose') : undefined)).find(Boolean);
  if (!first) return undefined;
  const perm = numbers(first, 'perm');
  const back = inverse(perm);
  const moved: Value[] = [];
  for (const input of inputs) {
    const own = producedBy(input, 'Transpose');
    if (own && numbers(own, 'perm').join() === perm.join()) moved.push(own.inputs[0]);
    else if (input.size === 1) moved.push(input);
    // Another operand of full size in the plain order: one of the two has to be transposed anyway, so nothing would be won.
    else if (input.size === size) return undefined;
    else {
      moved.push(
        builder.transpose(
          builder.reshape(input, [...Array<number>(shape.length - input.shape.length).fill(1), ...input.shape]),
          back,
        ),
      );
    }
  }
  const result = builder.one(node.operator, moved, permute(shape, back), node.attributes, type);
  return [builder.transpose(result, perm)];
}

function sinkReduction(node: Node, x: Value, perm: readonly number[], builder: GraphBuilder): Value[] {
  const axes = numbers(node, 'axes').map(axis => perm[axis]);
  const keep = node.attributes.keepdims === 1;
  const reduced = builder.reduce(node.operator, x, axes, keep);
  if (keep) return [builder.transpose(reduced, perm)];
  // What is left, in the order asked for, as places in the reduced tensor.
  const left = perm.filter(p => !axes.includes(p));
  const places = left.map(p => left.filter(q => q < p).length);
  return [builder.transpose(reduced, places)];
}

function sinkWindow(node: Node, x: Value, perm: readonly number[], builder: GraphBuilder): Value[] {
  const back = inverse(perm);
  const rank = perm.length;
  const attributes: Record<string, Attributes[string]> = { ...node.attributes };
  if (node.operator === 'Pad') {
    const pads = numbers(node, 'pads');
    attributes.pads = [...permute(pads.slice(0, rank), back), ...permute(pads.slice(rank), back)];
  } else {
    for (const name of ['starts', 'ends', 'steps']) attributes[name] = permute(numbers(node, name), back);
  }
  return [builder.transpose(builder.one(node.operator, [x], permute(node.outputs[0].shape, back), attributes), perm)];
}

function sinkConcat(node: Node, inputs: readonly Value[], perm: readonly number[], builder: GraphBuilder): Value[] | undefined {
  const sources = inputs.map(v => producedBy(v, 'Transpose'));
  if (!sources.every(s => s && numbers(s, 'perm').join() === perm.join())) return undefined;
  const joined = builder.concat(
    sources.map(s => s!.inputs[0]),
    perm[node.attributes.axis as number],
  );
  return [builder.transpose(joined, perm)];
}

/**
 * The other way round for what is left: a transposed comparison with a number is the comparison of the transposed, which usually exists
 * already, and ONNX Runtime transposes booleans slowly.
 */
export const hoistBooleanTransposes: Pass = graph =>
  rewrite(graph, (node, [x], builder) => {
    if (node.operator !== 'Transpose' || x.type !== 'bool') return undefined;
    const comparison = x.producer;
    if (comparison?.inputs.length !== 2 || comparison.inputs[1].size !== 1) return undefined;
    const moved = builder.transpose(comparison.inputs[0], numbers(node, 'perm'));
    return [builder.elementwise(comparison.operator, [moved, comparison.inputs[1]])];
  });
