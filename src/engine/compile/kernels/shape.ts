import * as tf from '@tensorflow/tfjs-core';
import type { ElementType, Value } from '../graph';
import { arrayFor, sizeOf } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { Kernel, KernelCall, KernelTable } from './kernel';
import { listOf } from './kernel';

function filled(graph: GraphBuilder, shape: readonly number[], type: ElementType, value: number): Value {
  return graph.constant(arrayFor(type, sizeOf(shape)).fill(value), shape);
}

const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** Cuts `x` along `axis` into pieces of the given lengths. */
function split(graph: GraphBuilder, x: Value, axis: number, lengths: readonly number[]): Value[] {
  let start = 0;
  return lengths.map(length => {
    const part = graph.sliceAxis(x, axis, start, length);
    start += length;
    return part;
  });
}

const reverse: Kernel = ({ graph, inputs: { x }, attributes: { dims } }) => {
  const axes = tf.util.parseAxisParam(dims as number[], [...x.shape]);
  const start = x.shape.map((d, i) => (axes.includes(i) ? d - 1 : 0));
  const step = x.shape.map((_, i) => (axes.includes(i) ? -1 : 1));
  return graph.slice(x, start, x.shape, step);
};

/** Sums rows of x that carry the same id: a one-hot matrix times x, so that it needs no scatter. */
const unsortedSegmentSum: Kernel = ({ graph, inputs: { x, segmentIds }, attributes: { numSegments } }) => {
  const count = numSegments as number;
  const rows = segmentIds.size;
  const ids = graph.reshape(segmentIds, [1, rows]);
  const range = graph.constant(
    Int32Array.from({ length: count }, (_, i) => i),
    [count, 1],
  );
  const oneHot = graph.cast(graph.elementwise('Equal', [range, ids]), 'float32');
  const tail = x.shape.slice(segmentIds.shape.length);
  const sums = graph.gemm(oneHot, graph.reshape(x, [rows, sizeOf(tail)]));
  return graph.reshape(sums, [count, ...tail]);
};

const gather: Kernel = ({ graph, inputs: { x, indices }, attributes: { axis, batchDims } }) => {
  if (batchDims) throw new Error('The engine can’t compile GatherV2 with batch dimensions.');
  const at = tf.util.parseAxisParam(axis as number, [...x.shape])[0];
  const shape = [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)];
  return graph.one('Gather', [x, indices], shape, { axis: at });
};

const pad: Kernel = ({ graph, inputs: { x }, attributes: { paddings, constantValue } }) => {
  const pairs = paddings as [number, number][];
  return graph.pad(
    x,
    pairs.map(p => p[0]),
    pairs.map(p => p[1]),
    constantValue as number,
  );
};

const mirrorPad: Kernel = ({ graph, inputs: { x }, attributes: { paddings, mode } }) => {
  if (mode !== 'reflect') throw new Error(`The engine can’t compile MirrorPad in mode "${String(mode)}".`);
  const pairs = paddings as [number, number][];
  return graph.pad(
    x,
    pairs.map(p => p[0]),
    pairs.map(p => p[1]),
    0,
    'reflect',
  );
};

const sliceKernel: Kernel = ({ graph, inputs: { x }, attributes }) => {
  const [start, size] = tf.slice_util.parseSliceParams(
    { shape: x.shape } as tf.Tensor,
    attributes.begin as number[],
    attributes.size as number[],
  );
  return graph.slice(x, start, size);
};

const stridedSlice: Kernel = ({ graph, inputs: { x }, attributes: a }) => {
  const plan = tf.slice_util.sliceInfo(
    [...x.shape],
    a.begin as number[],
    a.end as number[],
    a.strides as number[],
    a.beginMask as number,
    a.endMask as number,
    a.ellipsisMask as number,
    a.newAxisMask as number,
    a.shrinkAxisMask as number,
  );
  const size = tf.slice_util.computeOutShape(plan.begin, plan.end, plan.strides);
  return graph.reshape(graph.slice(x, plan.begin, size, plan.strides), plan.finalShape);
};

