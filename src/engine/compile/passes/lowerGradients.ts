import type { Node, Value } from '../graph';
import { GRADIENT_OPERATORS, numbers, sizeOf } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import { filterGradient } from './lowerFilterGradient';
import type { Pass } from './rewrite';
import { rewrite } from './rewrite';

/** Turns the compiler's own gradient operators into ONNX operators. */
export const lowerGradients: Pass = graph =>
  rewrite(graph, (node, inputs, builder) => {
    switch (node.operator) {
      case GRADIENT_OPERATORS.convolutionFilter:
        return [filterGradient(builder, node, inputs[0], inputs[1])];
      case GRADIENT_OPERATORS.convolutionInput:
        return [inputGradient(builder, node, inputs[0], inputs[1])];
      case GRADIENT_OPERATORS.maxPool:
        return [maxPoolGradient(builder, node, inputs[0], inputs[1])];
      case GRADIENT_OPERATORS.averagePool:
        return [averagePoolGradient(builder, node, inputs[0])];
    }
    return undefined;
  });

/** Padding at the end of each spatial axis that makes a transposed convolution reach exactly `size`. */
function outputPadding(node: Node, size: readonly number[], outer: readonly number[]): number[] {
  const [kernel, strides, pads] = [numbers(node, 'kernel_shape'), numbers(node, 'strides'), numbers(node, 'pads')];
  const dilations = node.attributes.dilations === undefined ? [1, 1] : numbers(node, 'dilations');
  return size.map((d, i) => d - ((outer[i] - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1 - pads[i] - pads[i + 2]));
}

/** A convolution's input gradient is the transposed convolution with the same filter. */
function inputGradient(graph: GraphBuilder, node: Node, dy: Value, filter: Value): Value {
  const { shape } = node.outputs[0];
  const padding = outputPadding(node, shape.slice(2), dy.shape.slice(2));
  return graph.one('ConvTranspose', [dy, filter], shape, { ...node.attributes, output_padding: padding });
}

/** Windows that neither overlap nor hang over the edge can be undone by MaxUnpool; others are scattered window cell by window cell. */
function maxPoolGradient(graph: GraphBuilder, node: Node, dy: Value, x: Value): Value {
  const [kernel, strides, pads] = [numbers(node, 'kernel_shape'), numbers(node, 'strides'), numbers(node, 'pads')];
  const { kernel_shape, strides: steps } = node.attributes;
  if (kernel.every((k, i) => k <= strides[i]) && pads.every(p => p === 0)) {
    const pooled = graph.node('MaxPool', [x], node.attributes, [{ shape: dy.shape }, { shape: dy.shape, type: 'int64' }]);
    return graph.one('MaxUnpool', [dy, pooled[1]], x.shape, { kernel_shape, strides: steps, outputShape: x.shape });
  }
  return overlappingMaxPoolGradient(graph, node, dy, x);
}

/** Below any number that a network computes, and safe to multiply. */
const LOWEST = -3.0e38;

/**
 * Every cell (i, j) of the window in turn: where x there equals the maximum and no earlier cell did, it takes dy. Each cell's share
 * is spread out to the stride, shifted to its place and added up.
 */
function overlappingMaxPoolGradient(graph: GraphBuilder, node: Node, dy: Value, x: Value): Value {
  const [kernel, strides, pads] = [numbers(node, 'kernel_shape'), numbers(node, 'strides'), numbers(node, 'pads')];
  const [n, c, height, width] = x.shape;
  const [outHeight, outWidth] = dy.shape.slice(2);
  // The last window may end before or after the image does.
  const reach = [0, 1].map(i => Math.max([height, width][i] + pads[i], ([outHeight, outWidth][i] - 1) * strides[i] + kernel[i]));
  const after = [reach[0] - height - pads[0], reach[1] - width - pads[1]];
  const padded = graph.pad(x, [0, 0, pads[0], pads[1]], [0, 0, after[0], after[1]], LOWEST);
  const maximum = graph.one('MaxPool', [x], dy.shape, node.attributes);
  let rest = dy;
  let sum: Value | undefined;
  for (let i = 0; i < kernel[0]; i++) {
    for (let j = 0; j < kernel[1]; j++) {
      const cell = graph.slice(padded, [0, 0, i, j], [n, c, outHeight, outWidth], [1, 1, strides[0], strides[1]]);
      const isMaximum = graph.elementwise('Equal', [cell, maximum]);
      const share = graph.elementwise('Where', [isMaximum, rest, graph.scalar(0)]);
      rest = graph.elementwise('Where', [isMaximum, graph.scalar(0), rest]);
      const spread = spreadOut(graph, share, strides);
      const [h, w] = spread.shape.slice(2);
      // Rows that only the spreading added may stick out at the end.
      const kept = graph.slice(spread, [0, 0, 0, 0], [n, c, Math.min(h, reach[0] - i), Math.min(w, reach[1] - j)]);
      const placed = graph.pad(kept, [0, 0, i, j], [0, 0, reach[0] - i - kept.shape[2], reach[1] - j - kept.shape[3]]);
      sum = sum ? graph.elementwise('Add', [sum, placed]) : placed;
    }
  }
  return graph.slice(sum!, [0, 0, pads[0], pads[1]], [n, c, height, width]);
}

/** Puts stride − 1 zeros after every row and column. */
export function spreadOut(graph: GraphBuilder, x: Value, strides: readonly number[]): Value {
  const [n, c, h, w] = x.shape;
  if (strides.every(s => s === 1)) return x;
  const cells = graph.reshape(x, [n, c, h, 1, w, 1]);
  const padded = graph.pad(cells, [0, 0, 0, 0, 0, 0], [0, 0, 0, strides[0] - 1, 0, strides[1] - 1]);
  return graph.reshape(padded, [n, c, h * strides[0], w * strides[1]]);
}

/**
 * dy divided by the number of image cells under each window (as the forward mean is), then spread evenly. TensorFlow.js's own
 * `AvgPoolGrad` divides by the whole window even where it hangs over the edge, which is not the gradient of its forward pass.
 */
function averagePoolGradient(graph: GraphBuilder, node: Node, dy: Value): Value {
  const { shape } = node.outputs[0];
  const [kernel, strides, pads] = [numbers(node, 'kernel_shape'), numbers(node, 'strides'), numbers(node, 'pads')];
  const [outHeight, outWidth] = dy.shape.slice(2);
  const covered = (at: number, i: number): number => {
    const start = at * strides[i] - pads[i];
    return Math.min(start + kernel[i], shape[2 + i]) - Math.max(start, 0);
  };
  const shares = new Float32Array(outHeight * outWidth);
  for (let r = 0; r < outHeight; r++) {
    for (let q = 0; q < outWidth; q++) shares[r * outWidth + q] = 1 / (covered(r, 0) * covered(q, 1));
  }
  const weighted = graph.elementwise('Mul', [dy, graph.constant(shares, [1, 1, outHeight, outWidth])]);
  const channels = shape[1];
  const ones = graph.constant(new Float32Array(channels * sizeOf(kernel)).fill(1), [channels, 1, ...kernel]);
  return graph.one('ConvTranspose', [weighted, ones], shape, {
    ...node.attributes,
    group: channels,
    output_padding: outputPadding(node, shape.slice(2), [outHeight, outWidth]),
  });
}
