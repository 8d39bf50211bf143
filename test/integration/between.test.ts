import { appendFileSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Frame } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LabelingPage, verdictFiles, verdictLines } from './harness/labelingPage';
import { PictureFolder } from './harness/pictures';
import { enginePids, parentOf } from './harness/processes';
import { VscodeWindow, keepEvidence } from './harness/vscodeWindow';

const patience = { timeout: 60_000 };

/** What comes between a person and their labeling or training: docs/LABELING.md and docs/TRAINING.md have tables of it. */
describe('when something comes between', () => {
  const base = new PictureFolder();
  const folder = new PictureFolder(base.at('data'));
  const away = base.at('away');
  let window: VscodeWindow;
  let page: LabelingPage;
  beforeAll(async () => {
    await folder.writeCopies(10);
    window = await VscodeWindow.open({ open: folder.path });
    page = await LabelingPage.open(window);
    await page.scanned();
  });
  keepEvidence(() => window);
  // What a failed test took away is back for the next one.
  afterEach(() => {
    if (existsSync(away) && !existsSync(folder.path)) renameSync(away, folder.path);
  });
  afterAll(async () => {
    await window?.close();
    base.remove();
  });

  const lines = () => verdictLines(folder);
  /** Two windows may have asked about one pair at the same time: two lines, one answer. */
  const answersIn = (text: string): number =>
    new Set(
      text
        .trim()
        .split('\n')
        .map(line =>
          (JSON.parse(line) as { images: { path: string }[] }).images
            .map(image => image.path)
            .sort()
            .join(),
        ),
    ).size;
  const models = (): string[] => (existsSync(folder.at('.twinlint/models')) ? readdirSync(folder.at('.twinlint/models')) : []);
  const hasAnswers = async (of: LabelingPage, count: number): Promise<void> => {
    const text = count === 0 ? 'No answers yet' : count === 1 ? '1 answer:' : `${count} answers:`;
    await expect.poll(() => of.counter(), { timeout: 30_000 }).toContain(text);
  };

  it('a second window: each shows what the other one answers, and both write', async () => {
    await page.answer();
    const second = await window.another();
    const other = await LabelingPage.open(second);
    await other.scanned();
    await hasAnswers(other, 1);
    await other.answer();
    await hasAnswers(page, 2);
    await page.answer();
    await hasAnswers(other, 3);
    // Neither asks about what the other one has answered.
    const answered = lines().map(({ images }) => images.map(image => image.path));
    for (const each of [page, other]) {
      const asked = await each.asked();
      expect(answered.some(names => asked.every(name => names.includes(name)))).toBe(false);
    }
    expect(new Set(lines().map(({ id }) => id)).size).toBe(lines().length);
    expect(verdictFiles(folder)).toHaveLength(1);
    await second.screenshot('between-1-second-window');

    await train(window);
    await window.panel('twinlint-training-view twinlint-curves canvas', 60_000);
    await second.runCommand('Twinlint: Train');
    await second.waitForNotification('Another window is training in this folder');
    await second.page.close();
  });

  // Before any folder goes: the editor watches one that came back only after some seconds.
  it('the verdict file is edited by hand: the view follows, and broken lines are named', async () => {
    const [file] = verdictFiles(folder);
    const whole = readFileSync(file, 'utf8');
    const all = whole.trim().split('\n');
    const without = whole.replace(`${all.at(-1)!}\n`, '');
    appendFileSync(file, '<<<<<<< HEAD\n');
    await window.waitForNotification(
      new RegExp(`${file.split('/').at(-1)}, line ${all.length + 1}: not a verdict \\(no JSON\\)`),
    );
    await window.clearNotifications();
    writeFileSync(file, without);
    await hasAnswers(page, answersIn(without));
    writeFileSync(file, whole);
    await hasAnswers(page, answersIn(whole));
    rmSync(file);
    await hasAnswers(page, 0);
    await page.answer();
    await hasAnswers(page, 1);
    expect(lines()).toHaveLength(1);
    writeFileSync(verdictFiles(folder)[0], whole + readFileSync(verdictFiles(folder)[0], 'utf8'));
    await hasAnswers(page, answersIn(readFileSync(verdictFiles(folder)[0], 'utf8')));
  });

  it('the folder is gone while it trains: it is not made anew, and the training goes on when it is back', async () => {
    const panel = await window.panel('twinlint-training-view twinlint-curves canvas', 60_000);
    await expect.poll(() => stepOf(panel), patience).toBeGreaterThan(0);
    // A checkpoint is written every 15 seconds.
    await window.page.waitForTimeout(17_000);
    renameSync(folder.path, away);
    await panel.getByRole('button', { name: 'Cancel', exact: true }).click();
    await window.waitForNotification(/The model views could not be saved: the folder .*data is no longer there/, 60_000);
    expect(existsSync(folder.path)).toBe(false);
    await window.screenshot('between-2-folder-gone');
    renameSync(away, folder.path);
    expect(models()).toEqual([]);
    await window.notificationButton('could not be saved', 'Go On');
    // Not what the page still shows of the first run.
    await panel.getByText('cannot be written').first().waitFor({ state: 'hidden' });
    await expect.poll(() => stepOf(panel), patience).toBeGreaterThan(0);
    await panel.getByRole('button', { name: 'Cancel', exact: true }).click();
    await window.waitForNotification(/The training was cancelled; the best so far is the model views/, 60_000);
    expect(models()).toHaveLength(1);
    await window.clearNotifications();
  }, 180_000);

  it('the folder is gone while it asks: an answer is not lost silently, and none is written elsewhere', async () => {
    page = await LabelingPage.open(window);
    await page.scanned();
    const before = lines().length;
    renameSync(folder.path, away);
    await page.frame.locator('twinlint-picture-stage').click();
    await window.page.keyboard.press('s');
    const gone = page.frame.getByRole('alert').getByText(/the folder .*data is no longer there/);
    // The window may have seen first that there are no images any more.
    await gone.or(page.frame.getByText('No pair is left to ask about')).first().waitFor({ timeout: 15_000 });
    expect(existsSync(folder.path)).toBe(false);
    renameSync(away, folder.path);
    expect(lines()).toHaveLength(before);
    await expect.poll(async () => (await page.asked()).length, { timeout: 30_000 }).toBe(2);
  });

  it('the extension host is killed: what was answered is on disk, and counts in the next window', async () => {
    const before = lines().length;
    await page.answer();
    const hosts = new Set(enginePids(window).map(parentOf));
    for (const pid of hosts) process.kill(pid, 'SIGKILL');
    expect(hosts.size).toBeGreaterThan(0);
    expect(lines().length).toBeGreaterThan(before);
    const pairs = await page.counter();
    await window.reload();
    page = await LabelingPage.open(window);
    await page.scanned();
    await expect.poll(() => page.counter(), { timeout: 10_000 }).toBe(pairs);
  });

  /** From no labels, for as long as it is let. */
  async function train(of: VscodeWindow): Promise<void> {
    await of.runCommand('Twinlint: Train');
    await of.pick('No labels');
    await of.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    await of.page.waitForTimeout(500);
    await of.page.keyboard.press('Enter');
    await of.pick('Thorough');
  }

  async function stepOf(panel: Frame): Promise<number> {
    const caption = panel.locator('twinlint-latest-values caption');
    const text = (await caption.count()) > 0 ? await caption.innerText() : '';
    return Number(/Step ([\d,]+)/.exec(text)?.[1].replaceAll(',', '') ?? 0);
  }
});
