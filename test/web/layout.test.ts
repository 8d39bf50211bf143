/** Where things stand, measured: nothing covers anything else, at any width and font size. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PanelBrowser } from './panelPage';
import type { PanelPage } from './panelPage';
import type { Scenario } from './scenario';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start(inject('web'));
});
afterAll(() => browser.stop());

/** Layout is rounded to parts of a pixel. */
const tolerance = 0.5;

async function resize(panel: PanelPage, width: number, height: number): Promise<void> {
  await panel.page.setViewportSize({ width, height });
  // The list measures itself, and draws again.
  await panel.page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
  await panel.settled();
}

/** What is wrong with the grid's cards, in words. */
const gridFaults = (panel: PanelPage): Promise<{ readonly cards: number; readonly chips: number; readonly faults: string[] }> =>
  panel.page.locator('twinlint-pairs-grid').evaluate((grid, slack) => {
    const faults: string[] = [];
    const within = (name: string, inner: number, outer: number): void => {
      if (inner > outer + slack) faults.push(`${name}: ${inner} > ${outer}`);
    };
    const box = (element: Element): DOMRect => element.getBoundingClientRect();
    const rows = [...grid.shadowRoot!.querySelectorAll<HTMLElement>('.row')].sort((a, b) => box(a).top - box(b).top);
    const cards = rows.flatMap(row => [...row.querySelectorAll('twinlint-pair-card')]);
    rows.slice(1).forEach((row, i) => within('row over row', box(rows[i]).bottom, box(row).top));
    for (const row of rows) {
      for (const card of row.querySelectorAll('twinlint-pair-card')) {
        const place = card.getAttribute('data-index');
        const [pictures, text, foot] = ['.pictures', '.text', '.foot'].map(part => box(card.shadowRoot!.querySelector(part)!));
        within(`card ${place} over the next row`, box(card).bottom, box(row).bottom);
        within(`foot of ${place} over its card`, foot.bottom, box(card).bottom);
        within(`text of ${place} over its foot`, text.bottom, foot.top);
        within(`pictures of ${place} over its text`, pictures.bottom, text.top);
        for (const picture of card.shadowRoot!.querySelectorAll('.picture')) {
          within(`picture of ${place} over its text`, box(picture).bottom, text.top);
          within(`a low picture in ${place}`, 60, box(picture).height);
        }
        for (const part of card.shadowRoot!.querySelectorAll('.chip, .foot .badge, .distance')) {
          const row = part.closest('.second, .foot')!;
          within(`${part.className} of ${place} cut off below`, box(part).bottom, box(row).bottom);
          within(`${part.className} of ${place} cut off at its side`, box(part).right, box(card).right);
        }
      }
    }
    const chips = cards.flatMap(card => [...card.shadowRoot!.querySelectorAll('.chip')]).length;
    return { cards: cards.length, chips, faults };
  }, tolerance);

describe('the grid', () => {
  it.each<Partial<Scenario> & { readonly name: string }>([
    { name: 'usual names' },
    { name: 'long names', longNames: true },
    { name: 'small letters', fontSize: 9 },
    { name: 'large letters and long names', fontSize: 26, longNames: true },
  ])('keeps every card in its row at any width: $name', async ({ name, ...scenario }) => {
    const panel = await browser.open({ pairs: 1000, ...scenario });
    for (const width of [260, 300, 420, 560, 700, 860, 1000, 1300, 1600, 2000]) {
      await resize(panel, width, 720);
      const { cards, chips, faults } = await gridFaults(panel);
      expect(faults, `${width} px`).toEqual([]);
      // In the narrowest, with the largest letters, the facts at the slider take most of the height.
      expect(cards).toBeGreaterThan(1);
      // Pairs of two splits or labels are among them.
      expect(chips).toBeGreaterThan(0);
      if (width === 1000) await panel.screenshot(`layout-grid-${name.replaceAll(' ', '-')}`);
    }
    await panel.close();
  });

  it('keeps them there when the font grows while it is open', async () => {
    const panel = await browser.open({ pairs: 1000 });
    await panel.page.evaluate(() => document.documentElement.style.setProperty('--vscode-font-size', '22px'));
    await resize(panel, 1000, 720);
    expect((await gridFaults(panel)).faults).toEqual([]);
    await panel.close();
  });
});

