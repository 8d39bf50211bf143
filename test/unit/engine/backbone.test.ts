import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { featureSource } from '../../../src/engine/backbone/classifierHead';
import { readOnnxOutline } from '../../../src/engine/backbone/onnxFile';
import { openBackbone, reopenBackbone } from '../../../src/engine/backbone/openBackbone';
import { initialParameters } from '../../../src/engine/model/initialize';
import { createNetwork } from '../../../src/engine/model/networks';
import { createNodeRuntime } from '../../../src/engine/runtime/nodeRuntime';
import type { Runtime } from '../../../src/engine/runtime/runtime';
import { createWebRuntime } from '../../../src/engine/runtime/webRuntime';
import { SeededRandom } from '../../../src/engine/samplers/random';
import { exportOnnx } from '../../../src/engine/training/exportOnnx';

const folder = mkdtempSync(path.join(tmpdir(), 'twinlint-backbone-'));
let runtime: Runtime;
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(async () => {
  runtime = await createNodeRuntime(1);
});

/** A 1×1 convolution that doubles red and blue and drops green, a mean over places, a classifier of two classes. */
function writeLayersModel(name: string, change: (model: Record<string, unknown>) => void = () => undefined): string {
  const layer = (className: string, own: string, config: object, ...from: string[]): object => ({
    class_name: className,
    name: own,
    config: { name: own, ...config },
    inbound_nodes: from.length > 0 ? [from.map(f => [f, 0, 0, {}])] : [],
  });
  const layers = [
    layer('InputLayer', 'in', { batch_input_shape: [null, 2, 2, 3], dtype: 'float32' }),
    layer('Conv2D', 'conv', { filters: 2, kernel_size: [1, 1], use_bias: false, activation: 'linear' }, 'in'),
    layer('GlobalAveragePooling2D', 'pool', {}, 'conv'),
    layer('Dense', 'classes', { units: 2, use_bias: false, activation: 'softmax' }, 'pool'),
  ];
  const config = { name: 'tiny', layers, input_layers: [['in', 0, 0]], output_layers: [['classes', 0, 0]] };
  const model: Record<string, unknown> = {
    format: 'layers-model',
    modelTopology: { model_config: { class_name: 'Model', config } },
    weightsManifest: [
      {
        paths: ['a.bin'],
        // Whole numbers 0 … 2 as bytes.
        weights: [
          { name: 'conv/kernel', shape: [1, 1, 3, 2], dtype: 'float32', quantization: { dtype: 'uint8', min: 0, scale: 1 } },
        ],
      },
      { paths: ['b.bin'], weights: [{ name: 'classes/kernel', shape: [2, 2], dtype: 'float32' }] },
    ],
  };
  change(model);
  const file = path.join(folder, name);
  writeFileSync(path.join(folder, 'a.bin'), Uint8Array.of(2, 0, 0, 0, 0, 2));
  writeFileSync(path.join(folder, 'b.bin'), Buffer.from(Float32Array.of(1, 0, 0, 1).buffer));
  writeFileSync(file, JSON.stringify(model));
  return file;
}
const RED_AND_BLUE = Float32Array.from({ length: 12 }, (_, i) => [0.1, 0.9, 0.3][i % 3]);

describe('a TensorFlow.js backbone', () => {
  it('gives what its classifier starts from, with its quantized weights, in any number of images', async () => {
    const backbone = await openBackbone(writeLayersModel('model.json'), runtime, { preprocessing: 'unit' });
    expect(backbone.description).toMatchObject({ kind: 'tfjs-layers', output: 'pool', input: [2, 2, 3], featureSize: 2 });
    const features = await backbone.embed(Float32Array.of(...RED_AND_BLUE, ...RED_AND_BLUE.map(v => v * 2)), 2);
    [0.2, 0.6, 0.4, 1.2].forEach((v, i) => expect(features[i]).toBeCloseTo(v, 5));
    await backbone.dispose();
  });
  it('takes the preprocessing and the layer that the user names', async () => {
    const file = writeLayersModel('model.json');
    const backbone = await openBackbone(file, runtime, { preprocessing: 'signed', output: 'conv' });
    // 2 · (2v − 1), the mean over four equal places.
    const features = await backbone.embed(RED_AND_BLUE, 1);
    [-1.6, -0.8].forEach((v, i) => expect(features[i]).toBeCloseTo(v, 5));
    await expect(openBackbone(file, runtime, { output: 'nose' })).rejects.toThrow(/no output or inner layer "nose".*pool/);
    await backbone.dispose();
  });
  it('is refused by name where something is missing', async () => {
    const bad = (name: string, change: (model: Record<string, unknown>) => void): Promise<unknown> =>
      openBackbone(writeLayersModel(name, change), runtime);
    const manifest = (model: Record<string, unknown>): { paths: string[]; weights: unknown[] }[] =>
      model.weightsManifest as { paths: string[]; weights: unknown[] }[];
    await expect(bad('1.json', model => manifest(model)[1].paths.splice(0, 1, 'c.bin'))).rejects.toThrow(
      /c\.bin are not beside it/,
    );
    await expect(bad('2.json', model => manifest(model)[0].weights.push(manifest(model)[1].weights[0]))).rejects.toThrow(
      /asks for 38/,
    );
    await expect(bad('3.json', model => delete model.modelTopology)).rejects.toThrow(/no model\.json/);
    const list = path.join(folder, '4.json');
    writeFileSync(list, '[{"paths":[],"weights":[]}]');
    await expect(openBackbone(list, runtime)).rejects.toThrow(/without the network/);
    await expect(openBackbone(path.join(folder, 'none.json'), runtime)).rejects.toThrow(/cannot be read \(ENOENT\)/);
  });
  it('is known again, and a changed one is not taken for it', async () => {
    const file = writeLayersModel('again.json');
    const { description, dispose } = await openBackbone(file, runtime, { preprocessing: 'unit' }).then(b => ({
      description: b.description,
      dispose: () => b.dispose(),
    }));
    await dispose();
    const again = await reopenBackbone(description, runtime);
    expect(again.description).toEqual(description);
    await again.dispose();
    const moved = { ...description, path: '/gone/again.json', relativePath: 'again.json' };
    await (await reopenBackbone(moved, runtime, path.join(folder, 'x.twinmodel'))).dispose();
    await expect(reopenBackbone({ ...description, path: '/gone/again.json' }, runtime)).rejects.toThrow(/not there any more/);
    writeLayersModel('again.json', model => (model.userDefinedMetadata = { changed: true }));
    await expect(reopenBackbone(description, runtime)).rejects.toThrow(/is not the file/);
  });
});

