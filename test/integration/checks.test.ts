import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captionedShape, discOf, drawnSpots, strokesOf, swingsOf, toneOf } from '../unit/engine/support/checkSamples';
import { PictureFolder } from './harness/pictures';
import { keepEvidence, VscodeWindow } from './harness/vscodeWindow';

let folder: PictureFolder;
let window: VscodeWindow;
keepEvidence(() => window);

const put = async (name: string, bytes: Buffer | Uint8Array | string): Promise<void> => {
  await mkdir(dirname(folder.at(name)), { recursive: true });
  await writeFile(folder.at(name), bytes);
};

/** Masks that lie under the name of the next one. */
const EXCHANGED = [3, 17, 40, 41, 77, 90];
/** Sounds of the sample ten numbers on, so of another class. */
const WRONG_SOUNDS = [8, 20, 45];

beforeAll(async () => {
  folder = new PictureFolder();
  for (let i = 0; i < 64; i++) {
    const { picture, caption } = captionedShape(i);
    await put(`captioned/${i}.png`, await picture);
    await put(`captioned/${i}.txt`, i === 0 ? 'a blue square, view 0' : caption);
  }
  await put('captioned/silent.png', await discOf(999));
  for (let i = 0; i < 100; i++) {
    const at = EXCHANGED.indexOf(i);
    await put(`photos/${i}.png`, await drawnSpots(i, '#ddd'));
    await put(`masks/${i}.png`, await drawnSpots(at < 0 ? i : EXCHANGED[(at + 1) % EXCHANGED.length], '#000', '#fff'));
  }
  for (let i = 0; i < 60; i++) {
    await put(`bench/${i}.png`, await discOf(i));
    await put(`bench/${i}.wav`, toneOf(WRONG_SOUNDS.includes(i) ? i + 10 : i));
    await put(`bench/${i}.csv`, swingsOf(i));
  }
  for (let writer = 0; writer < 12; writer++) {
    for (let k = 0; k < 4; k++) await put(`hands/writer-${writer + 10}/${k}.csv`, strokesOf(writer, k));
  }
  for (const [from, to] of [
    [15, 13],
    [11, 18],
    [20, 16],
  ]) {
    renameSync(folder.at(`hands/writer-${from}/0.csv`), folder.at(`hands/writer-${to}/x.csv`));
  }
  window = await VscodeWindow.open({ open: folder.path });
}, 240_000);
afterAll(async () => {
  await window?.close();
  folder?.remove();
});

/** Waits until a check has told what it found: how many findings, and those that Problems has in sight. */
async function told(check: string): Promise<{ readonly count: number; readonly problems: string[] }> {
  const said = new RegExp(`${check}: (\\d+) findings; \\d+ of \\d+ judged`);
  await window.waitForNotification(said, 300_000);
  const count = Number(said.exec(await window.notification(said).innerText())![1]);
  await window.clearNotifications();
  await window.showProblems();
  return { count, problems: await window.problemTexts() };
}
const named = (problems: readonly string[], kind: string): string[] => problems.filter(text => text.includes(`(${kind})`));

describe('a person who checks what belongs together', () => {
  it('captions, from the menu of their folder: the wrong one and the missing one are in Problems', async () => {
    await window.explorerRow('captioned').waitFor();
    await window.explorerMenu('captioned', 'Check Captions');
    const { problems } = await told('Captions');
    expect(named(problems, 'caption-missing')).toHaveLength(1);
    expect(named(problems, 'caption-mismatch').filter(text => text.includes('“a blue square, view 0”'))).toHaveLength(1);
    await window.screenshot('checks-1-captions');
  }, 400_000);

  it('paired folders, both selected in the Explorer: masks of other photos, and the photo that each one is of', async () => {
    // The last one first: a click opens a folder, and pushes what is below it out of sight.
    await window.explorerRow('photos').click();
    await window.explorerRow('masks').click({ modifiers: ['Control'] });
    await window.explorerMenu('masks', 'Check Paired Folders');
    const mismatches = named((await told('Paired folders')).problems, 'pair-mismatch');
    expect(mismatches.length).toBeGreaterThanOrEqual(2);
    expect(mismatches.length).toBeLessThanOrEqual(14);
    await window.screenshot('checks-2-pairs');
    // A finding's code opens both pictures side by side.
    await window.openFinding(/pair-mismatch/);
    await expect.poll(() => window.page.locator('.editor-group-container').count()).toBe(2);
    await window.runCommand('View: Close All Editors');
  }, 400_000);

  it('samples of image, sound and sensors', async () => {
    await window.runCommand('Twinlint: Check Samples of Image, Sound and Sensors');
    await window.pick('/bench');
    // What so few samples teach is measured elsewhere; here they are judged, and not all of them are doubted.
    expect((await told('Image, sound and sensors')).count).toBeLessThan(30);
    await window.screenshot('checks-3-modalities');
  }, 400_000);

  it('identities: strokes in a foreign folder, the curve of errors, and a later folder against what was stored', async () => {
    await window.runCommand('Twinlint: Verify Folder of Identities');
    await window.pick('/hands');
    await window.pick('store the references', 'Learn from these files, and store the references');
    const { count } = await told('Identities');
    expect(count).toBeGreaterThanOrEqual(1);
    expect(count).toBeLessThanOrEqual(8);
    const page = await window.panel('svg', 30_000);
    await page
      .getByText(/equal error rate/i)
      .first()
      .waitFor();
    await window.screenshot('checks-4-identities');

    for (let writer = 0; writer < 12; writer++) {
      for (const k of ['0', '1', '2', '3', 'x']) {
        const file = folder.at(`hands/writer-${writer + 10}/${k}.csv`);
        if (existsSync(file)) writeFileSync(file, strokesOf(writer, 10 + '0123x'.indexOf(k)));
      }
    }
    await window.runCommand('Twinlint: Verify Folder of Identities');
    await window.pick('/hands');
    await window.pick('stored references', 'Verify against the stored references');
    await told('Identities');
  }, 400_000);
});
