import { compileProgram } from '../compile/compileProgram';
import { writeOnnxModel } from '../compile/onnxModel';
import type { Network } from '../model/network';
import { frozenEncoderProgram } from './encoderProgram';

/**
 * The encoder with its weights as one ONNX model: input `images` [batch, height, width, channels], numbers 0…1; output `embedding`
 * [batch, size]. `metadata` goes into the model's properties, with the preprocessing that the input expects.
 */
export function exportOnnx(
  network: Network,
  parameters: Readonly<Record<string, Float32Array>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const { graph, freeBatch } = compileProgram(frozenEncoderProgram(network, parameters));
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
