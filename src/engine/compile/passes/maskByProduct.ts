import type { Value } from '../graph';
import { sameShape } from '../graph';
import type { Pass } from './rewrite';
import { rewrite } from './rewrite';
import { producedBy, uniform } from './simplify';

/**
 * Masks of gradients of ReLU and of maxima: their factor is a number in TensorFlow.js too. What a program selects itself stays a
 * selection, which also keeps out what is not finite.
 */
function isGradientMask(condition: Value): boolean {
  const comparison = condition.producer;
  if (comparison?.operator === 'Equal') return comparison.inputs.some(v => producedBy(v, 'Max') ?? producedBy(v, 'MaxPool'));
  if (comparison?.operator !== 'Greater' || uniform(comparison.inputs[1]) !== 0) return false;
  const [x] = comparison.inputs;
  return producedBy(producedBy(x, 'Transpose')?.inputs[0] ?? x, 'Relu') !== undefined;
}

/**
 * x where c, else 0, becomes x · (1 where c, else 0), and 0 where c, else x, becomes x − that. ONNX Runtime selects in several passes
 * on one thread, but multiplies in one on all. The other way round from `simplify`, whose form other passes recognise: so this comes
 * last.
 */
export const maskByProduct: Pass = graph => {
  const products = new Map<Value, { readonly of: Value; readonly product: Value }>();
  return rewrite(graph, (node, [condition, kept, otherwise], builder) => {
    const [{ shape, type }] = node.outputs;
    if (node.operator !== 'Where' || type !== 'float32' || !sameShape(condition.shape, shape)) return undefined;
    if (uniform(otherwise) === 0 && sameShape(kept.shape, shape) && isGradientMask(condition)) {
      const product = builder.elementwise('Mul', [kept, builder.cast(condition, 'float32')]);
      products.set(condition, { of: kept, product });
      return [product];
    }
    const opposite = products.get(condition);
    if (uniform(kept) !== 0 || opposite?.of !== otherwise) return undefined;
    return [builder.elementwise('Sub', [otherwise, opposite.product])];
  });
};
