import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOnnxOutline } from '../../../../src/engine/backbone/onnxFile';
import { openBackbone, reopenBackbone } from '../../../../src/engine/backbone/openBackbone';
import { initialParameters } from '../../../../src/engine/model/initialize';
import { createNetwork } from '../../../../src/engine/model/networks';
import { createNodeRuntime } from '../../../../src/engine/runtime/nodeRuntime';
import { createTfjsCpuRuntime } from '../../../../src/engine/runtime/tfjsRuntimes';
import { createWebRuntime } from '../../../../src/engine/runtime/webRuntime';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import { exportOnnx } from '../../../../src/engine/training/exportOnnx';
import { colourMeansLayers, colourMeansOnnx, quantizedLayers } from '../support/backbones';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinlint-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const put = async (name: string, bytes: Uint8Array | string): Promise<string> => {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bytes);
  return file;
};

/** Images of one colour each, of `places` pixels. */
const filled = (places: number, ...colours: readonly (readonly number[])[]): Float32Array =>
  Float32Array.from(colours.flatMap(colour => Array.from({ length: places }, () => colour).flat()));

const ORANGE = [1, 0.5, 0];
const NAVY = [0, 0, 0.25];

describe('an ONNX network', () => {
  it('gives what its classifier starts from, with the preprocessing of its origin', async () => {
    const backbone = await openBackbone(await put('net.onnx', colourMeansOnnx()), await createNodeRuntime(1));
    expect(backbone.description).toMatchObject({
      kind: 'onnx',
      input: [8, 8, 3],
      output: 'means',
      preprocessing: 'imagenet',
      pooling: 'none',
      featureSize: 3,
    });
    const features = await backbone.embed(filled(64, ORANGE, NAVY), 2);
    // (value − mean) / deviation of ImageNet, channel by channel.
    const expected = [...ORANGE, ...NAVY].map((v, k) => (v - [0.485, 0.456, 0.406][k % 3]) / [0.229, 0.224, 0.225][k % 3]);
    expected.forEach((value, k) => expect(features[k]).toBeCloseTo(value, 4));
    await backbone.dispose();
  });

  it('gives another output and gets other numbers where that is asked for', async () => {
    const file = await put('net.onnx', colourMeansOnnx());
    const backbone = await openBackbone(file, await createNodeRuntime(1), { output: 'probabilities', preprocessing: 'unit' });
    const features = await backbone.embed(filled(64, ORANGE), 1);
    // Scores 1 and 0.5.
    expect(features[0]).toBeCloseTo(Math.E / (Math.E + Math.exp(0.5)), 5);
    expect(features[1]).toBeCloseTo(1 - features[0], 5);
    await backbone.dispose();
  });

  it('takes images of any size at the size asked for, and those of one size at no other', async () => {
    const runtime = await createNodeRuntime(1);
    const open = await put('open.onnx', colourMeansOnnx({ height: 'height', width: 'width' }));
    for (const [size, side] of [
      [undefined, 224],
      [16, 16],
    ] as const) {
      const backbone = await openBackbone(open, runtime, { preprocessing: 'unit', ...(size && { size }) });
      expect(backbone.description.input).toEqual([side, side, 3]);
      const features = await backbone.embed(filled(side * side, ORANGE), 1);
      ORANGE.forEach((value, k) => expect(features[k]).toBeCloseTo(value, 4));
      await backbone.dispose();
    }
    // A width left open is as large as the height, also when the model is opened again.
    const half = await put('half.onnx', colourMeansOnnx({ height: 12, width: 'width' }));
    const backbone = await openBackbone(half, runtime, {});
    expect(backbone.description.input).toEqual([12, 12, 3]);
    const again = await reopenBackbone(backbone.description, runtime);
    expect(again.description).toEqual(backbone.description);
    await expect(openBackbone(half, runtime, { size: 16 })).rejects.toThrow('takes images of 16×12 and no others, so not of 16');
    const fixed = await put('net.onnx', colourMeansOnnx());
    await expect(openBackbone(fixed, runtime, { size: 16 })).rejects.toThrow('takes images of 8×8 and no others, so not of 16');
    const layers = await colourMeansLayers(path.join(folder, 'tiny'));
    await expect(openBackbone(layers, runtime, { size: 16 })).rejects.toThrow('takes images of 4×4 and no others, so not of 16');
    await backbone.dispose();
    await again.dispose();
  });

  it('that takes bytes gets them, and no other range', async () => {
    const runtime = await createNodeRuntime(1);
    const file = await put('bytes.onnx', colourMeansOnnx({ type: 'uint8' }));
    const backbone = await openBackbone(file, runtime);
    expect(backbone.description.preprocessing).toBe('bytes');
    const features = await backbone.embed(filled(64, ORANGE), 1);
    // 127.5 is rounded up.
    [255, 128, 0].forEach((value, k) => expect(features[k]).toBeCloseTo(value, 4));
    await expect(openBackbone(file, runtime, { preprocessing: 'unit' })).rejects.toThrow('so not the input range "unit"');
    await backbone.dispose();
  });

  it('of several numbers at each place gives their mean, or the first', async () => {
    const runtime = await createNodeRuntime(1);
    const file = await put('net.onnx', colourMeansOnnx());
    const image = filled(64, NAVY);
    image.set(ORANGE);
    // The input itself is read out: a map of 8×8 places, of which the first is orange.
    const means = [1 / 64, 0.5 / 64, (0.25 * 63) / 64];
    for (const [pooling, expected] of [
      ['mean', means],
      ['first', ORANGE],
    ] as const) {
      const backbone = await openBackbone(file, runtime, { output: 'same', pooling, preprocessing: 'unit' });
      expect(backbone.description.pooling).toBe(pooling);
      const features = await backbone.embed(image, 1);
      expected.forEach((value, k) => expect(features[k]).toBeCloseTo(value, 5));
      const again = await reopenBackbone(backbone.description, runtime);
      expect(again.description).toEqual(backbone.description);
      await backbone.dispose();
      await again.dispose();
    }
  });

  it.each([
    ['node', createNodeRuntime],
    ['web', createWebRuntime],
  ])('of our own export gives unit vectors on ONNX Runtime for %s, and inner values that it does not name', async (_, create) => {
    const network = createNetwork('small', [16, 16, 3]);
    const bytes = exportOnnx(network, initialParameters(network, new SeededRandom(3)));
    const file = await put('small.onnx', bytes);
    const pixels = Float32Array.from({ length: 3 * 16 * 16 * 3 }, (_each, i) => (Math.sin(i) + 1) / 2);
    const backbone = await openBackbone(file, await create(1), { preprocessing: 'unit' });
    expect(backbone.description).toMatchObject({ kind: 'onnx', input: [16, 16, 3], featureSize: 128, pooling: 'none' });
    const features = await backbone.embed(pixels, 3);
    for (let i = 0; i < 3; i++) {
      const square = features.subarray(i * 128, (i + 1) * 128).reduce((sum, v) => sum + v * v, 0);
      expect(square).toBeCloseTo(1, 4);
    }
    await backbone.dispose();
    const { nodes, outputs } = readOnnxOutline(bytes);
    expect(outputs).toEqual(['embedding']);
    const output = nodes.find(node => node.op === 'Conv')!.outputs[0];
    const inner = await openBackbone(file, await create(1), { output, preprocessing: 'unit' });
    const maps = await inner.embed(pixels, 3);
    expect([inner.description.output, maps.length]).toEqual([output, 3 * inner.featureSize]);
    expect(maps.every(Number.isFinite)).toBe(true);
    await inner.dispose();
  });

  it('says what is in the way', async () => {
    const runtime = await createNodeRuntime(1);
    const file = await put('net.onnx', colourMeansOnnx());
    const cut = await put('cut.onnx', colourMeansOnnx().subarray(0, 200));
    await expect(openBackbone(cut, runtime)).rejects.toThrow('cut.onnx is no network that can serve');
    await expect(openBackbone(file, runtime, { output: 'nowhere' })).rejects.toThrow('no output or inner layer "nowhere"');
    await expect(openBackbone(await put('text.onnx', 'hello'), runtime)).rejects.toThrow('text.onnx is no network');
    const two = await put('two.onnx', colourMeansOnnx({ inputs: ['images', 'mask'] }));
    await expect(openBackbone(two, runtime)).rejects.toThrow('wants the inputs "images", "mask"');
    await expect(openBackbone(path.join(folder, 'gone.onnx'), runtime)).rejects.toThrow('ENOENT');
    await expect(openBackbone(file, await createTfjsCpuRuntime())).rejects.toThrow('needs ONNX Runtime; tfjs-cpu');
  });
});

