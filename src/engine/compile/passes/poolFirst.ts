import type { Node, Value } from '../graph';
import { GRADIENT_OPERATORS } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { Pass, Rule } from './rewrite';
import { rewrite } from './rewrite';
import { producedBy, uniform } from './simplify';

/** One number per channel of an NCHW tensor, or one for all. */
function isPerChannel(value: Value): boolean {
  const aligned = [...Array<number>(Math.max(0, 4 - value.shape.length)).fill(1), ...value.shape];
  return aligned.every((d, axis) => d === 1 || axis === 1);
}

/** x and the per-channel number added to it. */
function shifted(value: Value): { x: Value; shift: Value } | undefined {
  const sum = producedBy(value, 'Add');
  if (!sum) return undefined;
  const [a, b] = sum.inputs;
  if (isPerChannel(b) && a.size === value.size) return { x: a, shift: b };
  return isPerChannel(a) && b.size === value.size ? { x: b, shift: a } : undefined;
}

const poolOf = (node: Node, x: Value, builder: GraphBuilder): Value =>
  builder.one('MaxPool', [x], node.outputs[0].shape, node.attributes);

/** max(ReLU(x)) = ReLU(max(x)) and max(x + b) = max(x) + b. */
const poolBefore: Rule = (node, [x], builder) => {
  if (node.operator !== 'MaxPool' || node.outputs.length !== 1) return undefined;
  const activation = producedBy(x, 'Relu');
  const sum = shifted(activation ? activation.inputs[0] : x);
  if (!activation && !sum) return undefined;
  let result = poolOf(node, sum ? sum.x : activation!.inputs[0], builder);
  if (sum) result = builder.elementwise('Add', [result, sum.shift]);
  return [activation ? builder.elementwise('Relu', [result]) : result];
};

/**
 * ReLU's mask on a pool's gradient moves in front of it, where it covers a quarter of the numbers: where the window's maximum is not
 * positive, nothing in the window is.
 */
const maskBefore: Rule = (node, [condition, value, otherwise], builder) => {
  if (node.operator !== 'Where' || uniform(otherwise) !== 0) return undefined;
  const gradient = producedBy(value, GRADIENT_OPERATORS.maxPool);
  const comparison = producedBy(condition, 'Greater');
  if (!gradient || !comparison || uniform(comparison.inputs[1]) !== 0) return undefined;
  const [dy, activated] = gradient.inputs;
  const activation = producedBy(activated, 'Relu');
  if (!activation || comparison.inputs[0] !== activated) return undefined;
  const maximum = builder.one('MaxPool', [activated], dy.shape, gradient.attributes);
  const masked = builder.elementwise('Where', [
    builder.elementwise('Greater', [maximum, builder.scalar(0)]),
    dy,
    builder.scalar(0),
  ]);
  return [builder.one(GRADIENT_OPERATORS.maxPool, [masked, activation.inputs[0]], value.shape, gradient.attributes)];
};

/** Where the maximum is does not depend on what is added to the whole channel. */
const gradientWithoutShift: Rule = (node, [dy, x], builder) => {
  if (node.operator !== GRADIENT_OPERATORS.maxPool) return undefined;
  const sum = shifted(x);
  return sum && [builder.one(node.operator, [dy, sum.x], x.shape, node.attributes)];
};

/** Pooling moves a gradient, it neither adds nor loses any: its sum per channel is known before. */
const sumBefore: Rule = (node, [x], builder) => {
  const gradient = node.operator === 'ReduceSum' ? producedBy(x, GRADIENT_OPERATORS.maxPool) : undefined;
  const axes = node.attributes.axes as readonly number[] | undefined;
  if (!gradient || !axes?.includes(2) || !axes.includes(3)) return undefined;
  return [builder.reduce('ReduceSum', gradient.inputs[0], axes, node.attributes.keepdims === 1)];
};

/** Pools before adding biases and activating, forward and in the gradients. NCHW. */
export const poolFirst: Pass = graph =>
  rewrite(graph, (node, inputs, builder) => {
    for (const rule of [poolBefore, maskBefore, gradientWithoutShift, sumBefore]) {
      const replaced = rule(node, inputs, builder);
      if (replaced) return replaced;
    }
    return undefined;
  });
