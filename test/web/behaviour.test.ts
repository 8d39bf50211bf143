import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { distancesOf, pairOf } from './fakeData';
import { PanelBrowser } from './panelPage';
import type { PanelPage } from './panelPage';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start(inject('web'));
});
afterAll(() => browser.stop());

/** Counted one by one, with the threshold rounded as the distances are. */
const bruteCount = (pairs: number, threshold: number): number =>
  [...distancesOf(pairs)].filter(distance => distance <= Math.fround(threshold)).length;

const shownPairs = async (panel: PanelPage): Promise<number> =>
  Number(/([\d,]+) pairs?/.exec(await panel.page.locator('.count').innerText())![1].replaceAll(',', ''));

describe('the threshold', () => {
  it.each([3, 10_000, 200_000])('counts %i pairs live as a count one by one does', async pairs => {
    const panel = await browser.open({ pairs });
    for (const threshold of [0.1, 0.2, 0.337, 0.4, 0.05, 0.25]) {
      await panel.moveSlider(threshold, false);
      await panel.page.waitForFunction(to => window.fakeHost.threshold() === to, threshold);
      const expected = bruteCount(pairs, threshold);
      if (expected > 0) expect(await shownPairs(panel)).toBe(expected);
      else await panel.page.getByText('No pairs under').waitFor();
    }
    await panel.close();
  });

  it('tells the host while dragged and once it is let go, and the groups follow', async () => {
    const panel = await browser.open({ pairs: 10_000 });
    await panel.moveSlider(0.1, false);
    await panel.page.waitForFunction(() => window.fakeHost.threshold() === 0.1);
    await panel.moveSlider(0.15, true);
    const sent = (await panel.log()).filter(entry => entry.kind === 'threshold');
    expect(sent).toEqual([
      { kind: 'threshold', threshold: 0.1, settled: false },
      { kind: 'threshold', threshold: 0.15, settled: true },
    ]);
    const groups = Math.ceil(bruteCount(10_000, 0.15) / 3).toLocaleString('en');
    await panel.page.getByText(`in ${groups} groups`).waitFor();
    await panel.close();
  });

  it('keeps the handle of the one who drags it, whatever older snapshots say', async () => {
    const panel = await browser.open({ pairs: 1000 });
    await panel.moveSlider(0.1, false);
    await panel.page.evaluate(() => window.fakeHost.sendSnapshot({ threshold: 0.3 }));
    await panel.page.waitForTimeout(50);
    expect(await panel.slider.inputValue()).toBe('0.1');
    await panel.close();
  });

  it('moves by keys and by number, and goes back to the default', async () => {
    const panel = await browser.open({ pairs: 1000 });
    await panel.slider.focus();
    await panel.page.keyboard.press('ArrowRight');
    await panel.page.waitForFunction(() => Math.abs(window.fakeHost.threshold() - 0.251) < 1e-9);
    const field = panel.page.getByRole('textbox', { name: 'Threshold as a number' });
    await field.fill('0,1');
    await field.press('Enter');
    await panel.page.waitForFunction(() => window.fakeHost.threshold() === 0.1);
    await field.fill('9');
    await field.press('Enter');
    // The slider ends at the radius.
    await panel.page.waitForFunction(() => window.fakeHost.threshold() === 0.4);
    await field.fill('many');
    await field.press('Enter');
    await expect.poll(() => field.inputValue()).toBe('0.400');
    await panel.page.getByRole('button', { name: 'Default' }).click();
    await panel.page.waitForFunction(() => window.fakeHost.threshold() === 0.25);
    await panel.close();
  });

  it('speaks the handle’s distance and count', async () => {
    const panel = await browser.open({ pairs: 1000, threshold: 0.2 });
    await expect(panel.slider.getAttribute('aria-valuetext')).resolves.toBe(`0.200, ${bruteCount(1000, 0.2)} pairs`);
    await panel.close();
  });
});

