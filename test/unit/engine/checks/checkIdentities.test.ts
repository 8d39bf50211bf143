import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Note } from '../../../../src/core/dataset/note';
import { noteText } from '../../../../src/core/dataset/note';
import type { CheckSummary } from '../../../../src/core/checks/checkFinding';
import { listIdentities } from '../../../../src/engine/checks/identities/listIdentities';
import type { IdentityCheckParams } from '../../../../src/protocol/checks';
import { RunCheckRequest } from '../../../../src/protocol/checks';
import { referenceFile } from '../../../../src/workspace/references';
import { bundleEngineWithStarter } from '../support/engineBundle';
import { strokesOf } from '../support/checkSamples';
import { refusalOf, rootOf, Workbench } from '../support/engines';
import { put } from '../support/scanFolders';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngineWithStarter('checkIdentities'));
});
afterEach(() => bench.clear());

const WRITERS = 12;
const SAMPLES = 4;

const nameOf = (writer: number): string => `writer-${String(writer).padStart(2, '0')}`;

/** Each folder's first samples are of its writer; returns the folder. */
async function writers(from = 0, to = SAMPLES): Promise<string> {
  const folder = await bench.folder();
  for (let writer = 0; writer < WRITERS; writer++) {
    for (let k = from; k < to; k++) await put(folder, `${nameOf(writer)}/${k}.csv`, Buffer.from(strokesOf(writer, k)));
  }
  return folder;
}

/** On one thread: two of ONNX Runtime's wait for each other in a loop, so that on a busy machine they take twice the processor's time. */
const check = async (folder: string, more: Partial<IdentityCheckParams> = {}): Promise<CheckSummary> =>
  bench
    .engine(await bench.folder(), 1)
    .request(RunCheckRequest, { check: 'identities', root: rootOf(folder), seconds: 3, seed: 1, ...more });
const mismatched = ({ findings }: CheckSummary): string[] =>
  findings.filter(({ kind }) => kind === 'identity-mismatch').map(({ path: at }) => at);
