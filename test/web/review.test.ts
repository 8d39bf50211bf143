/** The review of labels, in Chromium, under its own CSP. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PanelBrowser } from './panelPage';
import type { PanelPage } from './panelPage';
import type { ReviewScenario, Scenario } from './scenario';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start(inject('web'));
});
afterAll(() => browser.stop());

const open = (review: ReviewScenario = {}, more: Partial<Scenario> = {}, options: object = {}): Promise<PanelPage> =>
  browser.open({ pairs: 30, view: 'review', review, ...more }, options);
const rows = (panel: PanelPage) => panel.page.locator('twinlint-review-view li[data-index]');
const reviewed = (panel: PanelPage) => panel.page.locator('#reviewed');
/** What was asked of the host, but for the page itself. */
const asked = async (panel: PanelPage, count = 1): Promise<string[]> =>
  (await panel.actions(count)).flatMap(action => (action.kind === 'review' ? [action.action.kind] : [action.kind]));

describe('the review of labels', () => {
  it('lists the worst first, each beside images of both classes', async () => {
    const panel = await open();
    expect(await rows(panel).count()).toBe(30);
    const first = rows(panel).first();
    await first.getByText('Labeled cat, looks like dog').waitFor();
    await first.getByText('Confidence 0.99; 9 of its 10 nearest images are dog').waitFor();
    expect(await first.locator('twinlint-thumbnail').count()).toBe(7);
    await first.getByText('Nearest that are cat').waitFor();
    await first.getByText('Nearest that are dog').waitFor();
    await rows(panel).nth(2).getByText('None is near.').waitFor();
    await rows(panel).nth(7).getByText('Drawn at random').waitFor();
    await panel.expectSound();
    await panel.close();
  });

  it('goes on with the next in rank, and says which those are', async () => {
    const panel = await open({ suspects: 2 });
    const note = (row: number) => rows(panel).nth(row).getByText('Not doubtful enough to be reported; among the next in rank.');
    await note(2).waitFor();
    expect(await note(1).count()).toBe(0);
    // What is drawn at random is there for another reason.
    expect(await note(7).count()).toBe(0);
    await panel.close();

    const calm = await open({ suspects: 0 });
    await expect.poll(() => reviewed(calm).innerText()).toBe('No label is doubtful enough to be reported');
    expect(await calm.page.locator('twinlint-review-view progress').count()).toBe(0);
    await calm.expectSound();
    await calm.close();
  });

  it('is answered by A, R and Space, and taken back by Z; what comes next is said and focused', async () => {
    const panel = await open();
    await expect.poll(() => panel.focusedName()).toContain('IMG_2024_holiday_00000.jpg. Labeled cat, looks like dog.');
    await panel.page.keyboard.press('a');
    await expect.poll(() => reviewed(panel).innerText()).toBe('1 of 40 reviewed');
    await expect.poll(() => panel.focusedName()).toContain('00001.jpg');
    await expect
      .poll(() => panel.page.locator('#live').innerText())
      .toBe('Relabeled to dog. Next: IMG_2024_holiday_00001.jpg. Labeled dog, looks like horse');
    await panel.page.keyboard.press('r');
    await expect.poll(() => reviewed(panel).innerText()).toBe('2 of 40 reviewed');
    await panel.page.keyboard.press(' ');
    await expect.poll(() => panel.focusedName()).toContain('00003.jpg');
    expect(await reviewed(panel).innerText()).toBe('2 of 40 reviewed');
    await panel.page.keyboard.press('z');
    await expect.poll(() => panel.focusedName()).toContain('00002.jpg');
    await panel.page.keyboard.press('z');
    await expect.poll(() => reviewed(panel).innerText()).toBe('1 of 40 reviewed');
    expect(await asked(panel, 5)).toEqual(['accept', 'right', 'skip', 'undo', 'undo']);
    await panel.page.keyboard.press('l');
    await expect.poll(async () => (await asked(panel, 6)).at(-1)).toBe('other');
    await panel.page.keyboard.press('o');
    await expect.poll(async () => (await asked(panel, 7)).at(-1)).toBe('openImage');
    await panel.close();
  });

  it('takes a key while nothing has the focus', async () => {
    const panel = await open();
    await expect.poll(() => panel.focusedName()).toContain('00000.jpg');
    await panel.page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      (element as HTMLElement).blur();
    });
    await panel.page.keyboard.press('r');
    await expect.poll(() => reviewed(panel).innerText()).toBe('1 of 40 reviewed');
    await panel.close();
  });

  it('is browsed with the arrows, and answers the row that has the focus', async () => {
    const panel = await open();
    await expect.poll(() => panel.focusedName()).toContain('00000.jpg');
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('ArrowUp');
    await panel.page.keyboard.press('r');
    const [action] = await panel.actions();
    expect(action).toMatchObject({
      kind: 'review',
      action: { kind: 'right', image: { path: expect.stringContaining('00001.jpg') as string } },
    });
    // At the end there is more.
    await panel.page.keyboard.press('End');
    await panel.page.keyboard.press('ArrowDown');
    await expect.poll(() => rows(panel).count()).toBe(39);
    await panel.close();
  });

  it('takes keys that are pressed faster than the host writes, each for the row that is next', async () => {
    const panel = await open();
    await expect.poll(() => panel.focusedName()).toContain('00000.jpg');
    for (const key of ['a', 'r', ' ', 'a', 'z']) await panel.page.keyboard.press(key);
    expect(await asked(panel, 5)).toEqual(['accept', 'right', 'skip', 'accept', 'undo']);
    const images = (await panel.actions()).flatMap(action =>
      action.kind === 'review' && 'image' in action.action ? [action.action.image.path.slice(-9)] : [],
    );
    expect(images).toEqual(['00000.jpg', '00001.jpg', '00002.jpg', '00003.jpg']);
    await expect.poll(() => panel.focusedName()).toContain('00003.jpg');
    await panel.close();
  });

  it('shows of a box what is in it, and where its label stands', async () => {
    const panel = await open({ ofBoxes: true });
    const first = rows(panel).first();
    await first.getByText('Line 3 of labels/0001.txt').waitFor();
    const picture = first.locator('twinlint-thumbnail img').first();
    await picture.waitFor();
    expect(await picture.evaluate(img => getComputedStyle(img).getPropertyValue('object-view-box'))).toBe('inset(23% 21% 48%)');
    await panel.screenshot('review-boxes');
    await panel.expectSound();
    await panel.close();
  });

  it('works with the mouse alone', async () => {
    const panel = await open();
    await rows(panel).nth(3).getByRole('button', { name: 'Relabel to cat' }).click();
    await expect.poll(() => reviewed(panel).innerText()).toBe('1 of 40 reviewed');
    await rows(panel).first().getByRole('button', { name: 'The Label Is Right' }).click();
    await expect.poll(() => reviewed(panel).innerText()).toBe('2 of 40 reviewed');
    await panel.page.getByRole('button', { name: 'Undo (Z)' }).click();
    await expect.poll(() => reviewed(panel).innerText()).toBe('1 of 40 reviewed');
    await panel.page.getByRole('button', { name: 'Back to the List (Escape)' }).click();
    expect((await panel.actions(4)).at(-1)).toEqual({ kind: 'showGrid' });
    await panel.close();
  });

  it('says how much was found only once enough was drawn at random', async () => {
    const early = await open();
    await early.page.getByText('3 wrong labels found; too early to say of how many: 4 of 20 labels drawn at random').waitFor();
    await early.close();
    const panel = await open({ audits: 24 });
    await panel.page
      .getByText('3 wrong labels found, of about 46 (38 to 61): 7% found (5% to 8%), from 24 drawn at random.')
      .waitFor();
    await panel.close();
  });

  it('keeps the row where the answer was not given', async () => {
    const panel = await open({ problem: 'The folder is read-only.' }, { declines: true });
    await panel.page.keyboard.press('a');
    await panel.actions();
    await expect.poll(() => rows(panel).count()).toBe(30);
    await expect.poll(() => panel.focusedName()).toContain('00000.jpg');
    await panel.page.getByRole('alert').getByText('The folder is read-only.').waitFor();
    await panel.expectSound();
    await panel.close();
  });

  it.each<[ReviewScenario, string, string | undefined]>([
    [{ state: 'no-scan' }, 'No scan yet', 'Scan Workspace'],
    [{ state: 'not-judged' }, 'No labels were judged yet', 'Find Wrong Labels'],
    [{ state: 'not-judged', isJudging: true }, 'Labels are being judged', undefined],
    [{ state: 'untrusted' }, 'This workspace is not trusted', undefined],
    [{ labels: 0 }, 'No label is left to review', undefined],
  ])('says what there is to do: %j', async (review, heading, action) => {
    const panel = await open(review);
    await panel.page.getByRole('heading', { name: heading }).waitFor();
    if (action !== undefined) {
      await panel.page.getByRole('button', { name: action }).click();
      expect(await asked(panel)).toEqual([action === 'Scan Workspace' ? 'scanWorkspace' : 'judge']);
    }
    await panel.expectSound();
    await panel.close();
  });

  it('brings back what was skipped', async () => {
    const panel = await open({ labels: 1 });
    await panel.page.keyboard.press(' ');
    await panel.page.getByRole('button', { name: 'Show What Was Skipped' }).click();
    await expect.poll(() => rows(panel).count()).toBe(1);
    await panel.close();
  });

  it('is opened from the list', async () => {
    const panel = await browser.open({ pairs: 30, review: {} });
    await panel.page.getByRole('button', { name: 'Review Labels' }).click();
    await rows(panel).first().waitFor();
    await panel.close();
  });

  it('is sound in every theme', async () => {
    const panel = await open({ audits: 24 });
    await panel.expectNoSidewaysScroll();
    await panel.expectSoundInEveryTheme(theme => `review-${theme}-1000`);
    await panel.close();
  });

  it.each([320, 700])('fits %i pixels', async width => {
    const panel = await open({ audits: 24 }, {}, { viewport: { width, height: 720 } });
    await panel.expectSound();
    await panel.expectNoSidewaysScroll();
    await panel.screenshot(`review-dark-${width}`);
    await panel.close();
  });
});
