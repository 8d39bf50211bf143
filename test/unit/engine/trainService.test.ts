import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { EngineCrashedError } from '../../../src/client/engineClient';
import type { EngineClient } from '../../../src/client/engineClient';
import { ScanRequest } from '../../../src/protocol/engine';
import { loadModel } from '../../../src/engine/model/modelFile';
import type { Verdict } from '../../../src/core/verdicts/verdict';
import { isCancelled, noteOfError } from '../../../src/protocol/engineErrors';
import { ListModelsRequest, ModelInfoRequest, TrainRequest } from '../../../src/protocol/training';
import type { TrainParams, TrainProgress, TrainSummary } from '../../../src/protocol/training';
import { bundleEngine } from './support/engineBundle';
import { paramsOf, rootOf, Workbench } from './support/engines';
import { put } from './support/scanFolders';
import { shapeFolders, shapePng } from './support/shapes';
import type { ShapeName } from './support/shapes';

// Trainings are small here, but the machine may be busy; a hang still ends.
vi.setConfig({ testTimeout: 180_000 });

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('training'));
});
afterEach(() => bench.clear());

const engine = async (threads = 1): Promise<EngineClient> => bench.engine(await bench.folder(), threads);

const train = async (
  client: EngineClient,
  folder: string,
  more: Partial<TrainParams> = {},
): Promise<{ readonly summary: TrainSummary; readonly seen: readonly TrainProgress[] }> => {
  const seen: TrainProgress[] = [];
  const subscription = client.onDidTrainProgress(progress => seen.push(progress));
  const summary = await client.request(TrainRequest, trainParams(folder, more));
  subscription.dispose();
  return { summary, seen };
};

const trainParams = (folder: string, more: Partial<TrainParams> = {}): TrainParams => ({
  scan: paramsOf([rootOf(folder)]),
  learnFrom: ['labels'],
  limit: { epochs: 15 },
  batchSize: 24,
  runtime: 'onnxruntime-node',
  outPath: path.join(folder, '.twinlint/models/shapes.twinlint'),
  ...more,
});

const refusal = async (client: EngineClient, params: TrainParams): Promise<string | undefined> => {
  const error: unknown = await client.request(TrainRequest, params).catch((reason: unknown) => reason);
  return noteOfError(error)?.message ?? String(error);
};

describe('training from class folders', () => {
  it('tells its phases, writes a model that says what it is, and leaves nothing else behind', async () => {
    const folder = await bench.folder();
    await shapeFolders(folder, 30);
    await put(folder, 'bar/broken.png', 'not an image');
    await put(folder, 'disc/again.png', await shapePng('disc', 0));
    const client = await engine();
    const { summary, seen } = await train(client, folder);
    expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(['list', 'read', 'compile', 'train', 'calibrate', 'save']);
    const { model } = summary;
    expect(model).toMatchObject({
      name: 'shapes',
      network: 'small',
      input: [32, 32, 3],
      embeddingSize: 128,
      relation: 'same-class',
      distance: 'cosine',
      labels: ['bar', 'disc', 'frame'],
      trainedOn: { images: 90, pairs: 0, learnFrom: ['labels'] },
    });
    expect(model.metrics!.rocAuc).toBeGreaterThan(0.9);
    expect(summary).toMatchObject({ ended: 'limit', runtime: 'onnxruntime-node', threads: 1 });
    expect(summary.points.at(-1)!.step).toBe(summary.steps);
    expect(summary.points.at(-1)!.validation!.rocAuc).toBeGreaterThan(0.9);
    expect(summary.notes.map(({ message }) => message.slice(0, 30))).toContain('{0} images were left out becau');
    const bytes = await readFile(model.path);
    expect(model).toMatchObject({ sizeBytes: bytes.length, hash: createHash('sha256').update(bytes).digest('hex') });
    expect(await readdir(path.dirname(model.path))).toEqual(['shapes.twinlint']);
    expect(await client.request(ModelInfoRequest, { path: model.path })).toEqual(model);
  });

  it('keeps to the data set’s own validation and test splits', async () => {
    const folder = await bench.folder();
    await shapeFolders(path.join(folder, 'train'), 10);
    for (const kind of ['bar', 'disc', 'frame'] as ShapeName[]) {
      for (let i = 100; i < 103; i++) {
        await put(folder, `val/${kind}/${i}.png`, await shapePng(kind, i));
        await put(folder, `test/${kind}/${i}.png`, await shapePng(kind, i + 100));
      }
    }
    const { summary } = await train(await engine(), folder, { limit: { epochs: 1 } });
    const notes = summary.notes.map(({ message, args }) => [message, ...args]);
    expect(notes).toContainEqual(['The split "{0}" served for validation.', 'val']);
    expect(notes).toContainEqual(['{0} images of the split "{1}" were not trained on.', 9, 'test']);
    // 30 images of three classes, at most, in batches of 24.
    expect(summary.steps).toBeLessThanOrEqual(3);
  });
});