describe('the grid', () => {
  it('asks only for windows around what is in view, and shows the rows that belong there', async () => {
    const panel = await browser.open({ pairs: 200_000 });
    const count = bruteCount(200_000, 0.25);
    const grid = panel.page.locator('twinlint-pairs-grid');
    await grid.evaluate(element => {
      element.scrollTop = element.scrollHeight / 2;
    });
    await panel.page.waitForTimeout(300);
    await panel.settled();
    const cells = await panel.page.locator('twinlint-pair-card').evaluateAll(elements =>
      elements.map(element => ({
        index: Number((element as HTMLElement).dataset.index),
        text: element.shadowRoot!.querySelector('.distance')!.textContent.trim(),
      })),
    );
    expect(cells.length).toBeLessThan(60);
    const distances = distancesOf(200_000);
    for (const { index, text } of cells) expect(text).toContain(pairOf(index, distances[index], index).distance.toFixed(3));
    // The first row is there too, as it holds the tab stop.
    const middle = cells.map(cell => cell.index).filter(index => index > 100);
    expect(Math.abs(Math.min(...middle) - count / 2)).toBeLessThan(60);
    const asked = (await panel.log()).filter(entry => entry.kind === 'pairs');
    expect(asked.reduce((sum, entry) => sum + entry.limit, 0)).toBeLessThan(500);
    // The last row can be reached.
    await grid.evaluate(element => {
      element.scrollTop = element.scrollHeight;
    });
    await panel.cell(count - 1).waitFor();
    await panel.close();
  });

  it('stays where it is scrolled when a new snapshot comes', async () => {
    const panel = await browser.open({ pairs: 10_000 });
    const grid = panel.page.locator('twinlint-pairs-grid');
    await grid.evaluate(element => {
      element.scrollTop = 5000;
    });
    await panel.settled();
    await panel.page.evaluate(() => window.fakeHost.sendSnapshot());
    await panel.page.waitForTimeout(100);
    expect(await grid.evaluate(element => element.scrollTop)).toBe(5000);
    // Also after the page was hidden, which destroys it.
    await panel.page.waitForFunction(
      () => (window.fakeHost.saved() as { pairsScroll?: number } | undefined)?.pairsScroll === 5000,
    );
    const saved = await panel.page.evaluate(() => window.fakeHost.saved());
    await panel.close();
    const again = await browser.open({ pairs: 10_000, saved });
    expect(await again.page.locator('twinlint-pairs-grid').evaluate(element => element.scrollTop)).toBe(5000);
    await again.close();
  });

  it('shows no page of another generation, and asks for a new snapshot', async () => {
    const panel = await browser.open({ pairs: 100, latencyMs: 0 });
    // A snapshot that is late: pages say generation 1.
    await panel.page.evaluate(() => window.fakeHost.sendSnapshot({ summary: { ...window.fakeHost.summary()!, generation: 0 } }));
    await panel.page.waitForFunction(() => window.fakeHost.log.filter(entry => entry.kind === 'ready').length === 2);
    await panel.settled();
    await panel.cell(0).focus();
    await panel.page.keyboard.press('d');
    await panel.page.waitForFunction(() => window.fakeHost.log.some(entry => entry.kind === 'action'));
    await panel.close();
  });

  it('orders by how near the threshold pairs are', async () => {
    const panel = await browser.open({ pairs: 1000, saved: { order: 'borderline' } });
    const distances = distancesOf(1000);
    const last = distances[bruteCount(1000, 0.25) - 1];
    await expect(panel.cell(0).locator('.distance').innerText()).resolves.toContain(last.toFixed(3));
    await panel.close();
  });
});

