import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as protocol from '../../../../src/protocol/engine';
import { CompareFindingsRequest } from '../../../../src/protocol/labeling';
import { bundleEngine } from '../support/engineBundle';
import { allFindings, paramsOf, rootOf, Workbench } from '../support/engines';
import { testModel } from '../support/models';
import { darkAndLight } from '../support/scanFolders';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('compareFindings'));
});
afterEach(() => bench.clear());

/** A folder scanned without a model, and two models of classes and of pictures. */
async function scanned() {
  const folder = await darkAndLight(await bench.folder());
  const models = await bench.folder();
  const [ofClasses, ofPictures] = [path.join(models, 'classes.twinlint'), path.join(models, 'pictures.twinlint')];
  await testModel(ofClasses, { relation: 'same-class', labels: ['dark', 'light'] });
  await testModel(ofPictures);
  const client = bench.engine(await bench.folder());
  const params = paramsOf([rootOf(folder)]);
  await client.request(protocol.ScanRequest, params);
  return { client, params, folder, ofClasses, ofPictures };
}

describe('the findings of two models', () => {
  it('are told apart, kind by kind, and the result that is held stays as it is', async () => {
    const { client, params, folder, ofClasses, ofPictures } = await scanned();
    const held = await allFindings(client);
    const found = (await client.request(CompareFindingsRequest, { models: [null, ofClasses] }))!;
    const doubted = found.kinds.find(({ kind }) => kind === 'mislabeled')!;
    expect(doubted).toMatchObject({ onlyFirst: 0, both: 0 });
    expect(found.kinds.filter(({ kind }) => kind !== 'mislabeled')).toEqual([
      { kind: 'near-duplicate', onlyFirst: 0, onlySecond: 0, both: 1 },
    ]);
    expect(await allFindings(client)).toEqual(held);

    // Neither of the two is the scan's own; the other way round the numbers change sides.
    const turned = (await client.request(CompareFindingsRequest, { models: [ofClasses, ofPictures] }))!;
    expect(turned.kinds.find(({ kind }) => kind === 'mislabeled')).toMatchObject({
      onlyFirst: doubted.onlySecond,
      onlySecond: 0,
    });
    expect(await allFindings(client)).toEqual(held);

    // As many as a scan with that model reports.
    const scan = { ...params, roots: [rootOf(folder, { model: ofClasses })] };
    const { counts } = await client.request(protocol.ScanRequest, scan);
    expect(doubted.onlySecond).toBe(counts.mislabeled);
  });

  it('are none without a scan, or where a scan began meanwhile; a missing model is named', async () => {
    const fresh = bench.engine(await bench.folder());
    expect(await fresh.request(CompareFindingsRequest, { models: [null, null] })).toBeNull();
    const { client, params, ofClasses } = await scanned();
    const overtaken = client.request(CompareFindingsRequest, { models: [null, ofClasses] });
    const summary = await client.request(protocol.ScanRequest, params);
    expect(await overtaken).toBeNull();
    expect(summary.counts).toEqual({ 'near-duplicate': 1 });
    await rm(ofClasses);
    await expect(client.request(CompareFindingsRequest, { models: [ofClasses, null] })).rejects.toThrow('There is no model');
  });
});
