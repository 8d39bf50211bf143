import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe, { type RunOptions } from 'axe-core';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { Uri } from 'vscode';
import { pageHtml } from '../../src/extension/panel/html';
import type { FakeHostHandle, LogEntry, Scenario, ThemeKind } from './scenario';

const themes = JSON.parse(readFileSync(new URL('fixtures/themes.json', import.meta.url), 'utf8')) as Record<
  ThemeKind,
  Record<string, string>
>;
/** What VS Code sets besides colours, with its own values on Linux. */
const fonts = {
  '--vscode-font-family': 'system-ui, Ubuntu, "Droid Sans", sans-serif',
  '--vscode-font-weight': 'normal',
};
/** What a theme alone can break: the page's structure is the same in all of them. */
const RULES_OF_COLOURS = ['color-contrast', 'link-in-text-block'];
const screenshots = fileURLToPath(new URL('../screenshots/web', import.meta.url));

declare global {
  interface Window {
    fakeHost: FakeHostHandle;
  }
}

/** A drawn scene; pictures of one pair differ a little. Stands in for a preview. */
function scene(path: string): string {
  const base = path.replace(/_copy.*$/, '').replace(/\.\w+$/, '');
  const bytes = createHash('sha1').update(base).digest();
  const hue = bytes[0] * 1.41;
  const isCopy = path.includes('_copy');
  const shapes = Array.from({ length: 6 }, (_, i) => {
    const [x, y, r] = [bytes[i + 1] * 1.25, 60 + bytes[i + 7] * 0.7, 14 + bytes[i + 3] / 7];
    return `<circle cx="${x}" cy="${y}" r="${r}" fill="hsl(${hue + i * 47} 55% ${35 + i * 8}%)"/>`;
  }).join('');
  // Wide, square and tall.
  const width = [320, 240, 150][bytes[9] % 3];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="240" viewBox="0 0 320 240" preserveAspectRatio="xMidYMid slice">
    <rect width="320" height="240" fill="hsl(${hue} 45% ${isCopy ? 70 : 62}%)"/>
    <path d="M0 170 Q80 ${100 + bytes[8] / 4} 160 160 T320 150 V240 H0Z" fill="hsl(${hue + 120} 35% 35%)"/>${shapes}
    ${isCopy ? '<text x="200" y="228" font-size="18" fill="#fff">© copy</text>' : ''}</svg>`;
}

/** Serves the page as a webview would, under the extension's own HTML and CSP. */
export class PanelBrowser {
  private constructor(
    private readonly server: Server,
    private readonly browser: Browser,
    private readonly origin: string,
  ) {}

  static async start({ folder, chromium: executablePath }: { folder: string; chromium: string }): Promise<PanelBrowser> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const send = (type: string, body: string | Buffer): void =>
        void response.writeHead(200, { 'content-type': type }).end(body);
      if (url.pathname === '/') {
        const scenario = JSON.parse(url.searchParams.get('scenario')!) as Scenario;
        const webview = {
          cspSource: `http://${request.headers.host}`,
          asWebviewUri: (uri: Uri) => `/dist/${uri.path.split('/').at(-1)}`,
        } as unknown as Parameters<typeof pageHtml>[0];
        const html = pageHtml(
          webview,
          Uri.file(join(folder, 'dist/webview')),
          url.searchParams.get('lang') ?? 'en',
          'Twinlint: Pairs',
          scenario.page,
        );
        const nonce = /script nonce="([^"]+)"/.exec(html)![1];
        const fontSize = `${scenario.fontSize ?? 13}px`;
        const theme = { ...fonts, '--vscode-font-size': fontSize, ...themes[scenario.themeKind] };
        const hostScript = scenario.page === 'labeling' ? 'fakeLabelingHost.js' : 'fakeHost.js';
        const setup = JSON.stringify({ ...scenario, theme }).replaceAll('<', '\\u003c');
        const scripts = `<script nonce="${nonce}">const scenario = ${setup};</script><script nonce="${nonce}" src="/${hostScript}"></script>`;
        send(
          'text/html',
          html.replace(/<twinlint-(app|labeling)>/, tag => `${scripts}${tag}`),
        );
      } else if (url.pathname.startsWith('/preview/')) {
        send('image/svg+xml', scene(decodeURIComponent(url.pathname.slice('/preview/'.length))));
      } else if (/^\/fake\w+\.js$/.test(url.pathname)) {
        send('text/javascript', readFileSync(join(folder, url.pathname.slice(1))));
      } else if (url.pathname.startsWith('/dist/')) {
        const name = url.pathname.slice('/dist/'.length);
        const type = name.endsWith('.js') ? 'text/javascript' : name.endsWith('.css') ? 'text/css' : 'font/ttf';
        send(type, readFileSync(join(folder, 'dist/webview', name)));
      } else {
        response.writeHead(url.pathname === '/favicon.ico' ? 204 : 404).end();
      }
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    return new PanelBrowser(server, browser, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async open(
    scenario: Partial<Scenario> & { readonly pairs: number },
    options: BrowserContextOptions & { readonly lang?: string; readonly unready?: boolean } = {},
  ): Promise<PanelPage> {
    const { lang = 'en', unready = false, ...context } = options;
    const page = await this.browser.newPage({ viewport: { width: 1000, height: 720 }, ...context });
    const problems: string[] = [];
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(`console: ${message.text()}`);
    });
    page.on('pageerror', error => problems.push(`error: ${error.stack ?? error.message}`));
    const whole: Scenario = { themeKind: 'dark', ...scenario };
    await page.goto(`${this.origin}/?lang=${lang}&scenario=${encodeURIComponent(JSON.stringify(whole))}`);
    const panel = new PanelPage(page, problems);
    if (!unready) await panel.settled();
    return panel;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await new Promise(resolve => this.server.close(resolve));
  }
}