describe('refusals', () => {
  it('each says what is missing, before any time is spent', async () => {
    const client = await engine();
    const empty = await bench.folder();
    expect(await refusal(client, trainParams(empty))).toBe('Training needs at least two images.');
    const copies = await bench.folder();
    for (const name of ['a/1.png', 'b/2.png', 'b/3.png']) await put(copies, name, await shapePng('bar', 1));
    expect(await refusal(client, trainParams(copies))).toContain('at least two different pictures');
    const alike = await bench.folder();
    // Other bytes, the same pixels.
    const pixels = sharp(await shapePng('bar', 1));
    await put(alike, 'a/1.png', await pixels.clone().png({ compressionLevel: 9 }).toBuffer());
    await put(alike, 'b/2.png', await pixels.clone().png({ compressionLevel: 0 }).toBuffer());
    expect(await refusal(client, trainParams(alike))).toContain('All images are identical');
    const flat = await bench.folder();
    for (let i = 0; i < 4; i++) await put(flat, `${i}.png`, await shapePng('disc', i));
    expect(await refusal(client, trainParams(flat))).toContain('No image has a label');
    expect(await refusal(client, trainParams(flat, { learnFrom: ['pairs'] }))).toContain('There are no verdicts');
    expect(await refusal(client, trainParams(flat, { learnFrom: [] }))).toContain('Say what to learn from');
    expect(await refusal(client, trainParams(flat, { learnFrom: ['labels', 'views'] }))).toContain('cannot be mixed');
    expect(await refusal(client, trainParams(flat, { relation: 'same-picture' }))).toContain('cannot be "same-picture"');
    expect(await refusal(client, trainParams(flat, { learnFrom: ['views'], relation: 'same-class' }))).toContain('must be');
    expect(await refusal(client, trainParams(flat, { learnFrom: ['views'], startFrom: '/none' }))).toContain("can't be read");
    await writeFile(path.join(flat, 'file'), '');
    const outPath = path.join(flat, 'file', 'x.twinlint');
    expect(await refusal(client, trainParams(flat, { outPath }))).toContain('cannot be written');
    const taken = path.join(flat, '0.png');
    const before = await readFile(taken);
    expect(await refusal(client, trainParams(flat, { learnFrom: ['views'], outPath: taken }))).toContain('no Twinlint model');
    expect((await readFile(taken)).equals(before)).toBe(true);
    expect(client.isRunning).toBe(true);
  });

  it('verdicts that contradict each other are listed by name', async () => {
    const folder = await bench.folder();
    await shapeFolders(folder, 3);
    const images = await imagesOf(folder, ['bar/0.png', 'disc/0.png', 'disc/1.png']);
    const verdicts = [
      verdict('similar', images[0], images[1], 'same-picture'),
      verdict('different', images[1], images[0], 'same-class'),
      verdict('similar', images[1], images[2], 'same-class'),
    ];
    const client = await engine();
    const params = trainParams(folder, { learnFrom: ['pairs'], relation: 'same-class' });
    const error: unknown = await client
      .request(TrainRequest, { ...params, scan: { ...params.scan, verdicts } })
      .catch((reason: unknown) => reason);
    expect(noteOfError(error)).toEqual({
      message: 'These pairs are marked both as similar and as different: {0}. Settle them first.',
      args: ['bar/0.png – disc/0.png'],
    });
  });
});