describe('the threshold', () => {
  it.each([13, 20])('has its number, its button and the handle side by side or one under the other, at %i px', async fontSize => {
    const panel = await browser.open({ pairs: 1000, fontSize });
    for (let width = 300; width <= 1500; width += 75) {
      await resize(panel, width, 720);
      const faults = await panel.page.locator('twinlint-threshold-bar').evaluate((bar, slack) => {
        const parts = ['.scale', 'vscode-text-field', 'vscode-button'].map(part => bar.shadowRoot!.querySelector(part)!);
        // The field's own box may be larger than its element.
        const inner = parts[1].shadowRoot!.querySelector('.root')!;
        const input = parts[1].shadowRoot!.querySelector('input')!;
        const boxes = [parts[0], parts[1], inner, parts[2]].map(part => part.getBoundingClientRect());
        const apart = (a: DOMRect, b: DOMRect): boolean =>
          a.right <= b.left + slack || b.right <= a.left + slack || a.bottom <= b.top + slack || b.bottom <= a.top + slack;
        return [
          ...(apart(boxes[1], boxes[3]) && apart(boxes[2], boxes[3]) ? [] : ['the field covers the button']),
          ...(apart(boxes[0], boxes[1]) && apart(boxes[0], boxes[3]) ? [] : ['the scale covers them']),
          ...(boxes.every(box => box.right <= innerWidth + slack) ? [] : ['out of the page']),
          ...(input.scrollWidth <= input.clientWidth ? [] : ['the number is cut off']),
        ];
      }, tolerance);
      expect(faults, `${width} px`).toEqual([]);
    }
    await panel.close();
  });
});

describe('the compare view', () => {
  const measure = (panel: PanelPage) =>
    panel.page.locator('twinlint-compare-view').evaluate(view => {
      const box = (selector: string): DOMRect => view.shadowRoot!.querySelector(selector)!.getBoundingClientRect();
      const names = [...view.shadowRoot!.querySelectorAll('tbody th')].map(cell => {
        const text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        while (text.nextNode() && !text.currentNode.textContent!.trim());
        const range = document.createRange();
        range.selectNodeContents(text.currentNode);
        return Math.round(range.getBoundingClientRect().left * 10) / 10;
      });
      return {
        buttons: [...view.shadowRoot!.querySelectorAll('.actions vscode-button')].map(button => {
          const { top, bottom } = button.getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight;
        }),
        pictures: box('twinlint-picture-stage').height,
        actionsOverPictures: box('twinlint-picture-stage').bottom - box('.actions').top,
        leftBelow: innerHeight - box('.details').bottom,
        nameStarts: [...new Set(names)],
      };
    });

  it.each([
    { width: 1090, height: 730, least: 400 },
    { width: 1000, height: 1300, least: 950 },
    { width: 700, height: 500, least: 200 },
    { width: 700, height: 300, least: 120 },
    { width: 334, height: 640, least: 250 },
  ])(
    'gives the pictures the height that is there, and shows its buttons, at $width × $height',
    async ({ least, ...viewport }) => {
      const panel = await browser.open({ pairs: 100, view: 'compare' }, { viewport });
      const { buttons, pictures, actionsOverPictures, leftBelow, nameStarts } = await measure(panel);
      expect(buttons).toEqual([true, true, true, true]);
      expect(pictures).toBeGreaterThanOrEqual(least);
      if (viewport.height >= 500) {
        expect(actionsOverPictures).toBeLessThanOrEqual(0);
        // The view's own edge.
        expect(leftBelow).toBeLessThanOrEqual(8 + tolerance);
      }
      // One line of names.
      expect(nameStarts).toHaveLength(1);
      await panel.screenshot(`layout-compare-${viewport.width}x${viewport.height}`);
      await panel.expectSound();
      await panel.close();
    },
  );
});

it('says the last two phases of a scan in percent: their steps are no images', async () => {
  const panel = await browser.open({ pairs: 0, noScan: true });
  const shows = async (phase: 'join' | 'rescore', done: number, text: string): Promise<void> => {
    await panel.page.evaluate(progress => window.fakeHost.sendProgress(progress), { phase, done, total: 1000 });
    await panel.page.locator('twinlint-progress-strip').getByText(text, { exact: true }).waitFor();
  };
  await shows('join', 0, 'Looking for similar images: 0 %');
  await shows('join', 999, 'Looking for similar images: 99 %');
  await shows('rescore', 1000, 'Measuring pairs: 100 %');
  await panel.close();
});
