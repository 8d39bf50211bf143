import * as tf from '@tensorflow/tfjs-core';
import type { Attributes, Value } from '../graph';
import { GRADIENT_OPERATORS } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import { activate } from './elementwise';
import type { Kernel, KernelTable } from './kernel';

const { backend_util: util } = tf;

/** Permutations between TensorFlow.js's and ONNX's orders. */
export const TO_CHANNELS_FIRST = [0, 3, 1, 2];
export const TO_CHANNELS_LAST = [0, 2, 3, 1];
/** HWIO → OIHW and back. */
const FILTER_TO_ONNX = [3, 2, 0, 1];
const FILTER_FROM_ONNX = [2, 3, 1, 0];

type Settings = Readonly<Record<string, unknown>>;

const rounding = (at: Settings): 'floor' | 'round' | 'ceil' | undefined => at.dimRoundingMode as 'floor' | undefined;

function refuseChannelsFirst(at: Settings): void {
  if (at.dataFormat !== undefined && at.dataFormat !== 'NHWC') throw new Error('The engine compiles convolutions in NHWC only.');
}

function info(
  at: Settings,
  xShape: readonly number[],
  filterShape: readonly number[],
  depthwise: boolean,
): tf.backend_util.Conv2DInfo {
  refuseChannelsFirst(at);
  return util.computeConv2DInfo(
    xShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    at.strides as [number, number],
    (at.dilations as [number, number] | undefined) ?? [1, 1],
    at.pad as 'valid',
    rounding(at),
    depthwise,
  );
}

/** What ONNX's Conv, and the gradients that go with it, need to know. `filter` has one group's input channels second. */
function convAttributes(ci: tf.backend_util.Conv2DInfo, group = 1): Attributes {
  return {
    kernel_shape: [ci.filterHeight, ci.filterWidth],
    strides: [ci.strideHeight, ci.strideWidth],
    dilations: [ci.dilationHeight, ci.dilationWidth],
    pads: [ci.padInfo.top, ci.padInfo.left, ci.padInfo.bottom, ci.padInfo.right],
    group,
  };
}

const channelsFirst = (graph: GraphBuilder, v: Value): Value => graph.transpose(v, TO_CHANNELS_FIRST);
const channelsLast = (graph: GraphBuilder, v: Value): Value => graph.transpose(v, TO_CHANNELS_LAST);

/** A depthwise filter [kh, kw, C, M] as ONNX's [C·M, 1, kh, kw]. */
function depthwiseFilter(graph: GraphBuilder, filter: Value): Value {
  const [height, width, channels, multiplier] = filter.shape;
  return graph.reshape(graph.transpose(filter, [2, 3, 0, 1]), [channels * multiplier, 1, height, width]);
}

function convolve(graph: GraphBuilder, x: Value, filter: Value, ci: tf.backend_util.Conv2DInfo, depthwise: boolean): Value {
  const weights = depthwise ? depthwiseFilter(graph, filter) : graph.transpose(filter, FILTER_TO_ONNX);
  const [n, h, w, c] = ci.outShape;
  const attributes = convAttributes(ci, depthwise ? ci.inChannels : 1);
  return channelsLast(graph, graph.one('Conv', [channelsFirst(graph, x), weights], [n, c, h, w], attributes));
}

const convolution =
  (depthwise: boolean): Kernel =>
  ({ graph, inputs, attributes: at }) => {
    const { x, filter, bias, preluActivationWeights } = inputs;
    const plain = convolve(graph, x, filter, info(at, x.shape, filter.shape, depthwise), depthwise);
    const shifted = bias ? graph.elementwise('Add', [plain, bias]) : plain;
    return activate(graph, shifted, at.activation, preluActivationWeights, at.leakyreluAlpha);
  };

const inputGradient =
  (depthwise: boolean): Kernel =>
  ({ graph, inputs: { dy, filter }, attributes: at }) => {
    const ci = info(at, at.inputShape as number[], filter.shape, depthwise);
    const weights = depthwise ? depthwiseFilter(graph, filter) : graph.transpose(filter, FILTER_TO_ONNX);
    const shape = [ci.batchSize, ci.inChannels, ci.inHeight, ci.inWidth];
    const attributes = convAttributes(ci, depthwise ? ci.inChannels : 1);
    const dx = graph.one(GRADIENT_OPERATORS.convolutionInput, [channelsFirst(graph, dy), weights], shape, attributes);
    return channelsLast(graph, dx);
  };

const filterGradient =
  (depthwise: boolean): Kernel =>
  ({ graph, inputs: { x, dy }, attributes: at }) => {
    const filterShape = at.filterShape as number[];
    const ci = info(at, x.shape, filterShape, depthwise);
    const [height, width, channels, outer] = filterShape;
    const shape = depthwise ? [channels * outer, 1, height, width] : [outer, channels, height, width];
    const dw = graph.one(
      GRADIENT_OPERATORS.convolutionFilter,
      [channelsFirst(graph, x), channelsFirst(graph, dy)],
      shape,
      convAttributes(ci, depthwise ? channels : 1),
    );
    if (!depthwise) return graph.transpose(dw, FILTER_FROM_ONNX);
    return graph.transpose(graph.reshape(dw, [channels, outer, height, width]), [2, 3, 0, 1]);
  };

export const convolutionKernels: KernelTable = {
  Conv2D: convolution(false),
  FusedConv2D: convolution(false),
  Conv2DBackpropInput: inputGradient(false),
  Conv2DBackpropFilter: filterGradient(false),
  DepthwiseConv2dNative: convolution(true),
  FusedDepthwiseConv2D: convolution(true),
  DepthwiseConv2dNativeBackpropInput: inputGradient(true),
  DepthwiseConv2dNativeBackpropFilter: filterGradient(true),
};