describe('an ONNX backbone', () => {
  const network = createNetwork('small', [16, 16, 3]);
  const bytes = exportOnnx(network, initialParameters(network, new SeededRandom(3)));
  const file = path.join(folder, 'small.onnx');
  writeFileSync(file, bytes);
  const pixels = Float32Array.from({ length: 3 * 16 * 16 * 3 }, (_, i) => (Math.sin(i) + 1) / 2);

  it.each([
    ['node', createNodeRuntime],
    ['web', createWebRuntime],
  ])('runs on ONNX Runtime for %s and gives unit vectors, as the exported network does', async (_, create) => {
    const backbone = await openBackbone(file, await create(1), { preprocessing: 'unit' });
    expect(backbone.description).toMatchObject({ kind: 'onnx', input: [16, 16, 3], featureSize: 128, pooling: 'none' });
    const features = await backbone.embed(pixels, 3);
    for (let i = 0; i < 3; i++) {
      const square = features.subarray(i * 128, (i + 1) * 128).reduce((sum, v) => sum + v * v, 0);
      expect(square).toBeCloseTo(1, 4);
    }
    await backbone.dispose();
  });
  it('an inner value can be read out that the file does not give', async () => {
    const { nodes, outputs } = readOnnxOutline(bytes);
    const conv = nodes.find(node => node.op === 'Conv')!.outputs[0];
    expect(outputs).toEqual(['embedding']);
    const backbone = await openBackbone(file, runtime, { output: conv, preprocessing: 'unit' });
    expect(backbone.description.output).toBe(conv);
    const features = await backbone.embed(pixels, 3);
    expect(features).toHaveLength(3 * backbone.featureSize);
    expect(features.every(Number.isFinite)).toBe(true);
    await backbone.dispose();
  });
  it('refuses what is no network, and a runtime that cannot run it', async () => {
    const junk = path.join(folder, 'junk.onnx');
    writeFileSync(junk, Buffer.from('\xff\xd8\xff\xe0 not a network', 'latin1'));
    await expect(openBackbone(junk, runtime)).rejects.toThrow(/no network that can serve/);
    writeFileSync(junk, bytes.subarray(0, bytes.length >> 1));
    await expect(openBackbone(junk, runtime)).rejects.toThrow(/no network that can serve/);
    const eager = { name: 'tfjs-cpu', threads: 1 } as Runtime;
    await expect(openBackbone(file, eager)).rejects.toThrow(/needs ONNX Runtime/);
  });
});

describe('where features are', () => {
  const graph = (steps: Record<string, [op: string, from: string | undefined]>) => (name: string) =>
    steps[name] && { op: steps[name][0], from: steps[name][1] };
  it('behind the classes of a classifier, before its pooled map is put in a row', () => {
    const steps = graph({
      out: ['Softmax', 'scores'],
      scores: ['Gemm', 'hidden'],
      hidden: ['Relu', 'first'],
      first: ['Gemm', 'flat'],
      flat: ['Flatten', 'pool'],
      pool: ['GlobalAveragePool', 'relu'],
    });
    expect(featureSource('out', 5, steps)).toBe('pool');
    expect(featureSource('scores', 1000, steps)).toBe('pool');
    expect(featureSource('scores', 128, steps)).toBe('scores');
  });
  it('does not step back over what belongs to the features', () => {
    const steps = graph({ out: ['Softmax', 'scores'], scores: ['MatMul', 'norm'], norm: ['LayerNormalization', 'add'] });
    expect(featureSource('out', 10, steps)).toBe('norm');
    const convolved = graph({
      out: ['Softmax', 'scores'],
      scores: ['Gemm', 'relu'],
      relu: ['Relu', 'conv'],
      conv: ['Conv', 'x'],
    });
    expect(featureSource('out', 10, convolved)).toBe('relu');
  });
});
