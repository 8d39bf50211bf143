import * as tf from '@tensorflow/tfjs-core';
import { compileProgram } from '../compile/compileProgram';
import { writeOnnxModel } from '../compile/onnxModel';
import type { Program } from '../compile/program';
import type { Network } from '../model/network';
import { encoderProgram } from './encoderProgram';

/**
 * The encoder with its weights as one ONNX model: input `images` [batch, height, width, channels], numbers 0…1; output `embedding`
 * [batch, size]. `metadata` goes into the model's properties, with the preprocessing that the input expects.
 */
export function exportOnnx(
  network: Network,
  parameters: Readonly<Record<string, Float32Array>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const encoder = encoderProgram(network);
  const frozen: Program = {
    ...encoder,
    state: {},
    compute: (_state, inputs) => {
      const weights = Object.entries(network.parameters).map(
        ([name, spec]) => [name, tf.tensor(parameters[name], [...spec.shape], 'float32')] as const,
      );
      return encoder.compute(Object.fromEntries(weights), inputs);
    },
  };
  const { graph, freeBatch } = compileProgram(frozen);
  const [height, width, channels] = network.input;
  return writeOnnxModel(graph, {
    freeBatch,
    metadata: {
      network: network.name,
      preprocessing: `resized to ${height}x${width}, ${channels === 1 ? 'grey' : 'RGB'}, channels last, divided by 255`,
      ...metadata,
    },
  });
}