describe('actions', () => {
  it('walks from the list to the compare view and back by keys alone', async () => {
    const panel = await browser.open({ pairs: 1000 });
    const { keyboard } = panel.page;
    // All that stands before the first card.
    for (let presses = 0; presses < 20; presses++) {
      await keyboard.press('Tab');
      if (await panel.cell(0).evaluate(cell => cell === (cell.getRootNode() as ShadowRoot).activeElement)) break;
    }
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowDown');
    const columns = Number(await panel.page.getByRole('grid').getAttribute('aria-colcount'));
    const index = 1 + columns;
    await panel.page.getByRole('gridcell', { name: `Pair ${index + 1} of`, selected: true }).waitFor();
    await keyboard.press('Enter');
    await panel.page.getByRole('heading', { name: `Pair ${index + 1} of` }).waitFor();
    await keyboard.press('n');
    await panel.page.getByRole('heading', { name: `Pair ${index + 2} of` }).waitFor();
    await keyboard.press('f');
    await panel.page.getByRole('button', { name: 'Difference', pressed: true }).waitFor();
    await keyboard.press('+');
    await keyboard.press('Escape');
    // The focus goes on with the pair that was last seen.
    await panel.page.waitForFunction(selected => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return (element as HTMLElement | null)?.dataset.index === String(selected);
    }, index + 1);
    await panel.expectSound();
    await panel.close();
  });

  it.each([
    { key: 'd', kind: 'notDuplicate' },
    { key: '1', kind: 'keepAndTrash', keep: 'a' },
    { key: '2', kind: 'keepAndTrash', keep: 'b' },
    { key: 'o', kind: 'openBoth' },
  ] as const)('sends $kind for $key, in the grid and in the compare view', async expected => {
    const distances = distancesOf(1000);
    for (const view of ['grid', 'compare'] as const) {
      const panel = await browser.open({ pairs: 1000, ...(view === 'compare' ? { view } : {}) });
      if (view === 'grid') await panel.cell(0).focus();
      await panel.page.keyboard.press(expected.key);
      await panel.page.waitForFunction(() => window.fakeHost.log.some(entry => entry.kind === 'action'));
      const pair = JSON.parse(JSON.stringify(pairOf(0, distances[0], 0))) as ReturnType<typeof pairOf>;
      const [action] = await panel.actions();
      if (expected.kind === 'keepAndTrash') {
        const [keep, trash] = expected.keep === 'a' ? [pair.a, pair.b] : [pair.b, pair.a];
        expect(action).toEqual({ kind: 'keepAndTrash', keep, trash: [trash] });
      } else {
        expect(action).toEqual({ kind: expected.kind, pair });
      }
      await panel.close();
    }
  });

  it('moves on to the next pair after each, and undoes the last with Z', async () => {
    const panel = await browser.open({ pairs: 1000, view: 'compare' });
    const total = bruteCount(1000, 0.25);
    const name = (id: number): string => pairOf(id, 0, 0).a.path.split('/').at(-1)!;
    await panel.page.keyboard.press('d');
    await panel.page.getByRole('cell', { name: name(1), exact: true }).waitFor();
    await panel.page.getByRole('heading', { name: `Pair 1 of ${total - 1}` }).waitFor();
    await panel.page.keyboard.press('z');
    await panel.page.waitForFunction(() =>
      window.fakeHost.log.some(entry => entry.kind === 'action' && entry.action.kind === 'undoVerdict'),
    );
    await panel.page.keyboard.press('Escape');
    await panel.page.getByRole('grid').waitFor();
    await panel.cell(0).focus();
    await panel.page.keyboard.press('1');
    await panel.page.waitForFunction(() =>
      window.fakeHost.log.some(entry => entry.kind === 'action' && entry.action.kind === 'keepAndTrash'),
    );
    await panel.page.getByRole('button', { name: 'Undo (Z)', disabled: false }).click();
    await panel.page.waitForFunction(() =>
      window.fakeHost.log.some(entry => entry.kind === 'action' && entry.action.kind === 'undoTrash'),
    );
    await panel.page
      .getByRole('status')
      .getByText('Undone.')
      .or(panel.page.getByText(`${total} pairs`))
      .first()
      .waitFor();
    await panel.close();
  });

  it('does nothing more when the user declined', async () => {
    const panel = await browser.open({ pairs: 100, view: 'compare', declines: true });
    await panel.page.keyboard.press('1');
    await panel.page.waitForFunction(() => window.fakeHost.log.some(entry => entry.kind === 'action'));
    await panel.page.waitForTimeout(100);
    expect((await panel.actions()).map(action => action.kind)).toEqual(['keepAndTrash']);
    await panel.close();
  });

  it('trashes only direct members of a group', async () => {
    const panel = await browser.open({ pairs: 1000, saved: { mode: 'groups' } });
    await panel.page.getByRole('button', { name: 'Keep First, Trash 160 Others' }).click();
    const [action] = await panel.actions();
    expect(action.kind === 'keepAndTrash' && action.trash.length).toBe(160);
    // Every fifth member is not direct.
    expect(action.kind === 'keepAndTrash' && action.trash.some(image => image.index % 5 === 0)).toBe(false);
    await panel.close();
  });

  it('compares neighbours and members by a click, scans and cancels', async () => {
    const neighbours = await browser.open({ pairs: 10, view: 'neighbours' });
    await neighbours.page.getByRole('button', { name: 'IMG_2024_holiday_00501.jpg' }).click();
    expect(await neighbours.actions()).toMatchObject([{ kind: 'compareImages', images: [{ index: 499 }, { index: 501 }] }]);
    await neighbours.close();
    const empty = await browser.open({ pairs: 0, noScan: true });
    await empty.page.getByRole('button', { name: 'Scan Workspace' }).click();
    expect(await empty.actions()).toEqual([{ kind: 'scanWorkspace' }]);
    await empty.page.evaluate(() => window.fakeHost.sendProgress({ phase: 'join', done: 1, total: 3 }));
    await empty.page.getByText('Looking for similar images: 33 %').first().waitFor();
    await empty.page.getByRole('button', { name: 'Cancel Scan' }).click();
    expect((await empty.actions(2)).at(-1)).toEqual({ kind: 'cancelScan' });
    await empty.close();
  });

  it('loads again after an error, and lists again', async () => {
    const panel = await browser.open({ pairs: 3, failures: { ready: 1, pairs: 1 } });
    await panel.page.getByRole('button', { name: 'Try Again' }).click();
    await panel.page.getByText('The list could not be loaded').waitFor();
    await panel.page.getByRole('button', { name: 'Try Again' }).click();
    await panel.cell(0).waitFor();
    await panel.settled();
    await panel.expectSound();
    await panel.close();
  });
});

