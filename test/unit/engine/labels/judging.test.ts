import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { Verdict } from '../../../../src/core/verdicts/verdict';
import { ScanRequest, SetVerdictsRequest } from '../../../../src/protocol/engine';
import { isCancelled, noteOfError } from '../../../../src/protocol/engineErrors';
import { isSuspect, JudgeLabelsRequest, judgementOf, SetJudgementRequest } from '../../../../src/protocol/labels';
import { LabelReviewRequest } from '../../../../src/protocol/labelReview';
import { bundleEngine } from '../support/engineBundle';
import { allFindings, paramsOf, rootOf, Workbench } from '../support/engines';
import { noisePatch } from '../support/pictures';
import { put } from '../support/scanFolders';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('labels'));
});
afterEach(() => bench.clear());

/** Thirty dark, thirty light, one of each in the wrong folder, a class of two, and a file that is no picture. */
async function classes(): Promise<string> {
  const folder = await bench.folder();
  for (let i = 0; i < 30; i++) {
    await put(folder, `dark/${i}.png`, await noisePatch(i + 1, 60));
    await put(folder, `light/${i}.png`, await noisePatch(i + 1000, 190));
  }
  await put(folder, 'light/wrong.png', await noisePatch(5000, 60));
  await put(folder, 'rare/1.png', await noisePatch(6000, 125));
  await put(folder, 'rare/2.png', await noisePatch(6001, 125));
  await put(folder, 'dark/broken.png', 'no picture');
  return folder;
}

