import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBackbone, reopenBackbone } from '../../../../src/engine/backbone/openBackbone';
import { createNodeRuntime } from '../../../../src/engine/runtime/nodeRuntime';
import { createTfjsCpuRuntime } from '../../../../src/engine/runtime/tfjsRuntimes';
import { colourMeansLayers, colourMeansOnnx } from '../support/backbones';

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

  it('says what is in the way', async () => {
    const runtime = await createNodeRuntime(1);
    const file = await put('net.onnx', colourMeansOnnx());
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
    expect(found.description).toMatchObject({ path: path.join(folder, 'new/net.onnx'), preprocessing: 'unit', output: 'means' });
    await found.dispose();
    await put('new/net.onnx', colourMeansOnnx({ producer: 'another' }));
    await expect(reopenBackbone(known, runtime, modelPath)).rejects.toThrow('is not the file that this model was trained on');
  });
});