/** One open page, and what a test asks of it. */
export class PanelPage {
  private hasAxe = false;

  constructor(
    readonly page: Page,
    private readonly problems: readonly string[],
  ) {}

  /** The first snapshot is here, and what is on show has its pictures and letters: nothing moves any more. */
  async settled(): Promise<void> {
    await this.page.waitForSelector('.view:not(.skeleton), twinlint-labeling main > *');
    await this.page.waitForFunction(() => {
      const all = (root: ParentNode): Element[] =>
        [...root.querySelectorAll('*')].flatMap(element => [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
      const elements = all(document);
      const pictures = elements.filter(element => element.localName === 'img') as HTMLImageElement[];
      return (
        document.fonts.status === 'loaded' &&
        !elements.some(element => element.getAttribute('aria-busy') === 'true') &&
        pictures.every(picture => picture.complete)
      );
    });
  }

  log(): Promise<LogEntry[]> {
    return this.page.evaluate(() => window.fakeHost.log);
  }

  /** The actions that the host was asked for, once there are as many. */
  async actions(count = 1): Promise<Extract<LogEntry, { kind: 'action' }>['action'][]> {
    await this.page.waitForFunction(least => window.fakeHost.log.filter(entry => entry.kind === 'action').length >= least, count);
    return (await this.log()).flatMap(entry => (entry.kind === 'action' ? [entry.action] : []));
  }

  /** The page's only slider. */
  get slider() {
    return this.page.getByRole('slider', { name: 'Threshold' });
  }

  async moveSlider(value: number, settled: boolean): Promise<void> {
    await this.slider.evaluate(
      (input: HTMLInputElement, [to, isSettled]: readonly [number, boolean]) => {
        input.value = String(to);
        input.dispatchEvent(new Event('input', { bubbles: true }));
        if (isSettled) input.dispatchEvent(new Event('change', { bubbles: true }));
      },
      [value, settled] as const,
    );
  }

  cell(index: number) {
    return this.page.locator(`twinlint-pair-card[data-index="${index}"]`);
  }

  /** The accessible name of what has the focus, through all shadow roots. */
  focusedName(): Promise<string> {
    return this.page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
    });
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: join(screenshots, `${name}.png`) });
  }

  /** Another theme while the page is open, as when a person chooses one: all that is themed is painted anew. */
  async showTheme(kind: ThemeKind): Promise<void> {
    await this.page.evaluate(
      ([themeKind, theme]) => {
        window.fakeHost.showTheme(themeKind, theme);
        // What observes the theme draws in the next frame.
        return new Promise<void>(resolve => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
      },
      [kind, themes[kind]] as const,
    );
  }

  /**
   * No CSP violation, nothing on the console, nothing that axe-core finds.
   * @param options `contrast` false: not its rule on contrast; `only`: just these rules
   */
  async expectSound({ contrast = true, only }: { contrast?: boolean; only?: readonly string[] } = {}): Promise<void> {
    if (!this.hasAxe) await this.page.evaluate(axe.source);
    this.hasAxe = true;
    const options: RunOptions = {
      resultTypes: ['violations'],
      ...(only ? { runOnly: [...only] } : { rules: { 'color-contrast': { enabled: contrast } } }),
    };
    const found = await this.page.evaluate(async how => {
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, how);
      return violations.map(
        ({ id, help, nodes }) =>
          `${id}: ${help}: ${nodes.map(node => `${node.target.join(' ')} ${node.failureSummary}`).join('; ')}`,
      );
    }, options);
    expect(await this.page.evaluate(() => window.fakeHost.violations)).toEqual([]);
    expect(this.problems).toEqual([]);
    expect(found).toEqual([]);
  }

  async expectNoSidewaysScroll(): Promise<void> {
    expect(await this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  }

  /**
   * The same in all four themes of a page that was opened in the dark one, with a picture of each.
   * @param pictureOf the name of a theme's picture
   */
  async expectSoundInEveryTheme(pictureOf: (theme: ThemeKind) => string): Promise<void> {
    await this.screenshot(pictureOf('dark'));
    await this.expectSound();
    for (const theme of ['light', 'high-contrast', 'high-contrast-light'] as const) {
      await this.showTheme(theme);
      await this.screenshot(pictureOf(theme));
      await this.expectSound({ only: RULES_OF_COLOURS });
    }
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}
