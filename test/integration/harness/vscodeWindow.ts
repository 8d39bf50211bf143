import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Frame, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, inject } from 'vitest';
import { startVscodeServer } from '../../../scripts/vscodeServer.mjs';
import type { PictureFolder } from './pictures';
import { windowVariable } from './processes';

export interface WindowOptions {
  /** Absolute path of a folder or a `.code-workspace` file. */
  readonly open: string;
  readonly trust?: boolean;
  readonly locale?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** What keeps VS Code quiet: no welcome pages, no chat, no telemetry, no update notes. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'explorer.confirmDelete': false,
  'workbench.colorTheme': 'Dark Modern',
};

/**
 * VS Code's own language packs are not on the npm registry. An empty one makes it take the language all the same: its own texts
 * stay English, extensions show theirs.
 */
const writeLanguagePack = (userDataDir: string, locale: string, extensionsDir: string): void => {
  const extension = readdirSync(extensionsDir).find(name => name.startsWith('twinlint-tests.host-tests-'));
  if (!extension) throw new Error('The test-only extension is not installed');
  const pack = {
    hash: `empty-${locale}`,
    label: locale,
    extensions: [{ extensionIdentifier: { id: 'twinlint-tests.host-tests' }, version: '0.0.1' }],
    translations: { vscode: join(extensionsDir, extension, 'emptyLanguagePack.json') },
  };
  writeFileSync(join(userDataDir, 'languagepacks.json'), JSON.stringify({ [locale]: pack }));
};

const screenshots = join(import.meta.dirname, '../../screenshots/vscode');

/** After each failed test of a file: a picture of the window, and what the extension logged. */
export const keepEvidence = (windowOf: () => VscodeWindow | undefined): void => {
  afterEach(async ({ task }) => {
    const window = windowOf();
    if (task.result?.state !== 'fail' || !window) return;
    await window.screenshot(`failed ${task.name.replaceAll(/[^\w -]/g, '')}`);
    console.log(`Twinlint's log:\n${window.twinlintLog()}`);
  });
};

/** The one folder and window of a test file, to be filled in by its test; closed and removed afterwards, with evidence of what failed. */
export function folderAndWindow(): { folder?: PictureFolder; window?: VscodeWindow } {
  const held: { folder?: PictureFolder; window?: VscodeWindow } = {};
  keepEvidence(() => held.window);
  afterAll(async () => {
    await held.window?.close();
    held.folder?.remove();
  });
  return held;
}

/** One VS Code server with one browser window on it, driven as a person would. */
export class VscodeWindow {
  private isClosed = false;

  private constructor(
    readonly page: Page,
    readonly userDataDir: string,
    private readonly url: string,
    private readonly browser: Browser,
    private readonly context: BrowserContext,
    private readonly stopServer: () => Promise<void>,
  ) {}

