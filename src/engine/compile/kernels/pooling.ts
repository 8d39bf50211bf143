import * as tf from '@tensorflow/tfjs-core';
import type { Attributes, Value } from '../graph';
import { GRADIENT_OPERATORS } from '../graph';
import type { Kernel, KernelTable } from './kernel';
import { TO_CHANNELS_FIRST, TO_CHANNELS_LAST } from './convolution';

type Settings = Readonly<Record<string, unknown>>;

function poolInfo(at: Settings, x: Value): tf.backend_util.Conv2DInfo {
  return tf.backend_util.computePool2DInfo(
    x.shape as [number, number, number, number],
    at.filterSize as [number, number],
    at.strides as [number, number],
    1,
    at.pad as 'valid',
    at.dimRoundingMode as 'floor' | undefined,
  );
}

const poolAttributes = (ci: tf.backend_util.Conv2DInfo): Attributes => ({
  kernel_shape: [ci.filterHeight, ci.filterWidth],
  strides: [ci.strideHeight, ci.strideWidth],
  pads: [ci.padInfo.top, ci.padInfo.left, ci.padInfo.bottom, ci.padInfo.right],
});

/** Both take the mean over the part of the window that is on the image, as ONNX does by default. */
const pool =
  (operator: 'MaxPool' | 'AveragePool'): Kernel =>
  ({ graph, inputs: { x }, attributes }) => {
    const ci = poolInfo(attributes, x);
    const [n, h, w, c] = ci.outShape;
    const y = graph.one(operator, [graph.transpose(x, TO_CHANNELS_FIRST)], [n, c, h, w], poolAttributes(ci));
    return graph.transpose(y, TO_CHANNELS_LAST);
  };

export const poolingKernels: KernelTable = {
  MaxPool: pool('MaxPool'),
  AvgPool: pool('AveragePool'),
  MaxPoolGrad: ({ graph, inputs: { dy, input }, attributes }) => {
    const ci = poolInfo(attributes, input);
    const x = graph.transpose(input, TO_CHANNELS_FIRST);
    const operands = [graph.transpose(dy, TO_CHANNELS_FIRST), x];
    return graph.transpose(graph.one(GRADIENT_OPERATORS.maxPool, operands, x.shape, poolAttributes(ci)), TO_CHANNELS_LAST);
  },
  AvgPoolGrad: ({ graph, inputs: { dy, input }, attributes }) => {
    const ci = poolInfo(attributes, input);
    const shape = [ci.batchSize, ci.inChannels, ci.inHeight, ci.inWidth];
    const dx = graph.one(GRADIENT_OPERATORS.averagePool, [graph.transpose(dy, TO_CHANNELS_FIRST)], shape, poolAttributes(ci));
    return graph.transpose(dx, TO_CHANNELS_LAST);
  },
};
