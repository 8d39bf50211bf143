import type { Value } from '../graph';
import type { Pass } from './rewrite';
import { rewrite } from './rewrite';

/** Constants up to this many numbers are compared by content. */
const LARGEST_COMPARED = 4096;

/** Computes what is computed twice only once: gradients recompute much of the forward pass. */
export const shareCommonSubexpressions: Pass = graph => {
  const ids = new Map<Value | string, number>();
  const idOf = (value: Value): number => {
    const { data } = value;
    const key = data && data.length <= LARGEST_COMPARED ? `${value.type}|${value.shape.join()}|${data.join()}` : value;
    const id = ids.get(key) ?? ids.size;
    ids.set(key, id);
    return id;
  };
  const seen = new Map<string, readonly Value[]>();
  return rewrite(graph, (node, inputs, builder) => {
    const shapes = node.outputs.map(v => `${v.type}[${v.shape.join()}]`).join(';');
    const key = `${node.operator}|${inputs.map(idOf).join()}|${JSON.stringify(node.attributes)}|${shapes}`;
    const known = seen.get(key);
    if (known) return known;
    const outputs = builder.node(node.operator, inputs, node.attributes, node.outputs);
    seen.set(key, outputs);
    return outputs;
  });
};
