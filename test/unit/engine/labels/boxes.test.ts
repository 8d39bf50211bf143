import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { boxContent } from '../../../../src/core/findings/boxContent';
import { noteText } from '../../../../src/core/dataset/note';
import { dealFolds } from '../../../../src/engine/labels/folds';
import { pictureImages } from '../../../../src/engine/labels/pictureImages';
import { FindingsRequest, ScanRequest, SetVerdictsRequest } from '../../../../src/protocol/engine';
import { noteOfError } from '../../../../src/protocol/engineErrors';
import { LabelReviewRequest } from '../../../../src/protocol/labelReview';
import { JudgeLabelsRequest, judgementOf, SetJudgementRequest } from '../../../../src/protocol/labels';
import { bundleEngine } from '../support/engineBundle';
import { allFindings, paramsOf, rootOf, Workbench } from '../support/engines';
import { randomFrom } from '../support/random.mjs';
import { put } from '../support/scanFolders';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('boxes'));
});
afterEach(() => bench.clear());

/** A noisy square of 96 pixels with a dark one of 28 pixels at the left and a light one at the right. */
function canvas(seed: number): Promise<Buffer> {
  const random = randomFrom(seed);
  const level = (x: number, y: number): number =>
    y < 30 || y >= 58 ? 125 : x >= 8 && x < 36 ? 60 : x >= 60 && x < 88 ? 190 : 125;
  const data = Buffer.from(
    Array.from({ length: 96 * 96 }, (_, i) => level(i % 96, Math.floor(i / 96)) + Math.floor(random() * 80) - 40),
  );
  return sharp(data, { raw: { width: 96, height: 96, channels: 1 } })
    .png()
    .toBuffer();
}
const row = (label: number, left: number, top: number, side: number): string =>
  [label, ...[left + side / 2, top + side / 2, side, side].map(pixels => pixels / 96)].join(' ');

/** Thirty such images; in the eighth the second box is called dark, and the ninth has a box of four pixels. */
async function detectionSet(): Promise<string> {
  const folder = await bench.folder();
  for (let i = 0; i < 30; i++) {
    await put(folder, `images/${i}.png`, await canvas(i + 1));
    const rows = [row(0, 8, 30, 28), row(i === 7 ? 0 : 1, 60, 30, 28), ...(i === 8 ? [row(1, 60, 30, 4)] : [])];
    await put(folder, `labels/${i}.txt`, rows.join('\n'));
  }
  await put(folder, 'data.yaml', 'names: [dark, light]\n');
  return folder;
}

test('judges the boxes of a detection set; the doubtful one becomes a finding on its row, and can be called right', async () => {
  const params = paramsOf([rootOf(await detectionSet(), { labelUnit: 'boxes' })]);
  const client = bench.engine(await bench.folder());
  await client.request(ScanRequest, params);
  const summary = await client.request(JudgeLabelsRequest, { scan: params, limit: { epochs: 8 } });
  expect(summary.classes).toEqual(['dark', 'light']);
  expect(summary.rows).toHaveLength(61);
  expect(summary.judged).toBe(60);
  expect(summary.notes.map(noteText)).toContain('1 boxes are less than 8 pixels wide or high and were left out.');
  const [worst] = [...summary.rows].sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
  const at = { file: 'labels/7.txt', line: 2, column: 1 };
  expect(worst).toMatchObject({ path: 'images/7.png', label: 'dark', suggested: 'light', at });
  expect(worst.score).toBeGreaterThan(0.5);

  await client.request(SetJudgementRequest, judgementOf(summary));
  const [found] = (await allFindings(client)).filter(({ kind }) => kind === 'mislabeled');
  expect(found).toMatchObject({ path: 'images/7.png', at, details: { labels: ['dark', 'light'], box: worst.box } });

  const image = createHash('sha256')
    .update(await canvas(8))
    .digest('hex');
  const content = boxContent(image, worst.box!);

  // It is reviewed like an image: seen beside other boxes, and settled by what is said of it.
  const review = await client.request(LabelReviewRequest, { count: 5, skipped: [] });
  expect(review!.questions[0]).toMatchObject({ content, at, label: 'dark', suggested: 'light', image: { path: 'images/7.png' } });
  const { part, nearest } = review!.questions[0];
  expect(part!.left).toBeCloseTo(60 / 96, 6);
  expect(part!.bottom).toBeCloseTo(58 / 96, 6);
  expect(nearest.suggested.map(seen => seen.part!.left)).toEqual(
    [60 / 96, 60 / 96, 60 / 96].map(left => expect.closeTo(left, 6) as number),
  );
  const given = {
    id: '0',
    relation: 'same-class',
    verdict: 'relabel' as const,
    label: 'light',
    images: [{ content, path: 'images/7.png' }],
  };
  const without = await client.request(SetVerdictsRequest, { verdicts: [given] });
  expect((await client.request(LabelReviewRequest, { count: 5, skipped: [] }))!.progress).toMatchObject({
    reviewed: 1,
    found: 1,
  });
  expect((await allFindings(client)).map(({ at: place }) => place)).not.toContainEqual(at);
  expect(without).toBeDefined();

  const right = { id: '1', relation: 'same-class', verdict: 'ignore' as const, images: [{ content, path: 'images/7.png' }] };
  await client.request(ScanRequest, { ...params, verdicts: [right] });
  const page = await client.request(FindingsRequest, { offset: 0, limit: 10, kinds: ['mislabeled'] });
  expect(page.findings.map(({ at: place }) => place)).not.toContainEqual(at);
}, 300_000);

test('all boxes of an image, and of its copies, are in one fold', () => {
  const reads = ['a', 'a', 'b', 'c', 'b'].map((image, i) => ({ content: `${image}${i}`, image }));
  const { places, ofPicture } = pictureImages(
    { firstOf: Int32Array.from([0, 1, 2, 3, 4]), contents: reads.map(({ content }) => content) },
    reads,
  );
  expect([...places.keys()]).toEqual(['a', 'b', 'c']);
  expect([...ofPicture]).toEqual([0, 0, 1, 2, 1]);
  const folds = dealFolds(ofPicture, Int32Array.from([0, 1, 0, 1, 1]), 2, 1);
  expect(folds[0]).toBe(folds[1]);
  expect(folds[2]).toBe(folds[4]);
});

test('without boxes says where they were looked for', async () => {
  const folder = await bench.folder();
  await put(folder, 'images/1.png', await canvas(1));
  const client = bench.engine(await bench.folder());
  const scan = paramsOf([rootOf(folder, { labelUnit: 'boxes' })]);
  const judging = client.request(JudgeLabelsRequest, { scan });
  await expect(judging).rejects.toSatisfy(error => noteOfError(error)?.message.startsWith('There are no boxes') === true);
});
