import type { KernelTable } from './kernel';

export const normalizationKernels: KernelTable = {
  /** (x − mean) / √(variance + ε) · scale + offset. */
  FusedBatchNorm: ({ graph, inputs: { x, mean, variance, offset, scale }, attributes: { varianceEpsilon } }) => {
    const shifted = graph.elementwise('Add', [variance, graph.scalar(varianceEpsilon as number)]);
    const deviation = graph.elementwise('Sqrt', [shifted]);
    const factor = scale ? graph.elementwise('Div', [scale, deviation]) : graph.elementwise('Reciprocal', [deviation]);
    const scaled = graph.elementwise('Mul', [graph.elementwise('Sub', [x, mean]), factor]);
    return offset ? graph.elementwise('Add', [scaled, offset]) : scaled;
  },
};
