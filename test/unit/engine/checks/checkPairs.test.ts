import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { noteText } from '../../../../src/core/dataset/note';
import type { CheckSummary } from '../../../../src/core/checks/checkFinding';
import { RunCheckRequest } from '../../../../src/protocol/checks';
import { bundleEngineWithStarter } from '../support/engineBundle';
import { drawnSpots } from '../support/checkSamples';
import { refusalOf, rootOf, Workbench } from '../support/engines';
import { put } from '../support/scanFolders';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngineWithStarter('checkPairs'));
});
afterEach(() => bench.clear());

const COUNT = 120;
/** Names whose masks are exchanged in a ring. */
const EXCHANGED = [3, 17, 40, 41, 77, 90];

async function photosAndMasks(): Promise<string> {
  const folder = await bench.folder();
  for (let i = 0; i < COUNT; i++) {
    const at = EXCHANGED.indexOf(i);
    const mask = at < 0 ? i : EXCHANGED[(at + 1) % EXCHANGED.length];
    await put(folder, `photos/${i}.png`, await drawnSpots(i, '#ddd'));
    await put(folder, `masks/${i}_mask.png`, await drawnSpots(mask, '#000', '#fff'));
  }
  await put(folder, 'photos/lonely.png', await drawnSpots(1000, '#ddd'));
  return folder;
}

/** On one thread: two of ONNX Runtime's wait for each other in a loop, so that on a busy machine they take twice the processor's time. */
const check = async (folder: string, ...folders: string[]): Promise<CheckSummary> =>
  bench
    .engine(await bench.folder(), 1)
    .request(RunCheckRequest, { check: 'pairs', root: rootOf(folder), folders, seconds: 1, seed: 1 });
describe('paired folders', () => {
  it('names masks that belong to another picture, and whose they are; and pictures without one', async () => {
    const { findings, figures, samples, judged } = await check(await photosAndMasks(), 'photos', 'masks');
    expect({ samples, judged }).toEqual({ samples: COUNT, judged: COUNT });
    expect(figures['own-beats-random']).toBeGreaterThan(0.85);
    const mismatches = findings.filter(({ kind }) => kind === 'pair-mismatch');
    const wrong = EXCHANGED.map(i => `photos/${i}.png`);
    const found = mismatches.filter(({ path: at }) => wrong.includes(at));
    // A foreign mask may fit by chance: not all of them can be seen.
    expect(found.length).toBeGreaterThanOrEqual(3);
    expect(mismatches.length).toBeLessThanOrEqual(found.length + 6);
    const right = found.filter(({ path: at, related }) => {
      const i = Number(path.basename(at, '.png'));
      const owner = EXCHANGED[(EXCHANGED.indexOf(i) + EXCHANGED.length - 1) % EXCHANGED.length];
      return related[1]?.path === `masks/${owner}_mask.png`;
    });
    expect(right.length).toBeGreaterThanOrEqual(2);
    const missing = findings.filter(({ kind }) => kind === 'pair-missing');
    expect(missing.map(({ path: at, message }) => [at, noteText(message)])).toEqual([
      ['photos/lonely.png', 'This picture has no partner in masks: no file there has the name lonely, as 120 of 121 have.'],
    ]);
    // Four networks of 60 steps at least, in a process that gives way to others.
  }, 300_000);

  it('says what is wrong with the folders, and where there is too little to learn from', async () => {
    const folder = await bench.folder();
    for (let i = 0; i < 3; i++) {
      await put(folder, `a/${i}.png`, await drawnSpots(i, '#ddd'));
      await put(folder, `a/b/${i}.png`, await drawnSpots(i, '#ddd'));
      await put(folder, `c/c${i}.png`, await drawnSpots(i, '#ddd'));
    }
    expect(await refusalOf(check(folder, 'a'))).toContain('Paired folders are at least two');
    expect(await refusalOf(check(folder, 'a', 'd'))).toContain('There is no folder d with images below');
    expect(await refusalOf(check(folder, 'a', 'a/b'))).toBe('The folder a/b lies in a: paired folders stand side by side.');
    expect(await refusalOf(check(folder, 'c', 'a/b'))).toContain('No name of c is also in a/b');
    for (let i = 0; i < 3; i++) await put(folder, `e/${i}.png`, await drawnSpots(i, '#000', '#fff'));
    const { findings, notes } = await check(folder, 'e', 'a/b');
    expect(findings).toEqual([]);
    expect(notes.map(noteText)).toEqual([
      'Only 3 different pictures have a partner. At least 40 are needed to learn what belongs together.',
    ]);
  });
});