let verdictCount = 0;
const verdict = (
  said: 'similar' | 'different',
  a: Verdict['images'][number],
  b: Verdict['images'][number],
  relation = 'kind',
): Verdict => ({ id: String(verdictCount++), relation, verdict: said, images: [a, b] });

const imagesOf = (folder: string, names: readonly string[]): Promise<Verdict['images'][number][]> =>
  Promise.all(
    names.map(async name => ({
      path: name,
      content: createHash('sha256')
        .update(await readFile(path.join(folder, name)))
        .digest('hex'),
    })),
  );

describe('training from a person’s pairs', () => {
  it('starts from another model, is judged on pairs that were held back, and says what it gained', async () => {
    const folder = await bench.folder();
    await shapeFolders(folder, 12);
    const client = await engine();
    const first = await train(client, folder, { learnFrom: ['views'], limit: { epochs: 3 }, alterations: ['mirror', 'crop'] });
    expect(first.summary.model.relation).toBe('same-picture');
    const names = Array.from({ length: 12 }, (_, i) => i);
    const [bars, discs] = [
      await imagesOf(
        folder,
        names.map(i => `bar/${i}.png`),
      ),
      await imagesOf(
        folder,
        names.map(i => `disc/${i}.png`),
      ),
    ];
    const verdicts: Verdict[] = [];
    for (let i = 0; i < 12; i += 2) {
      verdicts.push(verdict('similar', bars[i], bars[i + 1]), verdict('similar', discs[i], discs[i + 1]));
      verdicts.push(verdict('different', bars[i], discs[i]), verdict('different', bars[i + 1], discs[i + 1]));
    }
    const params = trainParams(folder, {
      learnFrom: ['pairs'],
      relation: 'kind',
      startFrom: first.summary.model.path,
      outPath: path.join(folder, '.twinlint/models/kinds.twinlint'),
      limit: { epochs: 20 },
    });
    const summary = await client.request(TrainRequest, { ...params, scan: { ...params.scan, verdicts } });
    expect(summary.model).toMatchObject({ relation: 'kind', trainedOn: { images: 36, pairs: 24, learnFrom: ['pairs'] } });
    expect(summary.before!.accuracy).toBeGreaterThan(0);
    expect(summary.model.metrics!.accuracy).toBeGreaterThanOrEqual(summary.before!.accuracy);
    const list = await client.request(ListModelsRequest, { folder: path.dirname(summary.model.path) });
    expect(list.models.map(({ name }) => name)).toEqual(['kinds', 'shapes']);
    // A head on the starter encoder.
    const [startFrom, outPath] = ['media/starter.twinmodel', path.join(folder, '.twinlint/models/plain.twinlint')].map(file =>
      path.resolve(file),
    );
    const told = await client.request(TrainRequest, { ...params, startFrom, outPath, scan: { ...params.scan, verdicts } });
    expect(told.model).toMatchObject({ relation: 'kind', network: 'starter-pairs', input: [64, 64, 3], distance: 'euclidean' });
    expect(told.model.metrics!.rocAuc).toBeGreaterThan(0.9);
  });
});

describe('a list of models', () => {
  it('names what is none, and is empty where there is no folder', async () => {
    const folder = await bench.folder();
    await put(folder, 'broken.twinlint', 'something else');
    await put(folder, 'readme.txt', 'no model, and none of our business');
    const client = await engine();
    expect(await client.request(ListModelsRequest, { folder })).toEqual({
      models: [],
      problems: [
        {
          path: path.join(folder, 'broken.twinlint'),
          note: { message: '{0} is no Twinlint model.', args: [path.join(folder, 'broken.twinlint')] },
        },
      ],
      rescorers: [],
    });
    const none = await client.request(ListModelsRequest, { folder: path.join(folder, 'none') });
    expect(none).toEqual({ models: [], problems: [], rescorers: [] });
  });
});

