import '@tensorflow/tfjs-backend-cpu';
import * as ort from 'onnxruntime-node';
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { initialParameters } from '../../../src/engine/model/initialize';
import type { Model } from '../../../src/engine/model/modelFile';
import { decodeModel, encodeModel, loadModel, saveModel } from '../../../src/engine/model/modelFile';
import { createNetwork } from '../../../src/engine/model/networks';
import { createNodeRuntime } from '../../../src/engine/runtime/nodeRuntime';
import type { Runtime } from '../../../src/engine/runtime/runtime';
import { createTfjsCpuRuntime } from '../../../src/engine/runtime/tfjsRuntimes';
import { createWebRuntime } from '../../../src/engine/runtime/webRuntime';
import { SeededRandom } from '../../../src/engine/samplers/random';
import { ENCODER, encoderProgram } from '../../../src/engine/training/encoderProgram';
import { exportOnnx } from '../../../src/engine/training/exportOnnx';
import { difference } from './compile/parity';

const network = createNetwork('small', [16, 16, 3]);
const model: Model = {
  description: {
    name: 'Cats and 猫',
    network: 'small',
    input: [16, 16, 3],
    embeddingSize: 128,
    relation: 'same-picture',
    distance: 'euclidean',
    threshold: 0.42,
    calibration: [
      { distance: 0.1, probability: 0.98 },
      { distance: 0.9, probability: 0.02 },
    ],
    preprocessing: 'RGB / 255',
    labels: ['cat', '猫'],
    trainedAt: '2026-11-24T12:00:00.000Z',
    trainedOn: { images: 40, pairs: 3, learnFrom: ['labels', 'pairs'] },
    metrics: { accuracy: 0.93, rocAuc: 0.98 },
    trainingLog: ['120 steps'],
    writtenBy: 'twinlint 0.1.0',
  },
  network,
  parameters: initialParameters(network, new SeededRandom(8)),
};
const random = new SeededRandom(2);
const images = Float32Array.from({ length: 3 * 768 }, () => random.next());
const embed = async (runtime: Runtime, { network: n, parameters }: Model): Promise<Float32Array> => {
  const encoder = await runtime.load(encoderProgram(n));
  encoder.setState(parameters);
  return (await encoder.run({ images }))[ENCODER.embedding] as Float32Array;
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinlint-model-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a model file', () => {
  it('brings everything back, and gives equal results in every runtime', async () => {
    const file = path.join(folder, 'a.twinmodel');
    await saveModel(file, model);
    const loaded = await loadModel(file);
    expect(loaded.description).toEqual(model.description);
    expect(loaded.parameters).toEqual(model.parameters);
    const expected = await embed(await createTfjsCpuRuntime(), model);
    for (const runtime of [await createNodeRuntime(1), await createWebRuntime(1)]) {
      expect(difference(expected, await embed(runtime, loaded))).toBeLessThan(1e-5);
    }
    expect(await readdir(folder)).toEqual(['a.twinmodel']);
  });
  it('refuses what is foreign, newer or damaged with a clear line', async () => {
    const bytes = encodeModel(model);
    expect(() => decodeModel(Buffer.from('PK\u0003\u0004 something else entirely'), 'x.zip')).toThrow(
      'x.zip is no Twinlint model.',
    );
    expect(() => decodeModel(new Uint8Array(0), 'empty')).toThrow('no Twinlint model');
    const newer = Uint8Array.from(bytes);
    newer[15] = 2;
    expect(() => decodeModel(newer)).toThrow('newer Twinlint (format 2');
    for (const at of [20, 200, bytes.length >> 1, bytes.length - 1]) {
      const flipped = Uint8Array.from(bytes);
      flipped[at] ^= 1;
      expect(() => decodeModel(flipped), `byte ${at}`).toThrow('damaged');
    }
    expect(() => decodeModel(bytes.subarray(0, bytes.length - 100))).toThrow('damaged');
    const file = path.join(folder, 'cut.twinmodel');
    await writeFile(file, bytes);
    await truncate(file, 30);
    await expect(loadModel(file)).rejects.toThrow('damaged');
    await expect(loadModel(path.join(folder, 'none'))).rejects.toThrow('ENOENT');
  });
  it('refuses weights of another network', () => {
    const other = createNetwork('small', [32, 32, 3]);
    const mixed = { ...model, network: other, parameters: initialParameters(other, new SeededRandom(1)) };
    expect(() => decodeModel(encodeModel(mixed))).toThrow('don’t belong'.replace('’', "'"));
  });
});

describe('ONNX export', () => {
  it('gives the same embeddings in ONNX Runtime, for any number of images, and says how to prepare them', async () => {
    const bytes = exportOnnx(network, model.parameters, { relation: 'same-picture' });
    expect(Buffer.from(bytes).includes('divided by 255')).toBe(true);
    expect(Buffer.from(bytes).includes('same-picture')).toBe(true);
    const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
    expect(session.inputNames).toEqual(['images']);
    const expected = await embed(await createTfjsCpuRuntime(), model);
    for (const count of [1, 3]) {
      const { embedding } = await session.run({
        images: new ort.Tensor('float32', images.slice(0, count * 768), [count, 16, 16, 3]),
      });
      expect(embedding.dims).toEqual([count, network.embeddingSize]);
      expect(difference(expected.subarray(0, count * network.embeddingSize), embedding.data as Float32Array)).toBeLessThan(1e-4);
    }
  });
});
