import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OnnxWriter } from '../../../../src/engine/compile/onnxWriter';

/** Two classes: the first sees red and blue, the second green and blue. */
const CLASS_WEIGHTS = [1, 0, 0, 1, 1, 1];

/** An ONNX classifier of 8×8 colour images: each channel's mean (inside called `means`), two scores, their softmax. */
export function colourMeansOnnx({
  inputs = ['images'],
  producer = 'pytorch',
}: { readonly inputs?: readonly string[]; readonly producer?: string } = {}): Uint8Array {
  const writer = new OnnxWriter(17);
  const [images] = inputs.map(name => writer.input(name, ['batch', 3, 8, 8]));
  const [means] = writer.nodes('GlobalAveragePool', [images], ['means']);
  const flat = writer.node('Flatten', [means], { axis: 1 });
  const scores = writer.node('MatMul', [flat, writer.constant(Float32Array.from(CLASS_WEIGHTS), [3, 2])]);
  writer.output('probabilities', writer.node('Softmax', [scores], { axis: 1 }), ['batch', 2]);
  return writer.build({ producer });
}

/** The same as a TensorFlow.js layers model of 4×4 images. @returns the path of its model.json */
export async function colourMeansLayers(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const layer = (className: string, name: string, own: object, from?: string): object => ({
    class_name: className,
    name,
    config: { name, ...own },
    inbound_nodes: from === undefined ? [] : [[[from, 0, 0, {}]]],
  });
  const layers = [
    layer('InputLayer', 'image', { batch_input_shape: [null, 4, 4, 3], dtype: 'float32' }),
    layer('GlobalAveragePooling2D', 'average', {}, 'image'),
    layer('Dense', 'classes', { units: 2, use_bias: false, activation: 'softmax' }, 'average'),
  ];
  const config = { name: 'tiny', layers, input_layers: [['image', 0, 0]], output_layers: [['classes', 0, 0]] };
  const weightsManifest = [{ paths: ['weights.bin'], weights: [{ name: 'classes/kernel', shape: [3, 2], dtype: 'float32' }] }];
  const modelTopology = { keras_version: '2.2.4', backend: 'tensorflow', model_config: { class_name: 'Model', config } };
  const file = path.join(folder, 'model.json');
  await writeFile(file, JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest }));
  await writeFile(path.join(folder, 'weights.bin'), new Uint8Array(Float32Array.from(CLASS_WEIGHTS).buffer));
  return file;
}