describe('a TensorFlow.js layers model', () => {
  it('is cut off before its classes, and gives the same compiled and eager', async () => {
    const file = await colourMeansLayers(path.join(folder, 'tiny'));
    for (const runtime of [await createNodeRuntime(1), await createTfjsCpuRuntime()]) {
      const backbone = await openBackbone(file, runtime);
      expect(backbone.description).toMatchObject({
        kind: 'tfjs-layers',
        output: 'average',
        preprocessing: 'signed',
        featureSize: 3,
      });
      const features = await backbone.embed(filled(16, ORANGE, NAVY), 2);
      // Twice the value, less one.
      [1, 0, -1, -1, -1, -0.5].forEach((value, k) => expect(features[k]).toBeCloseTo(value, 5));
      await backbone.dispose();
    }
  });

  it('gives the layer that is asked for, with quantized weights and another range', async () => {
    const runtime = await createNodeRuntime(1);
    const file = await quantizedLayers(path.join(folder, 'quantized'));
    const backbone = await openBackbone(file, runtime, { preprocessing: 'unit' });
    expect(backbone.description).toMatchObject({ output: 'pool', input: [2, 2, 3], featureSize: 2 });
    const features = await backbone.embed(filled(4, ORANGE, NAVY), 2);
    // Red and blue twice.
    [2, 0, 0, 0.5].forEach((value, k) => expect(features[k]).toBeCloseTo(value, 5));
    await backbone.dispose();
    const map = await openBackbone(file, runtime, { preprocessing: 'signed', output: 'conv' });
    expect(map.description).toMatchObject({ output: 'conv', pooling: 'mean', preprocessing: 'signed' });
    const means = await map.embed(filled(4, NAVY), 1);
    [-2, -1].forEach((value, k) => expect(means[k]).toBeCloseTo(value, 5));
    await map.dispose();
    await expect(openBackbone(file, runtime, { output: 'nose' })).rejects.toThrow(
      /no output or inner layer "nose"\. It has: in, conv, pool, classes/,
    );
  });

  it('says which weights are missing, too long, or without a network', async () => {
    const runtime = await createNodeRuntime(1);
    const file = await colourMeansLayers(path.join(folder, 'tiny'));
    const weights = path.join(folder, 'tiny/weights.bin');
    await appendFile(weights, 'more');
    await expect(openBackbone(file, runtime)).rejects.toThrow('are 28 bytes; its list asks for 24');
    await rename(weights, `${weights}.old`);
    await expect(openBackbone(file, runtime)).rejects.toThrow('the weights weights.bin are not beside it');
    await expect(openBackbone(await put('a.json', '[{"paths":[],"weights":[]}]'), runtime)).rejects.toThrow(
      'without the network',
    );
    await expect(openBackbone(await put('b.json', '{"x":'), runtime)).rejects.toThrow('b.json is no model.json');
    await expect(openBackbone(await put('c.json', '{"weightsManifest":[]}'), runtime)).rejects.toThrow('c.json is no model.json');
  });
});

describe('the backbone of a model', () => {
  it('is found where it moved to along with the model, and refused when it is gone or another', async () => {
    const runtime = await createNodeRuntime(1);
    const file = await put('old/net.onnx', colourMeansOnnx());
    const opened = await openBackbone(file, runtime, { preprocessing: 'unit' });
    await opened.dispose();
    const known = { ...opened.description, relativePath: 'net.onnx' };
    await rename(path.join(folder, 'old'), path.join(folder, 'new'));
    await expect(reopenBackbone(known, runtime)).rejects.toThrow('not there any more');
    const modelPath = path.join(folder, 'new/a.twinlint');
    const found = await reopenBackbone(known, runtime, modelPath);
    expect(found.description).toEqual({ ...opened.description, path: path.join(folder, 'new/net.onnx') });
    await found.dispose();
    await put('new/net.onnx', colourMeansOnnx({ producer: 'another' }));
    await expect(reopenBackbone(known, runtime, modelPath)).rejects.toThrow('is not the file that this model was trained on');
  });
});
