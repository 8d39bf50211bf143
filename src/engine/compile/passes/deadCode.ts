import type { Node, Value } from '../graph';
import type { Pass } from './rewrite';

/** Drops nodes that no output needs. */
export const removeDeadCode: Pass = graph => {
  const needed = new Set<Value>(graph.outputs.values());
  const kept: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some(v => needed.has(v))) continue;
    for (const input of node.inputs) needed.add(input);
    kept.push(node);
  }
  return { ...graph, nodes: kept.reverse() };
};
