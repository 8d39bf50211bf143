import type { Value } from '../graph';
import { broadcastShape, sizeOf } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import { activate } from './elementwise';
import type { Kernel, KernelTable } from './kernel';

/** The permutation that swaps the last two axes. */
const swapLastTwo = (rank: number): number[] => {
  const order = Array.from({ length: rank }, (_, i) => i);
  [order[rank - 1], order[rank - 2]] = [order[rank - 2], order[rank - 1]];
  return order;
};

function product(graph: GraphBuilder, a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (sizeOf(batch) === 1) {
    const matrix = graph.gemm(graph.reshape(a, a.shape.slice(-2)), graph.reshape(b, b.shape.slice(-2)), transposeA, transposeB);
    return graph.reshape(matrix, [...batch, ...matrix.shape]);
  }
  const left = transposeA ? graph.transpose(a, swapLastTwo(a.shape.length)) : a;
  const right = transposeB ? graph.transpose(b, swapLastTwo(b.shape.length)) : b;
  return graph.one('MatMul', [left, right], [...batch, left.shape.at(-2)!, right.shape.at(-1)!]);
}

const matMul: Kernel = ({ graph, inputs: { a, b }, attributes: { transposeA, transposeB } }) =>
  product(graph, a, b, transposeA === true, transposeB === true);

const fusedMatMul: Kernel = ({ graph, inputs, attributes: at }) => {
  const { a, b, bias, preluActivationWeights } = inputs;
  const plain = product(graph, a, b, at.transposeA === true, at.transposeB === true);
  const shifted = bias ? graph.elementwise('Add', [plain, bias]) : plain;
  return activate(graph, shifted, at.activation, preluActivationWeights, at.leakyreluAlpha);
};

export const linearKernels: KernelTable = { BatchMatMul: matMul, _FusedMatMul: fusedMatMul };