describe('cancelling', () => {
  it('before anything is learned is a cancelled request; later it gives the best so far', async () => {
    const folder = await bench.folder();
    await shapeFolders(folder, 12);
    const client = await engine();
    const early = new CancellationTokenSource();
    const first = client.onDidTrainProgress(({ phase }) => phase === 'read' && early.cancel());
    const error = await client.request(TrainRequest, trainParams(folder), early.token).catch((reason: unknown) => reason);
    first.dispose();
    expect(isCancelled(error), String(error)).toBe(true);
    const late = new CancellationTokenSource();
    const second = client.onDidTrainProgress(({ points }) => points.length > 2 && late.cancel());
    const summary = await client.request(TrainRequest, trainParams(folder, { limit: { seconds: 300 } }), late.token);
    second.dispose();
    expect(summary.ended).toBe('cancelled');
    expect(summary.steps).toBeGreaterThan(0);
    expect(await client.request(ModelInfoRequest, { path: summary.model.path })).toEqual(summary.model);
  });

  it('an interrupted training with other settings is not gone on with', async () => {
    const folder = await bench.folder();
    await shapeFolders(folder, 12);
    const checkpointPath = path.join(folder, '.twinlint/training');
    const client = await engine();
    const cancel = new CancellationTokenSource();
    const subscription = client.onDidTrainProgress(({ points }) => (points.at(-1)?.step ?? 0) > 5 && cancel.cancel());
    const params = trainParams(folder, { limit: { epochs: 500 }, checkpointPath });
    expect((await client.request(TrainRequest, params, cancel.token)).ended).toBe('cancelled');
    subscription.dispose();
    const other = await client.request(TrainRequest, { ...params, limit: { epochs: 1 } });
    expect(other.steps).toBeLessThanOrEqual(3);
    expect(other.notes.map(({ message }) => message)).toContain(
      'An interrupted training with other settings or images was found in {0}; it was replaced.',
    );
  });

  it('resumed after the process was killed, the weights are those of an uninterrupted training', async () => {
    const folder = await bench.folder();
    await shapeFolders(folder, 12);
    const checkpointPath = path.join(folder, '.twinlint/training');
    const limit = { epochs: 30 };
    const client = await engine();
    const whole = await train(client, folder, { limit, outPath: path.join(folder, 'whole.twinlint') });
    const cancel = new CancellationTokenSource();
    const subscription = client.onDidTrainProgress(({ points }) => (points.at(-1)?.step ?? 0) > 5 && cancel.cancel());
    const outPath = path.join(folder, 'part.twinlint');
    await client.request(TrainRequest, trainParams(folder, { limit, checkpointPath, outPath }), cancel.token);
    subscription.dispose();
    process.kill(client.pid!, 'SIGKILL');
    const again = await train(await engine(), folder, { limit, checkpointPath, outPath });
    expect(again.summary.steps).toBe(whole.summary.steps);
    expect(again.summary.notes.map(({ message }) => message)).toContain(
      'Training went on from step {0}, where it was interrupted.',
    );
    expect(again.summary.model.metrics).toEqual(whole.summary.model.metrics);
    const [uninterrupted, resumed] = [await loadModel(whole.summary.model.path), await loadModel(outPath)];
    expect(resumed.parameters).toEqual(uninterrupted.parameters);
    expect((await readdir(path.join(folder, '.twinlint'))).includes('training')).toBe(false);
  });
});

describe('a process of its own', () => {
  it('that is killed while it trains takes nothing with it', async () => {
    const folder = await bench.folder();
    await shapeFolders(folder, 8);
    const [interactive, training] = [await engine(), await engine()];
    const before = await interactive.request(ScanRequest, paramsOf([rootOf(folder)]));
    const subscription = training.onDidTrainProgress(
      ({ phase }) => phase === 'train' && training.pid !== undefined && process.kill(training.pid, 'SIGKILL'),
    );
    const params = trainParams(folder, { limit: { seconds: 100 } });
    const error = await training.request(TrainRequest, params).catch((reason: unknown) => reason);
    subscription.dispose();
    expect(error).toBeInstanceOf(EngineCrashedError);
    expect(await interactive.request(ScanRequest, paramsOf([rootOf(folder)]))).toMatchObject({ images: before.images });
    // Nothing half-written, and the next training starts a new process.
    expect(await readdir(folder)).toEqual(['.twinlint', 'bar', 'disc', 'frame']);
    expect(await readdir(path.dirname(params.outPath))).toEqual([]);
    expect((await training.request(TrainRequest, { ...params, limit: { epochs: 1 } })).ended).toBe('limit');
  });
});