  static async open(options: WindowOptions): Promise<VscodeWindow> {
    const { server, extensionsDir, chromium: executablePath } = inject('vscode');
    const userDataDir = mkdtempSync(join(tmpdir(), 'twinlint-user-'));
    mkdirSync(join(userDataDir, 'User'));
    writeFileSync(join(userDataDir, 'User/settings.json'), JSON.stringify({ ...quietSettings, ...options.settings }));
    if (options.locale) writeLanguagePack(userDataDir, options.locale, extensionsDir);
    const { url, stop } = await startVscodeServer(server, {
      userDataDir,
      extensionsDir,
      trust: options.trust,
      locale: options.locale,
      env: { ...options.env, [windowVariable]: userDataDir },
      log: join(userDataDir, 'server.log'),
    });
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    const context = await browser.newContext({ viewport: options.viewport ?? { width: 1440, height: 1300 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
    const page = await context.newPage();
    const parameter = options.open.endsWith('.code-workspace') ? 'workspace' : 'folder';
    const address = `${url}/?${parameter}=${encodeURIComponent(options.open)}`;
    const window = new VscodeWindow(page, userDataDir, address, browser, context, stop);
    await window.load();
    return window;
  }

  /** A second window on the same workspace, with an extension host of its own. It goes with the first one. */
  async another(): Promise<VscodeWindow> {
    const page = await this.context.newPage();
    const { userDataDir, url, browser, context, stopServer } = this;
    const window = new VscodeWindow(page, userDataDir, url, browser, context, stopServer);
    await window.load();
    return window;
  }

  private async load(): Promise<void> {
    await this.page.goto(this.url);
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
    // What extensions contribute is there a little later.
    const end = performance.now() + 20_000;
    while (!(await this.offersCommand('Twinlint: ', true))) {
      if (performance.now() > end) throw new Error("The palette does not offer Twinlint's commands");
    }
  }

  /** Reloads the window: the extension host starts anew. */
  async reload(): Promise<void> {
    await this.load();
  }

  /** What the extension wrote into its log, to tell why a test failed. */
  twinlintLog(): string {
    const logs = join(this.userDataDir, 'logs');
    const files = readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('Twinlint.log'));
    return files.map(file => readFileSync(join(logs, file), 'utf8')).join('\n');
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.context.close();
    await this.browser.close();
    await this.stopServer();
    rmSync(this.userDataDir, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Runs a command from the palette with the keyboard alone; `title` as the palette shows it. */
  async runCommand(title: string): Promise<void> {
    // Another part of the window that takes the focus closes the palette: then it is opened again, as a person would.
    for (let attempt = 0; attempt < 3; attempt++) {
      await this.openPalette();
      const isPicked = await this.pick(`>${title}`, title, 6000).then(
        () => true,
        () => false,
      );
      if (isPicked) return;
      await this.page.keyboard.press('Escape');
    }
    throw new Error(`The palette does not offer ${title}`);
  }

  /** Runs a command that asks for a text, and answers it. */
  async runCommandAndAnswer(title: string, question: string | RegExp, answer: string): Promise<void> {
    const box = this.page.locator('.quick-input-widget:not([style*="display: none"])', { hasText: question });
    for (let attempt = 0; attempt < 3; attempt++) {
      await this.runCommand(title);
      const isAsked = await box.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
      if (!isAsked) continue;
      await this.quickInput().fill(answer, { timeout: 5000 });
      await this.page.keyboard.press('Enter');
      return;
    }
    throw new Error(`${title} asks for nothing`);
  }

  private async openPalette(): Promise<void> {
    const isOpen = this.page.locator('.quick-input-widget:not([style*="display: none"]) input[aria-label*="command"]').first();
    // A webview that is just being replaced passes no key on, so one press may get lost.
    for (let attempt = 0; attempt < 5; attempt++) {
      await this.page.keyboard.press('F1');
      await isOpen.waitFor({ timeout: 1500 }).catch(() => undefined);
      if (await isOpen.isVisible()) return;
    }
    throw new Error('F1 opens no palette');
  }

  /** Whether the palette offers a command of exactly this title, or of one that begins so. */
  async offersCommand(title: string, isPrefix = false): Promise<boolean> {
    await this.openPalette();
    const input = this.quickInput();
    await input.fill(`>${title}`);
    await this.quickPickRows().first().waitFor();
    // The list follows the text with a delay of its own.
    await this.page.waitForTimeout(400);
    const labels = await this.quickPickRows().evaluateAll(rows => rows.map(row => row.getAttribute('aria-label') ?? ''));
    await this.page.keyboard.press('Escape');
    await input.waitFor({ state: 'hidden' });
    return labels.some(label => label === title || label.startsWith(isPrefix ? title : `${title},`));
  }

  /** Types into the open quick pick and takes the first row whose label holds `label`. */
  async pick(text: string, label = text, timeout = 30_000): Promise<void> {
    await this.quickInput().fill(text, { timeout });
    await this.quickPickRows(label).first().waitFor({ timeout });
    // The list follows the text with a delay of its own.
    await this.page.waitForTimeout(300);
    const isFocused = this.page.locator(`.quick-input-list .monaco-list-row.focused[aria-label*=${JSON.stringify(label)}]`);
    for (let step = 0; step < 30 && (await isFocused.count()) === 0; step++) await this.page.keyboard.press('ArrowDown');
    await this.page.keyboard.press('Enter');
  }

  quickInput(): Locator {
    return this.page.locator('.quick-input-widget:not([style*="display: none"]) input[type="text"]:visible').first();
  }

  quickPickRows(label?: string): Locator {
    const row = '.quick-input-list .monaco-list-row';
    return this.page.locator(label === undefined ? row : `${row}[aria-label*=${JSON.stringify(label)}]`);
  }

  explorerRow(name: string): Locator {
    const label = this.page.locator('.label-name').getByText(name, { exact: true });
    return this.page.locator('.explorer-folders-view .monaco-list-row', { has: label });
  }

  /** Right-clicks a row of the Explorer and chooses from the menu; a path of labels opens submenus. */
  async explorerMenu(name: string, ...labels: string[]): Promise<void> {
    await this.explorerRow(name).click({ button: 'right' });
    for (const [index, label] of labels.entries()) {
      const item = this.menuItem(label);
      await item.waitFor();
      // A menu takes no click in its first moment, so that the click that opened it does not choose something.
      await this.page.waitForTimeout(400);
      if (index < labels.length - 1) await item.hover();
      else await item.click();
    }
  }

  menuItem(label: string): Locator {
    return this.page.locator('.monaco-menu .action-item:not(.disabled)', { hasText: label }).last();
  }

  /** Opens the Problems panel, if it is not. */
  async showProblems(): Promise<void> {
    if (!(await this.page.locator('.markers-panel').isVisible())) await this.runCommand('Problems: Focus on Problems View');
    await this.page.locator('.markers-panel').waitFor();
  }

  /** Findings in the Problems panel (rows of markers; files and related information are rows of their own). */
  problemRows(text?: string | RegExp): Locator {
    return this.page.locator('.markers-panel .monaco-list-row', { has: this.page.locator('.marker-icon'), hasText: text });
  }

  /** The findings as Problems shows them, `message source(code)`, sorted; waits until there are `count`, where given. */
  async problemTexts(count?: number): Promise<string[]> {
    if (count !== undefined) {
      await this.problemRows()
        .nth(count - 1)
        .waitFor();
    }
    const rows = await this.problemRows().evaluateAll(elements =>
      elements.map(element => {
        const text = (selector: string): string => element.querySelector(selector)?.textContent?.trim() ?? '';
        return `${text('.marker-message')} ${text('.marker-source')}(${text('.marker-code')})`;
      }),
    );
    return rows.sort();
  }

  /** Clicks the link in a finding's code. */
  async openFinding(text: string | RegExp): Promise<void> {
    await this.showProblems();
    await this.problemRows(text)
      .first()
      .locator('a.monaco-link', { has: this.page.locator('.marker-code') })
      .click();
  }

  /** Opens folders of the Explorer until the last name is visible. */
  async revealInExplorer(...names: string[]): Promise<void> {
    for (const [index, name] of names.entries()) {
      const next = names[index + 1];
      if (next === undefined || (await this.explorerRow(next).isVisible())) continue;
      await this.explorerRow(name).click();
      await this.explorerRow(next).waitFor();
    }
  }

  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item', { hasText: text }).first();
  }

  /** Waits for a notification: its toast, or where that has been put away already, its line in the list behind the bell. */
  async waitForNotification(text: string | RegExp, timeoutMs = 20_000): Promise<void> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const leftMs = end - performance.now();
      const isShown = await this.notification(text)
        .waitFor({ timeout: Math.max(1000, Math.min(leftMs, 5000)) })
        .then(
          () => true,
          () => false,
        );
      if (isShown) return;
      if (leftMs < 0) throw new Error(`No notification says ${text} within ${timeoutMs} ms`);
      await this.runCommand('Notifications: Show Notifications');
    }
  }

  async notificationButton(text: string | RegExp, button: string): Promise<void> {
    await this.waitForNotification(text);
    await this.notification(text).locator('.monaco-button', { hasText: button }).click();
  }

  /** The frame of the Pairs panel, once it holds something that `selector` finds. */
  async panel(selector = 'body *', timeoutMs = 20_000): Promise<Frame> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      for (const frame of this.page.frames()) {
        // An extension's page sits in a frame of this name inside the webview's own.
        if (!frame.url().includes('/webview/browser/pre/fake.html')) continue;
        const count = await frame
          .locator(selector)
          .count()
          .catch(() => 0);
        if (count > 0) return frame;
      }
      if (performance.now() > end) throw new Error(`No webview shows ${selector} after ${timeoutMs} ms`);
      await this.page.waitForTimeout(100);
    }
  }

  /** Waits until the page in a frame shows a picture, and none is loading. */
  async pictureIsShown(frame: Frame): Promise<void> {
    const image = frame.locator('img, canvas').first();
    await image.waitFor();
    await frame.locator('vscode-progress-ring').first().waitFor({ state: 'hidden' });
    await image.evaluate(element => (element instanceof HTMLImageElement ? element.decode() : undefined));
  }

  /** For people to look at; git-ignored. */
  async screenshot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: join(screenshots, `${name}.png`) });
  }
}
