import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { EngineClient } from '../../../../src/client/engineClient';
import { noteText } from '../../../../src/core/dataset/note';
import { loadModel } from '../../../../src/engine/model/modelFile';
import { ScanRequest } from '../../../../src/protocol/engine';
import { noteOfError } from '../../../../src/protocol/engineErrors';
import { EvaluateRequest, ExportOnnxRequest, TrainRequest } from '../../../../src/protocol/training';
import type { TrainParams } from '../../../../src/protocol/training';
import { colourMeansOnnx } from '../support/backbones';
import { bundleEngine } from '../support/engineBundle';
import { paramsOf, rootOf, Workbench } from '../support/engines';
import { put } from '../support/scanFolders';

vi.setConfig({ testTimeout: 180_000 });

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('backbone'));
});
afterEach(() => bench.clear());

/** Two classes that differ by what is more: red or green. Blue says nothing. */
async function colours(folder: string, perClass: number): Promise<void> {
  for (const [k, kind] of ['green', 'red'].entries()) {
    for (let i = 0; i < perClass; i++) {
      const [more, less, blue] = [150 + ((i * 37) % 100), (i * 53) % 90, (i * 97) % 255];
      const background = k === 1 ? { r: more, g: less, b: blue } : { r: less, g: more, b: blue };
      const image = sharp({ create: { width: 12, height: 12, channels: 3, background } });
      await put(folder, `${kind}/${i}.png`, await image.png().toBuffer());
    }
  }
}

const refusal = async (answer: Promise<unknown>): Promise<string> => {
  const error: unknown = await answer.catch((reason: unknown) => reason);
  const told = noteOfError(error);
  return told ? noteText(told) : String(error);
};

async function prepared(): Promise<{ client: EngineClient; folder: string; params: TrainParams }> {
  const folder = await bench.folder();
  await colours(folder, 16);
  const backbone = path.join(folder, 'net.onnx');
  await writeFile(backbone, colourMeansOnnx());
  const params: TrainParams = {
    scan: paramsOf([rootOf(folder)]),
    learnFrom: ['labels'],
    limit: { epochs: 60 },
    batchSize: 16,
    runtime: 'onnxruntime-node',
    backbone,
    outPath: path.join(folder, '.twinlint/models/colours.twinlint'),
  };
  return { client: bench.engine(await bench.folder(), 1), folder, params };
}

it('trains a head on a backbone, judges with it, scans with it, and refuses to export it', async () => {
  const { client, folder, params } = await prepared();
  const { model, notes } = await client.request(TrainRequest, params);
  expect(model).toMatchObject({ network: 'backbone-head', input: [1, 1, 3], labels: ['green', 'red'] });
  expect(model.metrics!.accuracy).toBeGreaterThan(0.9);
  expect(notes.map(({ args }) => args?.slice(0, 2))).toContainEqual(['net.onnx', 3]);
  const { description } = await loadModel(params.outPath);
  expect(description.backbone).toMatchObject({
    kind: 'onnx',
    path: params.backbone,
    relativePath: '../../net.onnx',
    output: 'means',
  });

  const judged = await client.request(EvaluateRequest, { path: params.outPath, scan: params.scan });
  expect(judged.images).toBe(32);
  expect(judged.accuracy.value).toBeGreaterThan(0.9);

  const withModel = paramsOf([rootOf(folder, { model: params.outPath })]);
  expect((await client.request(ScanRequest, withModel)).notes).toEqual([]);

  const outPath = path.join(folder, 'encoder.onnx');
  expect(await refusal(client.request(ExportOnnxRequest, { path: params.outPath, outPath }))).toContain(
    'cannot be exported as one file',
  );
  expect(await refusal(client.request(TrainRequest, { ...params, backbone: undefined, startFrom: params.outPath }))).toContain(
    'is a head on a backbone',
  );

  await rm(params.backbone!);
  expect(await refusal(client.request(EvaluateRequest, { path: params.outPath, scan: params.scan }))).toContain(
    'is not there any more',
  );
});

it('refuses what does not go together with a backbone, before anything is read', async () => {
  const { client, folder, params } = await prepared();
  expect(await refusal(client.request(TrainRequest, { ...params, network: 'photo' }))).toContain(
    'takes the place of the network photo',
  );
  expect(await refusal(client.request(TrainRequest, { ...params, learnFrom: ['views'] }))).toContain(
    'cannot learn from altered views',
  );
  const text = path.join(folder, 'readme.txt');
  await writeFile(text, 'hello');
  expect(await refusal(client.request(TrainRequest, { ...params, backbone: text }))).toContain('readme.txt is no network');
});
