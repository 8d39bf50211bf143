import { countUses } from '../graph';
import type { Pass } from './rewrite';
import { rewrite } from './rewrite';

/** A product of matrices times a number is scaled while it is computed, through Gemm's `alpha`. */
export const scaleGemm: Pass = graph => {
  const uses = countUses(graph);
  const onlyUse = new Set(graph.nodes.filter(n => n.operator === 'Gemm' && uses.get(n.outputs[0]) === 1).map(n => n.outputs[0]));
  const scalable = new Set<unknown>();
  return rewrite(graph, (node, inputs, builder) => {
    if (node.operator === 'Gemm' && inputs.length === 2 && onlyUse.has(node.outputs[0]) && node.attributes.alpha === undefined) {
      const outputs = builder.node('Gemm', inputs, node.attributes, node.outputs);
      scalable.add(outputs[0]);
      return outputs;
    }
    if (node.operator !== 'Mul') return undefined;
    const factor = inputs.find(v => v.data?.length === 1);
    const product = inputs.find(v => scalable.has(v));
    if (!factor || !product || product.size !== node.outputs[0].size) return undefined;
    const source = product.producer!;
    return builder.node('Gemm', source.inputs, { ...source.attributes, alpha: { float: factor.data![0] } }, node.outputs);
  });
};
