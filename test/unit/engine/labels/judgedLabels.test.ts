import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImageRecord } from '../../../../src/core/dataset/image';
import { JudgedLabels } from '../../../../src/engine/session/judgedLabels';
import { paramsOf, rootOf } from '../support/engines';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinlint-judged-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const image = (index: number, content: string, label = 'a'): ImageRecord =>
  ({ index, root: 0, path: `${index}.png`, content, label }) as ImageRecord;
const suspect = (index: number) => ({ root: 0, path: `${index}.png`, label: 'a', suggested: 'b', score: 0.7 });
const judgement = (...of: number[]) => ({ labels: of.map(suspect), isCalibrated: true });
const params = (root: string, keep = true) => paramsOf([rootOf(root)], { keep });
const images = [image(0, 'x'), image(1, 'y'), image(2, 'z')];

test('last as long as their image holds the same content under the same label', () => {
  const judged = new JudgedLabels(folder);
  judged.set(judgement(0, 1, 2), images, params('/data', false));
  const now = [image(0, 'x'), image(1, 'other'), image(2, 'z', 'b')];
  expect(judged.of(now)).toEqual([{ image: 0, suggested: 'b', score: 0.7 }]);
  judged.set(judgement(), images, params('/data', false));
  // Not judged, which is not the same as judged and found right: a model's own doubts count again.
  expect(judged.of(images)).toBeUndefined();
});

test('of a kept scan are there after a restart, for the same folders only', async () => {
  const first = new JudgedLabels(folder);
  first.set(judgement(1), images, params('/data'));
  await first.saved();
  const second = new JudgedLabels(folder);
  await second.load(params('/elsewhere'));
  expect(second.of(images)).toBeUndefined();
  await second.load(params('/data'));
  expect(second.of(images)).toEqual([{ image: 1, suggested: 'b', score: 0.7 }]);
  second.clear();
  await second.saved();
  const third = new JudgedLabels(folder);
  await third.load(params('/data'));
  expect(third.of(images)).toBeUndefined();
});

test('that are damaged on disk are none', async () => {
  const first = new JudgedLabels(folder);
  first.set(judgement(1), images, params('/data'));
  await first.saved();
  for (const name of await readdir(folder)) {
    await writeFile(path.join(folder, name), '{"roots":["/data"],"isCalibrated":true,"labels":[{"root":"0"}]}');
  }
  const second = new JudgedLabels(folder);
  await second.load(params('/data'));
  expect(second.of(images)).toBeUndefined();
});