describe('the compare view', () => {
  it('zooms and moves both pictures in step', async () => {
    const panel = await browser.open({ pairs: 100, view: 'compare' });
    const transforms = (): Promise<string[]> =>
      panel.page.locator('.moved').evaluateAll(elements => elements.map(element => (element as HTMLElement).style.transform));
    const box = (await panel.page.locator('figure').first().boundingBox())!;
    await panel.page.mouse.move(box.x + box.width * 0.75, box.y + box.height * 0.5);
    await panel.page.mouse.wheel(0, -300);
    await panel.page.waitForTimeout(50);
    const [left, right] = await transforms();
    expect(left).toBe(right);
    // 1.25 to the power of 3, about a point a quarter of the pane right of its middle.
    const scale = 1.25 ** 3;
    expect(Number(/scale\((.+)\)/.exec(left)![1])).toBeCloseTo(scale, 4);
    expect(Number(/translate\(([-\d.]+)%/.exec(left)![1])).toBeCloseTo(25 * (1 - scale), 0);
    await panel.page.mouse.down();
    await panel.page.mouse.move(box.x + box.width * 0.85, box.y + box.height * 0.5);
    await panel.page.mouse.up();
    const moved = await transforms();
    expect(moved[0]).toBe(moved[1]);
    expect(Number(/translate\(([-\d.]+)%/.exec(moved[0])![1])).toBeCloseTo(25 * (1 - scale) + 10, 0);
    await panel.page.keyboard.press('0');
    expect(new Set(await transforms())).toEqual(new Set(['translate(0%, 0%) scale(1)']));
    await panel.close();
  });

  it('draws no difference between equal pictures, and the other one where they differ', async () => {
    const brightness = async (
      scenario: { readonly view: 'compare'; readonly pairs: number },
      image?: 'same',
    ): Promise<number> => {
      const panel = await browser.open({ ...scenario, saved: { compareMode: 'difference' } });
      if (image) {
        const pair = pairOf(1, 0, 0);
        await panel.page.evaluate(same => window.fakeHost.sendSnapshot({ view: { kind: 'compare', pair: same } }), {
          ...pair,
          b: pair.a,
        });
        await panel.page.getByText(`Difference of ${pair.a.path.split('/').at(-1)}`).waitFor();
        await panel.page.waitForTimeout(200);
      }
      const mean = await panel.page.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        let sum = 0;
        for (let i = 0; i < data.length; i += 4) sum += data[i] + data[i + 1] + data[i + 2];
        return sum / (data.length * 0.75);
      });
      await panel.close();
      return mean;
    };
    expect(await brightness({ view: 'compare', pairs: 100 }, 'same')).toBe(0);
    expect(await brightness({ view: 'compare', pairs: 100 })).toBeGreaterThan(20);
  });

  it('flips with Space, and back when it is held', async () => {
    const panel = await browser.open({ pairs: 100, view: 'compare', saved: { compareMode: 'blink' } });
    await panel.page.keyboard.press('Space');
    await panel.page.getByText('Right: IMG').waitFor();
    await panel.page.keyboard.press('Space');
    await panel.page.getByText('Left: IMG').waitFor();
    await panel.page.keyboard.down('Space');
    await panel.page.getByText('Right: IMG').waitFor();
    await panel.page.waitForTimeout(400);
    await panel.page.keyboard.up('Space');
    await panel.page.getByText('Left: IMG').waitFor();
    await panel.close();
  });

  it('asks for large previews, and says why a picture cannot be shown', async () => {
    const panel = await browser.open({ pairs: 10, view: 'compare', brokenPreviews: ['00001'] });
    const asked = (await panel.log()).filter(entry => entry.kind === 'preview');
    expect(asked.map(entry => entry.side)).toEqual([2048, 2048]);
    await panel.page.getByText('The file is cut off, its end is missing.').waitFor();
    await panel.close();
  });
});

describe('words', () => {
  it('speaks the language of the snapshot', async () => {
    const l10n = { 'Not a Duplicate': '不是重复图像', 'Pair {0} of {1}': '第 {0} 对，共 {1} 对' };
    const panel = await browser.open({ pairs: 100, view: 'compare', l10n }, { lang: 'zh-cn' });
    await panel.page.getByRole('button', { name: '不是重复图像' }).waitFor();
    await panel.page.getByRole('heading', { name: `第 1 对，共 ${bruteCount(100, 0.25)} 对` }).waitFor();
    await panel.close();
  });

  it('says counts to a screen reader once the handle rests', async () => {
    const panel = await browser.open({ pairs: 1000 });
    await panel.moveSlider(0.1, false);
    await panel.moveSlider(0.15, true);
    const count = bruteCount(1000, 0.15);
    const text = `${count} pairs in ${Math.ceil(count / 3)} groups`;
    await panel.page.waitForFunction(
      expected => document.querySelector('twinlint-app')!.shadowRoot!.querySelector('#live')!.textContent === expected,
      text,
    );
    await panel.close();
  });
});
