import type { Graph } from './graph';
import { shareCommonSubexpressions } from './passes/commonSubexpressions';
import { convPoolPhases } from './passes/convPoolPhases';
import { removeDeadCode } from './passes/deadCode';
import { freeBatch } from './passes/dynamicBatch';
import { foldConstants } from './passes/foldConstants';
import { fuseBias } from './passes/fuseBias';
import { lowerGradients } from './passes/lowerGradients';
import { maskByProduct } from './passes/maskByProduct';
import { narrowBroadcasts } from './passes/narrowBroadcasts';
import { poolFirst } from './passes/poolFirst';
import type { Pass } from './passes/rewrite';
import { scaleGemm } from './passes/scaleGemm';
import { simplify } from './passes/simplify';
import { hoistBooleanTransposes, sinkTransposes } from './passes/sinkTransposes';

const CLEAN_UP: readonly Pass[] = [foldConstants, simplify, shareCommonSubexpressions, removeDeadCode];

/** In this order: layouts first, then what only shows in one layout, then the gradients in terms of ONNX. */
const PASSES: readonly Pass[] = [
  narrowBroadcasts,
  removeDeadCode,
  ...CLEAN_UP,
  ...CLEAN_UP,
  sinkTransposes,
  ...CLEAN_UP,
  hoistBooleanTransposes,
  ...CLEAN_UP,
  poolFirst,
  ...CLEAN_UP,
  poolFirst,
  ...CLEAN_UP,
  convPoolPhases,
  lowerGradients,
  ...CLEAN_UP,
  fuseBias,
  scaleGemm,
  ...CLEAN_UP,
  maskByProduct,
  shareCommonSubexpressions,
];

/** The same computation, faster. `batch`: the size that a free batch was recorded with. */
export function optimize(graph: Graph, batch?: number): Graph {
  const optimized = PASSES.reduce((current, pass) => pass(current), graph);
  return batch === undefined ? optimized : freeBatch(optimized, batch);
}
