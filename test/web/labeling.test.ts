/** The side bar's page for labeling pairs, in Chromium, under its own CSP. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PanelBrowser } from './panelPage';
import type { PanelPage } from './panelPage';
import type { LabelingScenario, LogEntry, Scenario } from './scenario';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start(inject('web'));
});
afterAll(() => browser.stop());

const sideBar = { width: 300, height: 760 };
const open = (
  labeling: LabelingScenario = {},
  more: Partial<Scenario> = {},
  options: Parameters<PanelBrowser['open']>[1] = {},
): Promise<PanelPage> => browser.open({ page: 'labeling', pairs: 30, labeling, ...more }, { viewport: sideBar, ...options });

const answersOf = async (panel: PanelPage): Promise<readonly Extract<LogEntry, { kind: 'answer' }>[]> =>
  (await panel.log()).filter(entry => entry.kind === 'answer');
const names = (panel: PanelPage): Promise<string> =>
  panel.page
    .locator('twinlint-picture-stage figcaption')
    .allInnerTexts()
    .then(texts => texts.join());
const counter = (panel: PanelPage) => panel.page.locator('#counter');

describe('one pair after the other', () => {
  it('asks the question of the relation and says why this pair', async () => {
    const panel = await open();
    await panel.page.getByRole('heading', { name: 'Same picture?' }).waitFor();
    await panel.page.locator('#why').getByText('near the threshold').waitFor();
    expect(await counter(panel).innerText()).toBe('No answers yet');
    await panel.page.getByText('30 pairs near the threshold are open').waitFor();
    // Neither answer is suggested.
    const looks = ['similar', 'different'].map(id => panel.page.locator(`#${id}`).getAttribute('appearance'));
    expect(await Promise.all(looks)).toEqual(['secondary', 'secondary']);
    // Every fourth of the made-up questions is an audit: two of the first ten.
    await panel.page.getByText('The next 10 answers: 8 to learn from, 2 to measure by, for a first estimate').waitFor();
    await panel.close();
  });

  it('is answered by S and D, skipped by Space, and undone by Z', async () => {
    const panel = await open();
    const first = await names(panel);
    await panel.page.keyboard.press('s');
    await expect.poll(() => counter(panel).innerText()).toBe('1 answer: 1 similar, 0 different');
    const second = await names(panel);
    expect(second).not.toBe(first);
    await panel.page.keyboard.press('d');
    await expect.poll(() => counter(panel).innerText()).toBe('2 answers: 1 similar, 1 different');
    await panel.page.keyboard.press(' ');
    await expect.poll(async () => (await answersOf(panel)).map(({ answer }) => answer)).toEqual(['similar', 'different', 'skip']);
    await panel.page.keyboard.press('z');
    await panel.page.keyboard.press('z');
    await expect.poll(() => counter(panel).innerText()).toBe('1 answer: 1 similar, 0 different');
    expect(await names(panel)).toBe(second);
    await panel.close();
  });

  it('takes no answer for a pair that has only just taken the place of another, and says so', async () => {
    const panel = await open();
    const first = await names(panel);
    await panel.page.evaluate(async () => {
      const caption = (): string => {
        const stage = document.querySelector('twinlint-labeling')!.shadowRoot!.querySelector('twinlint-picture-stage')!;
        return stage.shadowRoot!.querySelector('figcaption')!.textContent;
      };
      const before = caption();
      window.fakeHost.answerElsewhere!();
      while (caption() === before) await new Promise(requestAnimationFrame);
      window.dispatchEvent(new KeyboardEvent('keydown', { key: 's' }));
    });
    await panel.page.getByText('Another pair has just taken the place of the one before').waitFor();
    expect(await names(panel)).not.toBe(first);
    expect(await answersOf(panel)).toEqual([]);
    await panel.page.waitForTimeout(400);
    await panel.page.keyboard.press('s');
    await expect.poll(() => answersOf(panel)).toHaveLength(1);
    await panel.close();
  });

  it('counts a key pressed twice once: the pair behind was not seen', async () => {
    const panel = await open({ answerMs: 300 });
    await panel.page.keyboard.press('s');
    await panel.page.keyboard.press('s');
    await expect.poll(() => counter(panel).innerText()).toBe('1 answer: 1 similar, 0 different');
    expect(await answersOf(panel)).toHaveLength(1);
    await panel.close();
  });

  it('shows earlier pairs with the arrows, where another answer replaces the first', async () => {
    const panel = await open();
    await panel.page.keyboard.press('s');
    await panel.page.getByText('1 answer: 1 similar').waitFor();
    await panel.page.keyboard.press('ArrowLeft');
    await panel.page.getByText('Answered: Similar').waitFor();
    await panel.page.keyboard.press('d');
    await expect.poll(() => counter(panel).innerText()).toBe('1 answer: 0 similar, 1 different');
    expect(await panel.page.getByText('Answered:').count()).toBe(0);
    await panel.close();
  });

  it('keeps the pair where the answer could not be written, and says so', async () => {
    const panel = await open({ failures: 1 });
    const before = await names(panel);
    await panel.page.keyboard.press('s');
    await panel.page.getByRole('alert').getByText('The disk is full.').waitFor();
    expect(await names(panel)).toBe(before);
    await panel.page.keyboard.press('s');
    await panel.page.getByText('1 answer: 1 similar').waitFor();
    expect(await panel.page.getByRole('alert').count()).toBe(0);
    await panel.close();
  });

  it('tells a circle, an audit, and what the audits say', async () => {
    const circle = await open({ cycle: true });
    await circle.page.getByText('a.png = b.png = c.png').waitFor();
    await circle.close();
    const panel = await open({ precision: { value: 0.94, low: 0.88, high: 0.98 }, recall: { value: 0.8, low: 0.6, high: 0.9 } });
    for (let i = 1; i <= 3; i++) {
      await panel.page.keyboard.press('s');
      await panel.page.getByText(i === 1 ? '1 answer:' : `${i} answers:`).waitFor();
    }
    await panel.page.getByText('Drawn at random').waitFor();
    await panel.page.getByText('Precision 0.94 (0.88–0.98), recall 0.80 (0.60–0.90)').waitFor();
    await panel.page.keyboard.press('s');
    // One audit so far and two among the next ten: half of 0.10 shrinks by √3.
    await panel.page.getByText('The next 10 answers: 8 to learn from, 2 to measure by, from ±0.05 to about ±0.03.').waitFor();
    await panel.close();
  });

  it('fetches the pictures of the next pairs ahead', async () => {
    const panel = await open();
    await expect
      .poll(async () => new Set((await panel.log()).flatMap(entry => (entry.kind === 'preview' ? [entry.path] : []))).size)
      .toBeGreaterThanOrEqual(8);
    await panel.close();
  });

  it('ends with words, and asks for another relation', async () => {
    const panel = await open({}, { pairs: 1 });
    await panel.page.keyboard.press('s');
    await panel.page.getByText('No pair is left to ask about').waitFor();
    await panel.page.keyboard.press('s');
    expect(await answersOf(panel)).toHaveLength(1);
    await panel.expectSound();
    await panel.close();
  });
});

describe('many at once', () => {
  it('answers what is selected with one key, by keyboard alone, and undoes it as one', async () => {
    const panel = await open();
    await panel.page.keyboard.press('g');
    await expect.poll(() => panel.page.getByRole('option').count()).toBe(12);
    await panel.page.keyboard.press(' ');
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press(' ');
    await expect.poll(() => panel.page.locator('.card[aria-selected=true]').count()).toBe(2);
    await panel.page.keyboard.press('d');
    await panel.page.getByText('2 answers: 0 similar, 2 different').waitFor();
    expect(await answersOf(panel)).toEqual([{ kind: 'answer', pairs: 2, answer: 'different' }]);
    await panel.expectSound();
    await panel.page.keyboard.press('z');
    await panel.page.getByText('No answers yet').waitFor();
    await panel.page.keyboard.press('Escape');
    await panel.page.locator('twinlint-picture-stage').waitFor();
    await panel.close();
  });
});

describe('other states', () => {
  it.each<[LabelingScenario['state'], string, string | undefined]>([
    ['no-scan', 'Nothing was scanned yet', 'Scan Workspace'],
    ['scanning', 'Scanning', undefined],
    ['untrusted', 'This workspace is not trusted', 'Manage Workspace Trust'],
  ])('%s says what to do', async (state, heading, action) => {
    const panel = await open({ state });
    await panel.page.getByRole('heading', { name: heading }).waitFor();
    if (action) {
      await panel.page.getByRole('button', { name: action }).click();
      await expect.poll(async () => (await panel.log()).filter(({ kind }) => kind === 'labelingAction').length).toBe(1);
    }
    await panel.page.keyboard.press('s');
    expect(await answersOf(panel)).toEqual([]);
    await panel.expectSound();
    await panel.close();
  });

  it('trains on what was answered, and not before', async () => {
    const panel = await open();
    const train = panel.page.getByRole('button', { name: 'Train' });
    expect(await train.isDisabled()).toBe(true);
    await panel.page.keyboard.press('s');
    await panel.page.getByText('1 answer:').waitFor();
    await train.click();
    const actions = async (): Promise<unknown[]> =>
      (await panel.log()).flatMap(entry => (entry.kind === 'labelingAction' ? [entry.action] : []));
    await expect.poll(actions).toEqual([{ kind: 'train' }]);
    await panel.close();
  });
});

describe('how it looks', () => {
  it('is sound in every theme: one pair, and many at once', async () => {
    const panel = await open({ precision: { value: 0.94, low: 0.88, high: 0.98 } });
    await panel.expectSoundInEveryTheme(theme => `labeling-${theme}`);
    await panel.showTheme('dark');
    await panel.page.keyboard.press('g');
    await panel.page.getByRole('listbox', { name: /Pairs to answer/ }).waitFor();
    await panel.settled();
    await panel.expectSoundInEveryTheme(theme => `labeling-batch-${theme}`);
    await panel.close();
  });

  it.each([
    [200, 500],
    [300, 420],
    [700, 400],
  ])('at %i × %i nothing is cut off at the side, and pictures keep some height', async (width, height) => {
    const panel = await open({}, {}, { viewport: { width, height } });
    const main = panel.page.locator('main');
    expect(await main.evaluate(element => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(1);
    const stage = await panel.page.locator('twinlint-picture-stage').boundingBox();
    expect(stage!.height).toBeGreaterThan(120);
    await panel.screenshot(`labeling-${width}x${height}`);
    await panel.close();
  });
});
