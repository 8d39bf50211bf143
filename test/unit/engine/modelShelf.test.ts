import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { initialParameters } from '../../../src/engine/model/initialize';
import { saveModel } from '../../../src/engine/model/modelFile';
import { createNetwork } from '../../../src/engine/model/networks';
import { SeededRandom } from '../../../src/engine/samplers/random';
import { ModelShelf } from '../../../src/engine/trainingService/modelShelf';

const network = createNetwork('small', [16, 16, 3]);
const parameters = initialParameters(network, new SeededRandom(8));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinlint-shelf-'));
});
afterEach(() => rm(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, `${name}.twinlint`);
const save = (name: string, trainedAt: string, threshold = 0.4): Promise<void> =>
  saveModel(at(name), {
    description: {
      name,
      network: 'small',
      input: [16, 16, 3],
      embeddingSize: 128,
      relation: 'same-picture',
      distance: 'euclidean',
      threshold,
      calibration: [],
      preprocessing: 'RGB / 255',
      labels: [],
      trainedAt,
      trainedOn: { images: 40, pairs: 3, learnFrom: ['labels'] },
      trainingLog: [],
      writtenBy: 'twinlint 0.1.0',
    },
    network,
    parameters,
  });

describe('the models of a folder', () => {
  it('are listed newest first, and a file is read once for as long as it stays as it is', async () => {
    await save('old', '2026-11-24T12:00:00.000Z');
    await save('new', '2026-11-25T12:00:00.000Z');
    const shelf = new ModelShelf();
    const first = (await shelf.list(folder)).models;
    expect(first.map(({ name }) => name)).toEqual(['new', 'old']);
    const second = (await shelf.list(folder)).models;
    first.forEach((info, i) => expect(second[i]).toBe(info));
  });

  it('are read again where a file has changed, and forgotten where it is gone', async () => {
    await save('a', '2026-11-24T12:00:00.000Z');
    await save('b', '2026-11-25T12:00:00.000Z');
    const shelf = new ModelShelf();
    await shelf.list(folder);
    // Of the same size, and in the same moment.
    await save('other', '2026-11-24T12:00:00.000Z', 0.7);
    await rename(at('other'), at('a'));
    await rm(at('b'));
    const { models } = await shelf.list(folder);
    expect(models.map(({ path: file, threshold }) => [path.basename(file), threshold])).toEqual([['a.twinlint', 0.7]]);
  });

  it('name what cannot be read, until it can', async () => {
    await writeFile(at('a'), 'something else');
    const shelf = new ModelShelf();
    for (let times = 0; times < 2; times++) {
      const { models, problems } = await shelf.list(folder);
      expect(models).toEqual([]);
      expect(problems.map(({ path: file }) => file)).toEqual([at('a')]);
    }
    await save('a', '2026-11-24T12:00:00.000Z');
    const { models, problems } = await shelf.list(folder);
    expect([models.length, problems.length]).toEqual([1, 0]);
  });
});
