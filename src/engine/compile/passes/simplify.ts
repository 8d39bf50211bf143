import type { Node, Value } from '../graph';
import { numbers, sameShape } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { Pass, Rule } from './rewrite';
import { rewrite } from './rewrite';

/** The number that a constant holds everywhere; undefined if it holds several, or is none. */
export function uniform(value: Value): number | undefined {
  const { data } = value;
  if (!data || data.length === 0) return undefined;
  for (const x of data) if (x !== data[0]) return undefined;
  return data[0];
}

/** `value`'s producer, if it is this operator. */
export const producedBy = (value: Value, operator: string): Node | undefined =>
  value.producer?.operator === operator ? value.producer : undefined;

const NEUTRAL_RIGHT: Readonly<Record<string, number>> = { Add: 0, Sub: 0, Mul: 1, Div: 1 };

/** Constants are float32: what is nearer than that can tell is the same number. */
const isAbout = (value: number | undefined, target: number): boolean => value !== undefined && Math.fround(value) === target;

/** x + 0, x · 1 and the like, where the other operand already has the result's shape. */
const dropNeutral: Rule = (node, [a, b]) => {
  const neutral = NEUTRAL_RIGHT[node.operator];
  if (neutral === undefined) return undefined;
  const { shape } = node.outputs[0];
  if (isAbout(uniform(b), neutral) && sameShape(a.shape, shape)) return [a];
  const commutes = node.operator === 'Add' || node.operator === 'Mul';
  return commutes && isAbout(uniform(a), neutral) && sameShape(b.shape, shape) ? [b] : undefined;
};

const BROADCASTING = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Max',
  'Min',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'Where',
]);

/** A constant that repeats one number becomes a scalar where another operand gives the shape. */
const shrinkUniform: Rule = (node, inputs, builder) => {
  if (!BROADCASTING.has(node.operator)) return undefined;
  const { shape } = node.outputs[0];
  const shrinks = (v: Value): boolean => v.shape.length > 0 && v.type !== 'int64' && uniform(v) !== undefined;
  if (!inputs.some(shrinks) || !inputs.some(v => !shrinks(v) && sameShape(v.shape, shape))) return undefined;
  const smaller = inputs.map(v => (shrinks(v) ? builder.scalar(uniform(v)!, v.type) : v));
  return builder.node(node.operator, smaller, node.attributes, node.outputs);
};

/** a · (1 where c, else 0) is a where c, else 0: one pass over memory instead of two. */
const maskBySelection: Rule = (node, [a, b], builder) => {
  if (node.operator !== 'Mul' || node.outputs[0].type !== 'float32') return undefined;
  const mask = (v: Value): Value | undefined => {
    const cast = producedBy(v, 'Cast');
    return cast?.inputs[0].type === 'bool' ? cast.inputs[0] : undefined;
  };
  const { shape } = node.outputs[0];
  const [condition, kept] = mask(b) ? [mask(b)!, a] : [mask(a), b];
  return condition && sameShape(kept.shape, shape)
    ? [builder.elementwise('Where', [condition, kept, builder.scalar(0)])]
    : undefined;
};

/** (x · c) · d = x · (c · d), for scalars. */
const mergeScalars: Rule = (node, [a, b], builder) => {
  if (node.operator !== 'Mul' || a.type !== 'float32') return undefined;
  const [x, factor] = b.data?.length === 1 ? [a, b] : [b, a];
  if (factor.data?.length !== 1) return undefined;
  const inner = producedBy(x, 'Mul');
  const scalar = inner?.inputs.find(v => v.data?.length === 1);
  const other = inner?.inputs.find(v => v !== scalar);
  if (!scalar || !other || !sameShape(other.shape, node.outputs[0].shape)) return undefined;
  return [builder.elementwise('Mul', [other, builder.scalar(scalar.data![0] * factor.data[0])])];
};

/** Reshapes and transpositions of the same, or of nothing. */
const mergeLayouts: Rule = (node, [x], builder: GraphBuilder) => {
  const { shape } = node.outputs[0];
  if (node.operator === 'Reshape') {
    if (sameShape(x.shape, shape)) return [x];
    const inner = producedBy(x, 'Reshape');
    return inner ? [builder.reshape(inner.inputs[0], shape)] : undefined;
  }
  if (node.operator !== 'Transpose') return undefined;
  const perm = numbers(node, 'perm');
  const inner = producedBy(x, 'Transpose');
  if (inner) {
    const first = numbers(inner, 'perm');
    return [
      builder.transpose(
        inner.inputs[0],
        perm.map(p => first[p]),
      ),
    ];
  }
  const moved = perm.filter(p => x.shape[p] !== 1);
  // Axes of one element can move for free.
  return moved.every((p, i) => i === 0 || p > moved[i - 1]) ? [builder.reshape(x, shape)] : undefined;
};

const dropCast: Rule = (node, [x]) => (node.operator === 'Cast' && x.type === node.outputs[0].type ? [x] : undefined);

/** f(x) = x > 0 ⇔ ReLU(x) > 0: the result is kept anyway, x then need not be. */
function maskByResult(): Rule {
  const activated = new Map<Value, Value>();
  return (node, inputs, builder) => {
    if (node.operator === 'Relu') {
      const result = builder.node('Relu', inputs, {}, node.outputs);
      activated.set(inputs[0], result[0]);
      return result;
    }
    const result = node.operator === 'Greater' && uniform(inputs[1]) === 0 ? activated.get(inputs[0]) : undefined;
    return result && [builder.elementwise('Greater', [result, inputs[1]])];
  };
}

/** Small algebra, one rule after the other until one fits. */
export const simplify: Pass = graph => {
  const rules = [dropNeutral, shrinkUniform, maskBySelection, mergeScalars, mergeLayouts, dropCast, maskByResult()];
  return rewrite(graph, (node, inputs, builder) => {
    for (const rule of rules) {
      const replaced = rule(node, inputs, builder);
      if (replaced) return replaced;
    }
    return undefined;
  });
};
