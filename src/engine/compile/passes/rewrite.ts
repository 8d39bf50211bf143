import type { Graph, Node, Value } from '../graph';
import { GraphBuilder } from '../graphBuilder';

/** One pass over a graph: same inputs and outputs, same results, other nodes. */
export type Pass = (graph: Graph) => Graph;

/**
 * Gives what replaces a node's outputs, or nothing to keep it. `inputs` are the node's inputs in the new graph; their `producer`s
 * are nodes of the new graph, so that a rule sees what earlier rules made.
 */
export type Rule = (node: Node, inputs: readonly Value[], graph: GraphBuilder) => readonly Value[] | undefined;

/** Rebuilds a graph, offering every node to `rule` in order. */
export function rewrite(graph: Graph, rule: Rule): Graph {
  const builder = new GraphBuilder();
  const renamed = new Map<Value, Value>();
  const current = (value: Value): Value => renamed.get(value) ?? value;
  for (const input of graph.inputs) builder.adoptInput(input);
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(current);
    const replacement = rule(node, inputs, builder) ?? builder.node(node.operator, inputs, node.attributes, node.outputs);
    node.outputs.forEach((output, i) => renamed.set(output, replacement[i]));
  }
  for (const [name, value] of graph.outputs) builder.output(name, current(value));
  return builder.finish();
}