const concat = (call: KernelCall): Value => {
  const inputs = listOf(call).filter(v => v.size > 0);
  return call.graph.concat(inputs, tf.util.parseAxisParam(call.attributes.axis as number, [...inputs[0].shape])[0]);
};

export const shapeKernels: KernelTable = {
  Identity: ({ inputs: { x } }) => x,
  Reshape: ({ graph, inputs: { x }, attributes: { shape } }) =>
    graph.reshape(x, tf.util.inferFromImplicitShape(shape as number[], x.size)),
  ExpandDims: ({ graph, inputs: { input }, attributes: { dim } }) => {
    const shape = [...input.shape];
    shape.splice(axisOf(dim as number, shape.length + 1), 0, 1);
    return graph.reshape(input, shape);
  },
  Transpose: ({ graph, inputs: { x }, attributes: { perm } }) => graph.transpose(x, perm as number[]),
  Fill: ({ graph, attributes: { shape, value, dtype } }) =>
    filled(graph, shape as number[], (dtype as ElementType | undefined) ?? 'float32', value as number),
  ZerosLike: ({ graph, inputs: { x } }) => filled(graph, x.shape, x.type, 0),
  OnesLike: ({ graph, inputs: { x } }) => filled(graph, x.shape, x.type, 1),
  Range: ({ graph, attributes: { start, stop, step, dtype } }) => {
    const [from, to, by] = [start as number, stop as number, step as number];
    const data = arrayFor(dtype as ElementType, Math.max(0, Math.ceil((to - from) / by)));
    for (let i = 0; i < data.length; i++) data[i] = from + i * by;
    return graph.constant(data, [data.length]);
  },
  OneHot: ({ graph, inputs: { indices }, attributes: { dtype, depth, onValue, offValue } }) => {
    const range = graph.constant(
      Int32Array.from({ length: depth as number }, (_, i) => i),
      [depth as number],
    );
    const equal = graph.elementwise('Equal', [graph.reshape(indices, [...indices.shape, 1]), range]);
    const type = dtype as ElementType;
    return graph.elementwise('Where', [equal, graph.scalar(onValue as number, type), graph.scalar(offValue as number, type)]);
  },
  Tile: ({ graph, inputs: { x }, attributes: { reps } }) => {
    const repeats = reps as number[];
    if (repeats.every(r => r === 1)) return x;
    return graph.one(
      'Tile',
      [x],
      x.shape.map((d, i) => d * repeats[i]),
      { repeats },
    );
  },
  Concat: concat,
  Pack: call => {
    const inputs = listOf(call);
    const axis = axisOf(call.attributes.axis as number, inputs[0].shape.length + 1);
    const shape = [...inputs[0].shape];
    shape.splice(axis, 0, 1);
    return call.graph.concat(
      inputs.map(v => call.graph.reshape(v, shape)),
      axis,
    );
  },
  Unpack: ({ graph, inputs: { value }, attributes: { axis } }) => {
    const at = axisOf(axis as number, value.shape.length);
    const shape = value.shape.filter((_, i) => i !== at);
    return split(graph, value, at, Array<number>(value.shape[at]).fill(1)).map(part => graph.reshape(part, shape));
  },
  SplitV: ({ graph, inputs: { x }, attributes: { numOrSizeSplits, axis } }) => {
    const at = tf.util.parseAxisParam(axis as number, [...x.shape])[0];
    const lengths = tf.backend_util.prepareSplitSize({ shape: x.shape } as tf.Tensor, numOrSizeSplits as number, at);
    return split(graph, x, at, lengths);
  },
  Slice: sliceKernel,
  StridedSlice: stridedSlice,
  PadV2: pad,
  MirrorPad: mirrorPad,
  Reverse: reverse,
  GatherV2: gather,
  UnsortedSegmentSum: unsortedSegmentSum,
};
