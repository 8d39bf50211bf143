import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OnnxWriter } from '../../../../src/engine/compile/onnxWriter';

/** Two classes: the first sees red and blue, the second green and blue. */
const CLASS_WEIGHTS = [1, 0, 0, 1, 1, 1];

/** An ONNX classifier of 8×8 colour images: each channel's mean (inside called `means`), two scores, their softmax. */
export function colourMeansOnnx({
  inputs = ['images'],
  producer = 'pytorch',
  height = 8,
  width = 8,
  type = 'float32',
}: {
  readonly inputs?: readonly string[];
  readonly producer?: string;
  /** A name: any. */
  readonly height?: number | string;
  readonly width?: number | string;
  readonly type?: 'float32' | 'uint8';
} = {}): Uint8Array {
  const writer = new OnnxWriter(17);
  const [images] = inputs.map(name => writer.input(name, ['batch', 3, height, width], type));
  const numbers = type === 'uint8' ? writer.node('Cast', [images], { to: 1 }) : images;
  const [same] = writer.nodes('Identity', [numbers], ['same']);
  const [means] = writer.nodes('GlobalAveragePool', [same], ['means']);
  const flat = writer.node('Flatten', [means], { axis: 1 });
  const scores = writer.node('MatMul', [flat, writer.constant(Float32Array.from(CLASS_WEIGHTS), [3, 2])]);
  writer.output('probabilities', writer.node('Softmax', [scores], { axis: 1 }), ['batch', 2]);
  return writer.build({ producer });
}

/** The same as a TensorFlow.js layers model of 4×4 images. @returns the path of its model.json */
export async function colourMeansLayers(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const layers = [
    layer('InputLayer', 'image', { batch_input_shape: [null, 4, 4, 3], dtype: 'float32' }),
    layer('GlobalAveragePooling2D', 'average', {}, 'image'),
    layer('Dense', 'classes', { units: 2, use_bias: false, activation: 'softmax' }, 'average'),
  ];
  const weightsManifest = [{ paths: ['weights.bin'], weights: [{ name: 'classes/kernel', shape: [3, 2], dtype: 'float32' }] }];
  await writeFile(path.join(folder, 'weights.bin'), new Uint8Array(Float32Array.from(CLASS_WEIGHTS).buffer));
  return writeModel(folder, layers, ['image', 'classes'], weightsManifest);
}

/** One layer of a model.json, in the form of Keras 2. */
const layer = (className: string, name: string, own: object, from?: string): object => ({
  class_name: className,
  name,
  config: { name, ...own },
  inbound_nodes: from === undefined ? [] : [[[from, 0, 0, {}]]],
});

async function writeModel(
  folder: string,
  layers: object[],
  [input, output]: string[],
  weightsManifest: object[],
): Promise<string> {
  const config = { name: 'tiny', layers, input_layers: [[input, 0, 0]], output_layers: [[output, 0, 0]] };
  const modelTopology = { keras_version: '2.2.4', backend: 'tensorflow', model_config: { class_name: 'Model', config } };
  const file = path.join(folder, 'model.json');
  await writeFile(file, JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest }));
  return file;
}

/** A layers model of 2×2 images: a 1×1 convolution that doubles red and blue, its mean over places, two classes. @returns its model.json */
export async function quantizedLayers(folder: string): Promise<string> {
  const config = { filters: 2, kernel_size: [1, 1], use_bias: false, activation: 'linear' };
  const layers = [
    layer('InputLayer', 'in', { batch_input_shape: [null, 2, 2, 3], dtype: 'float32' }),
    layer('Conv2D', 'conv', config, 'in'),
    layer('GlobalAveragePooling2D', 'pool', {}, 'conv'),
    layer('Dense', 'classes', { units: 2, use_bias: false, activation: 'softmax' }, 'pool'),
  ];
  // Whole numbers from 0 as bytes.
  const quantization = { dtype: 'uint8', min: 0, scale: 1 };
  const weightsManifest = [
    { paths: ['a.bin'], weights: [{ name: 'conv/kernel', shape: [1, 1, 3, 2], dtype: 'float32', quantization }] },
    { paths: ['b.bin'], weights: [{ name: 'classes/kernel', shape: [2, 2], dtype: 'float32' }] },
  ];
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'a.bin'), Uint8Array.of(2, 0, 0, 0, 0, 2));
  await writeFile(path.join(folder, 'b.bin'), new Uint8Array(Float32Array.of(1, 0, 0, 1).buffer));
  return writeModel(folder, layers, ['in', 'classes'], weightsManifest);
}