describe('judging labels', () => {
  test('finds the wrong one, rates every image, says what it cannot know, and becomes findings', async () => {
    const params = paramsOf([rootOf(await classes())]);
    const client = bench.engine(await bench.folder());
    await client.request(ScanRequest, params);
    const summary = await client.request(JudgeLabelsRequest, { scan: params, limit: { epochs: 8 } });
    expect(summary.rows).toHaveLength(64);
    expect(summary.classes).toEqual(['dark', 'light', 'rare']);
    const of = (name: string) => summary.rows.find(row => row.path === name)!;
    expect(of('light/wrong.png')).toMatchObject({ label: 'light', suggested: 'dark', votes: { asked: 10 } });
    const ranked = summary.rows.filter(row => row.score !== undefined).sort((a, b) => b.score! - a.score!);
    expect(ranked[0].path).toBe('light/wrong.png');
    expect(ranked[0].score).toBeGreaterThan(0.5);
    expect(summary.judged).toBe(61);
    // Of a class of two nobody can know; neither of what is no picture.
    expect(of('rare/1.png')).toEqual({ root: 0, path: 'rare/1.png', label: 'rare' });
    expect(of('dark/broken.png').score).toBeUndefined();
    expect(summary.notes.map(({ args }) => args)).toContainEqual([2, 1, 5]);

    const judgement = judgementOf(summary);
    const updated = await client.request(SetJudgementRequest, judgement);
    expect(updated!.counts.mislabeled).toBe(judgement.labels.filter(isSuspect).length);
    const found = (await allFindings(client)).filter(({ kind }) => kind === 'mislabeled');
    expect(found.map(({ path: on, details }) => [on, details.labels])).toContainEqual(['light/wrong.png', ['light', 'dark']]);

    // The same labels are there to be reviewed, the worst first, each beside images of both classes.
    const review = await client.request(LabelReviewRequest, { count: 5, skipped: [] });
    expect(review).toMatchObject({ judged: 61, known: [], progress: { reviewed: 0, audits: 0, found: 0 } });
    const [worst] = review!.questions;
    expect(worst).toMatchObject({ label: 'light', suggested: 'dark', image: { path: 'light/wrong.png' } });
    const near = { light: worst.nearest.given, dark: worst.nearest.suggested };
    for (const [label, seen] of Object.entries(near)) {
      expect(seen.map(each => each.image.label)).toEqual([label, label, label]);
      expect(seen.map(each => each.image.path)).not.toContain('light/wrong.png');
    }
    const image = { content: worst.image.content, path: worst.image.path };
    const right: Verdict = { id: '1', relation: 'same-class', verdict: 'ignore', images: [image] };
    await client.request(SetVerdictsRequest, { verdicts: [right] });
    const later = await client.request(LabelReviewRequest, { count: 5, skipped: [] });
    expect(later!.progress.reviewed).toBe(1);
    expect(later!.questions.map(question => question.image.path)).not.toContain('light/wrong.png');
    const skipped = later!.questions.slice(0, 1).map(question => question.image);
    const rest = await client.request(LabelReviewRequest, { count: 5, skipped });
    expect(rest!.questions.map(question => question.image.path)).not.toContain(skipped[0].path);

    const none = await client.request(SetJudgementRequest, { labels: [], isCalibrated: false });
    expect(none!.counts.mislabeled).toBeUndefined();
  }, 300_000);

  /** Two classes that one number tells apart, and a file of that number. */
  async function told(): Promise<{ scan: ReturnType<typeof paramsOf>; embeddings: string }> {
    const folder = await bench.folder();
    const lines = ['path,x,y'];
    for (let i = 0; i < 60; i++) {
      const name = `${i % 2 ? 'b' : 'a'}/${i}.png`;
      await put(folder, name, await noisePatch(i + 1, 100));
      lines.push(`${name},${i === 4 ? 1 : (i % 2) * 2 - 1 + (i % 5) / 10},${i / 1000}`);
    }
    const embeddings = path.join(folder, 'e.csv');
    await writeFile(embeddings, lines.join('\n'));
    return { scan: paramsOf([rootOf(folder)]), embeddings };
  }

  test('the result is the same with one thread and with two', async () => {
    const { scan, embeddings } = await told();
    const rows = [];
    for (const threads of [1, 2]) {
      const client = bench.engine(await bench.folder(), threads);
      rows.push((await client.request(JudgeLabelsRequest, { scan, embeddings, limit: { epochs: 3 } })).rows);
    }
    expect(rows[0]).toHaveLength(60);
    expect(rows[1]).toEqual(rows[0]);
  }, 60_000);

  test.each([1, 2])(
    'can be cancelled while it trains, with %d threads',
    async threads => {
      const { scan, embeddings } = await told();
      const client = bench.engine(await bench.folder(), threads);
      const source = new CancellationTokenSource();
      client.onDidLabelProgress(({ phase, share }) => {
        if (phase === 'train' && share > 0) source.cancel();
      });
      const judging = client.request(JudgeLabelsRequest, { scan, embeddings, limit: { epochs: 100_000 } }, source.token);
      await expect(judging).rejects.toSatisfy(isCancelled);
      // It is free for the next one.
      const next = await client.request(JudgeLabelsRequest, { scan, embeddings, limit: { epochs: 1 } });
      expect(next.rows).toHaveLength(60);
    },
    60_000,
  );

  test('takes a person’s own probabilities and embeddings', async () => {
    const folder = await bench.folder();
    const [lines, features] = [['label a,path,b'], ['path,x,y']];
    for (let i = 0; i < 120; i++) {
      const label = i % 2 ? 'b' : 'label a';
      const name = `${label}/${i}.png`;
      await put(folder, name, await noisePatch(i + 1, 100));
      const looks = i === 4 ? 'b' : label;
      const p = 0.8 + (i % 7) / 50;
      lines.push(`${looks === 'b' ? 1 - p : p},${name},${looks === 'b' ? p : 1 - p}`);
      features.push(`${name},${looks === 'b' ? 1 : -1},${i / 1000}`);
    }
    const [predProbs, embeddings] = [path.join(folder, 'p.csv'), path.join(folder, 'e.csv')];
    await writeFile(predProbs, lines.join('\n'));
    await writeFile(embeddings, features.join('\n'));
    const scan = paramsOf([rootOf(folder)]);
    const client = bench.engine(await bench.folder());
    const byProbabilities = await client.request(JudgeLabelsRequest, { scan, predProbs, embeddings });
    expect(byProbabilities.trained).toBeUndefined();
    const worst = (summary: typeof byProbabilities) => [...summary.rows].sort((a, b) => b.score! - a.score!)[0];
    expect(worst(byProbabilities)).toMatchObject({ path: 'label a/4.png', suggested: 'b', votes: { suggested: 10, asked: 10 } });
    const byEmbeddings = await client.request(JudgeLabelsRequest, { scan, embeddings, limit: { epochs: 100 } });
    expect(worst(byEmbeddings)).toMatchObject({ path: 'label a/4.png', suggested: 'b', votes: { suggested: 10, asked: 10 } });
  }, 60_000);

  test.each([
    ['path,a\nx/1.png,1', '{0} has no column “{1}”.'],
    ['name,x,y\nx/1.png,1,0', '{0} needs a first line with a column “path”.'],
    ['path,x,y\nx/1.png,1', '{0}, line {1}: {2} fields where there should be {3}.'],
    ['path,x,y\nx/1.png,1,zero', '{0}, line {1}: {2} is no number.'],
    [
      'path,x,y\nx/1.png,0.9,0.9',
      '{0}, line {1}: the numbers are no probabilities: each must be from 0 to 1, and together they must give 1.',
    ],
    ['path,x,y\nelsewhere.png,1,0', 'No path in {0} is that of an image; paths are relative to the folder, with “/”.'],
  ])('says what is wrong with a file of probabilities: %j', async (text, message) => {
    const folder = await bench.folder();
    for (const name of ['x/1.png', 'x/2.png', 'y/1.png', 'y/2.png']) await put(folder, name, await noisePatch(name.length, 100));
    const predProbs = path.join(folder, 'p.csv');
    await writeFile(predProbs, text);
    const client = bench.engine(await bench.folder());
    const judging = client.request(JudgeLabelsRequest, { scan: paramsOf([rootOf(folder)]), predProbs });
    await expect(judging).rejects.toSatisfy(error => noteOfError(error)?.message === message);
  });
});
