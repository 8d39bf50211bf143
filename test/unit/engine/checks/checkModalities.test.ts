import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { noteText } from '../../../../src/core/dataset/note';
import type { CheckSummary } from '../../../../src/core/checks/checkFinding';
import { noteOfError } from '../../../../src/protocol/engineErrors';
import { RunCheckRequest } from '../../../../src/protocol/checks';
import { bundleEngineWithStarter } from '../support/engineBundle';
import { classOf, discOf, swingsOf, toneOf } from '../support/checkSamples';
import { rootOf, Workbench } from '../support/engines';
import { put } from '../support/scanFolders';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngineWithStarter('checkModalities'));
});
afterEach(() => bench.clear());

const COUNT = 108;
/** Samples that got a member of the sample ten numbers on, so of another class. */
const WRONG = { png: [8, 61], wav: [20, 75], csv: [33, 90] } as const;
const from = (ending: keyof typeof WRONG, sample: number): number =>
  (WRONG[ending] as readonly number[]).includes(sample) ? sample + 10 : sample;

async function samplesIn(folder: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await put(folder, `${i}.png`, await discOf(from('png', i)));
    await put(folder, `${i}.wav`, Buffer.from(toneOf(from('wav', i))));
    await put(folder, `${i}.csv`, Buffer.from(swingsOf(from('csv', i))));
  }
}

/** On one thread: two of ONNX Runtime's wait for each other in a loop, so that on a busy machine they take twice the processor's time. */
const check = async (folder: string): Promise<CheckSummary> =>
  bench
    .engine(await bench.folder(), 1)
    .request(RunCheckRequest, { check: 'modalities', root: rootOf(folder), seconds: 1, seed: 1, scores: true });

describe('samples of image, sound and sensors', () => {
  it('names the one of three that does not fit, what lacks, and what cannot be read', async () => {
    const folder = await bench.folder();
    await samplesIn(folder, COUNT);
    await put(folder, 'alone.png', await discOf(1));
    for (const ending of ['png', 'wav']) {
      await put(folder, `noSensors.${ending}`, await readFile(path.join(folder, `1.${ending}`)));
    }
    await rm(path.join(folder, '2.png'));
    const wav = await readFile(path.join(folder, '3.wav'));
    await put(folder, '3.wav', wav.subarray(0, wav.length / 2));
    await put(folder, '4.csv', Buffer.from('time,current\n0,1\n1,2\n2,3\n'));
    await put(folder, '5.png', Buffer.from('no picture'));
    const { findings, scores = [], figures, samples, judged, notes } = await check(folder);
    expect({ samples, judged }).toEqual({ samples: COUNT + 1, judged: COUNT - 4 });
    expect(notes.map(noteText)).toEqual([
      '1 images have neither a sound (.wav) nor sensor values (.csv) of their name and were left out.',
    ]);
    const told = (kind: string) =>
      findings.filter(each => each.kind === kind).map(({ path: at, message }) => `${at}: ${noteText(message)}`);
    expect(told('modality-missing').sort()).toEqual([
      '2.wav: The sample 2 has a sound and sensor values but no image, which 107 of 109 samples have.',
      'noSensors.png: The sample noSensors has an image and a sound but no sensor values (noSensors.csv), which 107 of 109 samples have.',
    ]);
    expect(told('modality-unreadable').sort()).toEqual([
      expect.stringMatching(/^3\.wav: This WAV file is cut short/),
      '4.csv: This file lacks the column voltage, which most files have.',
      '5.png: This image cannot be read, so its sample was not judged.',
    ]);
    for (const each of ['image', 'sound', 'sensors']) expect(figures[`own-beats-random:${each}`]).toBeGreaterThan(0.7);
    const mismatches = findings.filter(({ kind }) => kind === 'modality-mismatch');
    const wrong = Object.entries(WRONG).flatMap(([ending, list]) => list.map(i => `${i}.${ending}`));
    const named = mismatches.filter(({ path: at }) => wrong.includes(at));
    // Of six; by chance hardly one.
    expect(named.length).toBeGreaterThanOrEqual(2);
    const isOfWrong = (at: string): boolean => wrong.some(each => path.parse(each).name === path.parse(at).name);
    // So few samples teach little: wrong ones are named clearly more often than right ones, and some right ones are.
    const falseAlarms = mismatches.filter(({ path: at }) => !isOfWrong(at)).length;
    expect(named.length / wrong.length).toBeGreaterThan((2 * falseAlarms) / (COUNT - wrong.length));
    // Every judged sample has a row, reported or not, the most doubtful first.
    expect(scores).toHaveLength(judged);
    expect(scores.filter(({ doubt }) => doubt > 0.499).length).toBeGreaterThanOrEqual(mismatches.length);
    for (const { path: at, score, related } of mismatches) {
      expect(scores).toContainEqual(
        expect.objectContaining({ doubt: score, path: [at, related[0].path].find(each => each.endsWith('.png')) }),
      );
    }
    const rankOf = (sample: number): number => scores.findIndex(({ path: at }) => at === `${sample}.png`);
    const ranks = Object.values(WRONG).flat().map(rankOf);
    expect(ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length).toBeLessThan(judged / 3);
    // Another sample's member is offered, and it is of the class of the two others.
    const offers = named.filter(({ related }) => related.length === 3);
    const good = offers.filter(({ path: at, related }) => {
      const ending = path.extname(at).slice(1) as keyof typeof WRONG;
      return classOf(from(ending, Number(path.parse(related[2].path).name))) === classOf(Number(path.parse(at).name));
    });
    expect(good.length).toBeGreaterThanOrEqual(Math.ceil(offers.length / 2));
    // Four networks of 60 steps at least, in a process that gives way to others.
  }, 400_000);

  it('says what is needed where there are no samples, or too few', async () => {
    const folder = await bench.folder();
    await put(folder, 'a.png', await discOf(1));
    await put(folder, 'a.wav', Buffer.from(toneOf(1)));
    const error: unknown = await check(folder).catch((failed: unknown) => failed);
    expect(noteText(noteOfError(error)!)).toContain('No image below this folder has both a sound and sensor values');
    await put(folder, 'a.CSV', Buffer.from(swingsOf(1)));
    const { findings, notes, judged } = await check(folder);
    expect({ findings, judged }).toEqual({ findings: [], judged: 0 });
    expect(notes.map(noteText)).toEqual([
      'Only 1 different samples are complete. At least 40 are needed to learn what belongs together.',
    ]);
  });
});
