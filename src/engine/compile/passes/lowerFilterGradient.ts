import type { Node, Value } from '../graph';
import { numbers } from '../graph';
import type { GraphBuilder } from '../graphBuilder';

/** Up to this many input channels the filter gradient is a convolution of the transposed tensors; beyond it, im2col and a Gemm. */
const FEW_CHANNELS = 4;

/** Numbers in the im2col matrix of a filter row beyond which one Gemm per filter cell is used instead: 256 MiB. */
const LARGEST_PATCH_MATRIX = 64 * 1024 * 1024;

/**
 * The gradient of a convolution's filter, OIHW, from x and dy, both NCHW:
 * dW[o, c, i, j] = Σ over n, r, q of dy[n, o, r, q] · x[n, c, r·s + i·d − pad, q·s + j·d − pad].
 */
export function filterGradient(graph: GraphBuilder, node: Node, x: Value, dy: Value): Value {
  const group = (node.attributes.group as number | undefined) ?? 1;
  const input = cropToWindows(graph, node, x, dy);
  if (group > 1) return byTransposedConvolution(graph, node, input, dy, group);
  if (input.shape[1] <= FEW_CHANNELS) return byTransposedConvolution(graph, node, input, dy, 1);
  const [n, , height, width] = dy.shape;
  const patches = n * height * width * input.shape[1] * node.outputs[0].shape[3];
  return patches <= LARGEST_PATCH_MATRIX ? byRows(graph, node, input, dy) : byCells(graph, node, input, dy);
}

/** x with its padding, cut to exactly the rows and columns that some window covers. */
function cropToWindows(graph: GraphBuilder, node: Node, x: Value, dy: Value): Value {
  const [kernel, strides, dilations, pads] = ['kernel_shape', 'strides', 'dilations', 'pads'].map(name => numbers(node, name));
  const [n, c, height, width] = x.shape;
  const need = [0, 1].map(i => (dy.shape[2 + i] - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1);
  const padded = graph.pad(
    x,
    [0, 0, pads[0], pads[1]],
    [0, 0, Math.max(0, need[0] - height - pads[0]), Math.max(0, need[1] - width - pads[1])],
  );
  return graph.slice(padded, [0, 0, 0, 0], [n, c, need[0], need[1]]);
}

/**
 * Images and channels swap roles: x's channels become the batch, dy becomes the filter, stride becomes dilation and the other way
 * round. With groups each channel's images sit side by side as one group.
 */
function byTransposedConvolution(graph: GraphBuilder, node: Node, x: Value, dy: Value, group: number): Value {
  const [n, channels, height, width] = x.shape;
  const [, outer, outHeight, outWidth] = dy.shape;
  const [, , kernelHeight, kernelWidth] = node.outputs[0].shape;
  const batch = group > 1 ? 1 : channels;
  const swapped = graph.reshape(graph.transpose(x, [1, 0, 2, 3]), [batch, group > 1 ? channels * n : n, height, width]);
  const result = graph.one('Conv', [swapped, graph.transpose(dy, [1, 0, 2, 3])], [batch, outer, kernelHeight, kernelWidth], {
    kernel_shape: [outHeight, outWidth],
    strides: numbers(node, 'dilations'),
    dilations: numbers(node, 'strides'),
    pads: [0, 0, 0, 0],
    group,
  });
  return group > 1 ? graph.reshape(result, [outer, 1, kernelHeight, kernelWidth]) : graph.transpose(result, [1, 0, 2, 3]);
}

/**
 * im2col a row of the filter at a time: one row of the matrix per output pixel, one column per cell of the filter's row and channel; its
 * transpose times dy is that row of the gradient. Against the whole filter at once this saves a copy of the largest matrix.
 */
function byRows(graph: GraphBuilder, node: Node, x: Value, dy: Value): Value {
  const [strides, dilations] = [numbers(node, 'strides'), numbers(node, 'dilations')];
  const [outer, channels, kernelHeight, kernelWidth] = node.outputs[0].shape;
  const [n, , outHeight, outWidth] = dy.shape;
  const rows = n * outHeight * outWidth;
  const last = graph.transpose(x, [0, 2, 3, 1]);
  const across = graph.concat(
    Array.from({ length: kernelWidth }, (_, j) => graph.sliceAxis(last, 2, j * dilations[1], outWidth, strides[1])),
    3,
  );
  const gradient = graph.reshape(graph.transpose(dy, [0, 2, 3, 1]), [rows, outer]);
  const filterRows = Array.from({ length: kernelHeight }, (_, i) => {
    const patches = graph.sliceAxis(across, 1, i * dilations[0], outHeight, strides[0]);
    return graph.gemm(graph.reshape(patches, [rows, kernelWidth * channels]), gradient, true);
  });
  const matrix = graph.concat(filterRows, 0);
  return graph.transpose(graph.reshape(matrix, [kernelHeight, kernelWidth, channels, outer]), [3, 2, 0, 1]);
}

/** As `byRows`, one filter cell at a time: slower, but never holds more than one copy of x. */
function byCells(graph: GraphBuilder, node: Node, x: Value, dy: Value): Value {
  const [strides, dilations] = [numbers(node, 'strides'), numbers(node, 'dilations')];
  const [outer, channels, kernelHeight, kernelWidth] = node.outputs[0].shape;
  const [n, , outHeight, outWidth] = dy.shape;
  const rows = n * outHeight * outWidth;
  const last = graph.transpose(x, [0, 2, 3, 1]);
  const gradient = graph.reshape(graph.transpose(dy, [0, 2, 3, 1]), [rows, outer]);
  const cells: Value[] = [];
  for (let i = 0; i < kernelHeight; i++) {
    for (let j = 0; j < kernelWidth; j++) {
      const start = [0, i * dilations[0], j * dilations[1], 0];
      const cell = graph.slice(last, start, [n, outHeight, outWidth, channels], [1, strides[0], strides[1], 1]);
      const matrix = graph.gemm(graph.reshape(cell, [rows, channels]), gradient, true);
      cells.push(graph.reshape(matrix, [1, channels, outer]));
    }
  }
  const filter = graph.reshape(graph.concat(cells, 0), [kernelHeight, kernelWidth, channels, outer]);
  return graph.transpose(filter, [3, 2, 0, 1]);
}
