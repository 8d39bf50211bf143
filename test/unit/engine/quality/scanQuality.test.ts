import { afterEach, beforeAll, expect, it } from 'vitest';
import { allQualityKinds, type QualityKind } from '../../../../src/core/quality/qualityKinds';
import * as protocol from '../../../../src/protocol/engine';
import { bundleEngine } from '../support/engineBundle';
import { allFindings, paramsOf, rootOf, Workbench } from '../support/engines';
import { picture } from '../support/pictures';
import { put } from '../support/scanFolders';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('scanQuality'));
});
afterEach(() => bench.clear());

const folderOfOddities = async (): Promise<string> => {
  const folder = await bench.folder();
  for (let seed = 0; seed < 30; seed++) await put(folder, `fine/${seed}.png`, await picture(seed).png().toBuffer());
  await put(folder, 'blurred.jpg', await picture(40).blur(14).jpeg().toBuffer());
  await put(folder, 'night.png', await picture(41).linear(0.15, 0).png().toBuffer());
  await put(folder, 'washed.png', await picture(42).linear(0.04, 244).png().toBuffer());
  await put(folder, 'blank.png', await picture(43).linear([0, 0, 0], [200, 60, 60]).png().toBuffer());
  await put(folder, 'huge.png', await picture(44, 1600, 1200).png().toBuffer());
  await put(folder, 'strip.png', await picture(45, 800, 100).png().toBuffer());
  await put(folder, 'grey.jpg', await picture(46).greyscale().jpeg().toBuffer());
  return folder;
};
const on = (...kinds: QualityKind[]) => Object.fromEntries(kinds.map(kind => [kind, 'warning' as const]));
const named = async (client: ReturnType<Workbench['engine']>) =>
  (await allFindings(client)).filter(({ details }) => details.quality).map(({ kind, path }) => `${kind} ${path}`);

it('finds each oddity where it is planted, and nothing where all is off', async () => {
  const folder = await folderOfOddities();
  const client = bench.engine(await bench.folder());
  await client.request(protocol.ScanRequest, paramsOf([rootOf(folder)]));
  expect(await named(client)).toEqual([]);

  // The washed-out one has hardly any colour, either.
  const severity = on(...allQualityKinds.filter(kind => kind !== 'outlier'));
  await client.request(protocol.ScanRequest, paramsOf([rootOf(folder, { severity, limits: { 'odd-channels': 0.1 } })]));
  const found = await named(client);
  expect(found).toEqual(
    expect.arrayContaining([
      'blurry blurred.jpg',
      'too-dark night.png',
      'too-bright washed.png',
      'low-information blank.png',
      'odd-size huge.png',
      'odd-aspect-ratio strip.png',
      'odd-channels grey.jpg',
    ]),
  );
  expect(found.filter(line => line.includes('fine/'))).toEqual([]);
});

it('a second scan, from kept signatures, finds the same; limits of the settings count', async () => {
  const folder = await folderOfOddities();
  const cache = await bench.folder();
  const severity = on('blurry', 'too-dark');
  const first = bench.engine(cache);
  await first.request(protocol.ScanRequest, paramsOf([rootOf(folder, { severity })]));
  const before = await named(first);
  expect(before).toContain('blurry blurred.jpg');
  const second = bench.engine(cache, 1);
  await second.request(protocol.ScanRequest, paramsOf([rootOf(folder, { severity })]));
  expect(await named(second)).toEqual(before);
  await second.request(protocol.ScanRequest, paramsOf([rootOf(folder, { severity, limits: { blurry: 0, 'too-dark': 0.05 } })]));
  expect(await named(second)).toEqual([]);
});