const notesOf = ({ notes }: CheckSummary): string[] => notes.map(noteText);
describe('a folder of identities', () => {
  it('names strokes in a foreign folder, and whose they are; stores references, and verifies others against them', async () => {
    const folder = await writers();
    const foreign = ['writer-03/x.csv', 'writer-08/x.csv', 'writer-06/x.csv', 'writer-11/x.csv'];
    for (const [k, from] of ['writer-05/0.csv', 'writer-01/3.csv', 'writer-10/1.csv', 'writer-02/2.csv'].entries()) {
      await rename(path.join(folder, from), path.join(folder, foreign[k]));
    }
    await put(folder, 'writer-00/broken.csv', Buffer.from('x,y\n1,2\n3,\n'));
    const stored = referenceFile(folder, 'hands');
    const learned = await check(folder, { saveReferences: stored });
    expect(learned).toMatchObject({ samples: WRITERS * SAMPLES + 1, judged: WRITERS * SAMPLES });
    expect(learned.figures['own-beats-other']).toBeGreaterThan(0.8);
    expect(learned.errorRates?.length).toBeGreaterThan(10);
    expect(learned.trained?.steps).toBeGreaterThanOrEqual(3 * 60);
    // Some hands are alike to networks that have seen eight others for sixty steps.
    const found = learned.findings.filter(({ path: at }) => foreign.includes(at));
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(mismatched(learned).length).toBeLessThanOrEqual(found.length + 4);
    for (const { path: at, related } of found) expect(path.dirname(related[0].path)).toBe(path.dirname(at));
    const named = found.filter(({ related }) => related.length > 1);
    expect(named.length).toBeGreaterThan(0);
    for (const { message, related } of named) {
      expect(noteText(message)).toContain(`; ${path.dirname(related[1].path)} fits better`);
    }
    const broken = learned.findings.find(({ kind }) => kind === 'identity-unreadable')!;
    expect([broken.path, noteText(broken.message)]).toEqual([
      'writer-00/broken.csv',
      'These pen strokes cannot be read: line 3 has no value for y. Fill the gap, or remove the line.',
    ]);
    expect(notesOf(learned)).toEqual([`The references of ${WRITERS} identities were stored in ${stored}.`]);

    // Other files of the same writers; the references' own files are not there.
    const later = await writers(SAMPLES, SAMPLES + 2);
    const strays = ['writer-09/z.csv', 'writer-07/z.csv', 'writer-00/z.csv'];
    for (const [k, from] of ['writer-02/4.csv', 'writer-04/4.csv', 'writer-10/4.csv'].entries()) {
      await rename(path.join(later, from), path.join(later, strays[k]));
    }
    await put(later, 'somebody/1.csv', Buffer.from(strokesOf(40, 1)));
    const verified = await check(later, { references: stored });
    expect(verified.trained).toBeUndefined();
    expect(verified.judged).toBe(2 * WRITERS);
    expect(strays.some(stray => mismatched(verified).includes(stray))).toBe(true);
    expect(mismatched(verified).length).toBeLessThanOrEqual(5);
    expect(verified.figures.threshold).toBe(learned.figures.threshold);
    expect(verified.findings.flatMap(({ related }) => related)).toEqual([]);
    expect(notesOf(verified)).toEqual(['1 folders, such as somebody, have no stored references, and were not judged.']);

    // What is stored is checked before it is believed.
    const bytes = await readFile(stored);
    bytes[bytes.length >> 1] ^= 1;
    await writeFile(stored, bytes);
    expect(await refusalOf(check(later, { references: stored }))).toContain('is damaged');
    await writeFile(stored, 'something else');
    expect(await refusalOf(check(later, { references: stored }))).toContain('holds no stored references of Twinlint');
    // Three small networks, in a process that gives way to others.
  }, 300_000);

  it('compares with the folder “references” only where there is one', async () => {
    const folder = await bench.folder();
    for (const file of ['a/1.csv', 'a/ref/2.csv', 'a/ref/3.csv', 'b/1.csv', 'b/deep/2.csv', 'b/1.png']) {
      await put(folder, file, Buffer.from(strokesOf(1, 1)));
    }
    const notes: string[] = [];
    const context = {
      signal: new AbortController().signal,
      report: () => undefined,
      onNote: (of: Note) => void notes.push(noteText(of)),
    };
    const { names, medium, files } = await listIdentities(rootOf(folder), context);
    expect({ names, medium }).toEqual({ names: ['a', 'b'], medium: 'strokes' });
    expect(files.map(({ file, isReference, isJudged }) => [file.path, isReference, isJudged])).toEqual([
      ['a/1.csv', false, true],
      ['a/ref/2.csv', true, false],
      ['a/ref/3.csv', true, false],
      ['b/1.csv', true, true],
      ['b/deep/2.csv', true, true],
    ]);
    expect(notes).toEqual(['There are 1 images and 5 .csv files: the fewer were left out. Check them in a folder of their own.']);
  });

  it('compares few identities of images by the encoder that ships, and says so', async () => {
    const folder = await bench.folder();
    for (const [name, shape] of [
      ['disc', '<circle cx="32" cy="32" r="22" fill="COLOUR"/>'],
      ['bars', '<path d="M8 8h10v48h-10zM28 8h10v48h-10zM46 8h10v48h-10z" fill="COLOUR"/>'],
      ['cross', '<path d="M26 6h12v20h20v12h-20v20h-12v-20h-20v-12h20z" fill="COLOUR"/>'],
    ]) {
      for (const [k, colour] of ['#a33', '#b44', '#933', '#a52'].entries()) {
        const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="#fff"/>${shape.replace('COLOUR', colour)}</svg>`;
        await put(folder, `${name}/${k}.png`, await sharp(Buffer.from(svg)).png().toBuffer());
      }
    }
    await put(folder, 'disc/notAPicture.png', Buffer.from('no picture'));
    await put(folder, 'loose.csv', Buffer.from(strokesOf(1, 1)));
    const summary = await check(folder);
    expect(summary).toMatchObject({ samples: 13, judged: 12 });
    expect(summary.trained).toBeUndefined();
    expect(summary.figures.eer).toBeLessThan(0.05);
    expect(summary.findings.map(({ kind, path: at }) => [kind, at])).toEqual([['identity-unreadable', 'disc/notAPicture.png']]);
    expect(notesOf(summary)).toEqual([
      '1 files, such as loose.csv, lie beside the folders of the identities and were left out.',
      'There are only 3 identities, too few to learn from: they are compared by the encoder that comes with Twinlint, as it is. From 8 on the networks learn from your own files.',
    ]);
  }, 120_000);

  it('says what is missing where nothing can be compared', async () => {
    const empty = await bench.folder();
    expect(await refusalOf(check(empty))).toBe('There are no images and no .csv files below this folder.');
    await put(empty, '1.csv', Buffer.from(strokesOf(1, 1)));
    expect(await refusalOf(check(empty))).toContain('No folder below this one holds images or .csv files.');
    await put(empty, 'a/1.csv', Buffer.from(strokesOf(1, 1)));
    expect(await refusalOf(check(empty))).toContain('There is only one identity, a');
    for (const name of ['b', 'c']) for (const k of [1, 2]) await put(empty, `${name}/${k}.csv`, Buffer.from(strokesOf(k, k)));
    const few = await check(empty);
    expect(few).toMatchObject({ samples: 5, judged: 0, findings: [] });
    expect(notesOf(few).at(-1)).toBe(
      'There are only 2 identities with two files or more. At least 8 are needed to learn what tells them apart.',
    );
    const none = path.join(empty, 'none.twinlint-references');
    expect(await refusalOf(check(empty, { references: none }))).toContain('There are no stored references at');
    expect(existsSync(none)).toBe(false);
  });
});
