import type { Node, Value } from '../graph';
import { GRADIENT_OPERATORS, numbers } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { Pass } from './rewrite';
import { rewrite } from './rewrite';

/** A convolution whose 2 × 2 pool and filter gradient are all that is ever asked of it: the first layer of a network. */
interface Candidate {
  readonly convolution: Node;
  readonly pool: Node;
}

/** What its parts become. */
interface Phases {
  /** The convolution at even/odd rows and columns, [N, K, h, w] each, in the order of a window's cells. */
  readonly results: readonly Value[];
  /** The four shifted inputs, one after the other on the batch axis. */
  readonly inputs: Value;
  readonly maximum: Value;
}

const is2by2 = (node: Node): boolean =>
  numbers(node, 'kernel_shape').join() === '2,2' &&
  numbers(node, 'strides').join() === '2,2' &&
  numbers(node, 'pads').join() === '0,0,0,0';

const isPlain = (node: Node): boolean =>
  numbers(node, 'strides').join() === '1,1' && numbers(node, 'dilations').join() === '1,1' && node.attributes.group === 1;

function findCandidates(nodes: readonly Node[], outputs: ReadonlySet<Value>): Map<Value, Candidate> {
  const readers = new Map<Value, Node[]>();
  for (const node of nodes) for (const input of node.inputs) readers.set(input, [...(readers.get(input) ?? []), node]);
  const candidates = new Map<Value, Candidate>();
  for (const convolution of nodes) {
    if (convolution.operator !== 'Conv' || convolution.inputs.length !== 2 || !isPlain(convolution)) continue;
    const [result] = convolution.outputs;
    const users = readers.get(result) ?? [];
    const pool = users.find(n => n.operator === 'MaxPool' && n.outputs.length === 1);
    const gradients = users.filter(n => n.operator === GRADIENT_OPERATORS.maxPool);
    // Without a gradient there is nothing to win: one pool is as fast as four convolutions and three maxima.
    if (!pool || gradients.length !== 1 || users.length !== 2 || ![pool, gradients[0]].every(is2by2) || outputs.has(result)) {
      continue;
    }
    const [gradient] = gradients[0].outputs;
    const takers = readers.get(gradient) ?? [];
    const isOwn = (n: Node): boolean =>
      n.operator === GRADIENT_OPERATORS.convolutionFilter && n.inputs[0] === convolution.inputs[0];
    if (takers.length === 1 && takers.every(isOwn) && !outputs.has(gradient)) candidates.set(result, { convolution, pool });
  }
  return candidates;
}

/** Four convolutions of stride 2, as one over four times the batch, instead of one of stride 1 with a pool behind it. */
function split(builder: GraphBuilder, { convolution, pool }: Candidate, x: Value, filter: Value): Phases {
  const [n, filters, height, width] = pool.outputs[0].shape;
  const pads = numbers(convolution, 'pads');
  const kernel = numbers(convolution, 'kernel_shape');
  const padded = builder.pad(x, [0, 0, pads[0], pads[1]], [0, 0, pads[2], pads[3]]);
  const reach = [2 * (height - 1) + kernel[0], 2 * (width - 1) + kernel[1]];
  const cells = [0, 1].flatMap(i => [0, 1].map(j => builder.slice(padded, [0, 0, i, j], [n, x.shape[1], ...reach])));
  const inputs = builder.concat(cells, 0);
  const strided = { ...convolution.attributes, strides: [2, 2], pads: [0, 0, 0, 0] };
  const all = builder.one('Conv', [inputs, filter], [4 * n, filters, height, width], strided);
  const shapes = Array.from({ length: 4 }, () => ({ shape: [n, filters, height, width] }));
  const results = builder.node('Split', [all], { axis: 0, split: [n, n, n, n] }, shapes);
  return { results, inputs, maximum: builder.elementwise('Max', results) };
}

/** dy goes to the first cell that equals the maximum; all four cells' shares one after the other on the batch axis. */
function shareOut(builder: GraphBuilder, { results, maximum }: Phases, dy: Value): Value {
  const zero = builder.scalar(0);
  const shares: Value[] = [];
  let rest = dy;
  for (const cell of results.slice(0, 3)) {
    const isMaximum = builder.elementwise('Equal', [cell, maximum]);
    shares.push(builder.elementwise('Where', [isMaximum, rest, zero]));
    rest = builder.elementwise('Where', [isMaximum, zero, rest]);
  }
  return builder.concat([...shares, rest], 0);
}

/**
 * Convolution then 2 × 2 maximum, where no gradient of the input is asked for. The gradient of the pool is a few passes over whole
 * tensors instead of scattering single numbers, and the filter's gradient sees no zeros.
 */
export const convPoolPhases: Pass = graph => {
  const candidates = findCandidates(graph.nodes, new Set(graph.outputs.values()));
  if (candidates.size === 0) return graph;
  const phases = new Map<Value, Phases>();
  const shared = new Map<Value, { readonly phases: Phases; readonly shares: Value }>();
  return rewrite(graph, (node, inputs, builder) => {
    const candidate = candidates.get(node.outputs[0]);
    if (candidate) {
      const made = split(builder, candidate, inputs[0], inputs[1]);
      phases.set(node.outputs[0], made);
      // Nothing reads this result any more: its readers are replaced below.
      return [made.maximum];
    }
    if (node.operator === 'MaxPool' && phases.has(node.inputs[0])) return [phases.get(node.inputs[0])!.maximum];
    if (node.operator === GRADIENT_OPERATORS.maxPool && phases.has(node.inputs[1])) {
      const made = phases.get(node.inputs[1])!;
      const shares = shareOut(builder, made, inputs[0]);
      shared.set(node.outputs[0], { phases: made, shares });
      return [shares];
    }
    const known = node.operator === GRADIENT_OPERATORS.convolutionFilter ? shared.get(node.inputs[1]) : undefined;
    if (!known) return undefined;
    const strided = { ...node.attributes, strides: [2, 2], pads: [0, 0, 0, 0] };
    return [builder.one(node.operator, [known.phases.inputs, known.shares], node.outputs[0].shape, strided)];
  });
};
