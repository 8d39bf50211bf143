import type { Graph } from './graph';
import { lowerGradients } from './passes/lowerGradients';
import type { Pass } from './passes/rewrite';

const PASSES: readonly Pass[] = [lowerGradients];

/** All passes in order. */
export function optimize(graph: Graph, _freeBatch?: number): Graph {
  return PASSES.reduce((current, pass) => pass(current), graph);
}
