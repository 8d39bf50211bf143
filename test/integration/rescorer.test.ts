import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PictureFolder, shrunk } from './harness/pictures';
import { VscodeWindow, keepEvidence } from './harness/vscodeWindow';

const command = 'Twinlint: Train Re-Scorer of Pairs…';
/** The shortest training there is, on two busy cores. */
const patience = 90_000;
const testTimeout = 240_000;

/** Two pictures of thirty have a smaller copy; a person has the pairs judged again by a network that looks at both at once. */
describe('a person trains a re-scorer of pairs', () => {
  const names = Array.from({ length: 30 }, (_, seed) => `scene-${seed}.png`);
  const twins = [3, 7];
  let folder: PictureFolder;
  let window: VscodeWindow;
  beforeAll(async () => {
    folder = new PictureFolder();
    await folder.writeScenes(0, names);
    for (const seed of twins) await folder.write(`small-${seed}.jpg`, shrunk(seed));
    window = await VscodeWindow.open({ open: folder.path });
  });
  keepEvidence(() => window);
  afterAll(async () => {
    await window?.close();
    folder?.remove();
  });

  const models = (): string[] => (existsSync(folder.at('.twinlint/models')) ? readdirSync(folder.at('.twinlint/models')) : []);
  const setting = (): unknown =>
    existsSync(folder.at('.vscode/settings.json'))
      ? (JSON.parse(readFileSync(folder.at('.vscode/settings.json'), 'utf8')) as Record<string, unknown>)['twinlint.rescoreModel']
      : undefined;
  /** Each planted copy is named beside its picture. */
  const expectTwins = async (): Promise<void> => {
    await window.showProblems();
    for (const seed of twins) await window.problemRows(`scene-${seed}.png`).first().waitFor({ timeout: 60_000 });
    expect(await window.problemRows().count()).toBe(twins.length);
  };

  it('scans as ever before', async () => {
    await window.runCommand('Twinlint: Scan Workspace');
    await expectTwins();
    await window.clearNotifications();
  });

  it(
    'cancels a training: nothing is written',
    async () => {
      await window.runCommand(command);
      await window.pick('two-channel-spp');
      await window.pick('5 min');
      await window.waitForNotification('training a re-scorer of pairs');
      await window.runCommand('Twinlint: Cancel Training');
      await window.waitForNotification('The training was cancelled. No model was written.', patience);
      expect(models()).toEqual([]);
      await window.clearNotifications();
    },
    testTimeout,
  );

  it(
    'trains the usual one and uses it: the setting is the folder’s, and the findings still name the copies',
    async () => {
      await window.runCommand(command);
      await window.quickPickRows('two-channel').first().waitFor();
      await window.screenshot('rescorer-1-networks');
      await window.page.keyboard.press('Enter');
      await window.quickPickRows('30 s').first().waitFor();
      await window.pick('30 s');
      await window.waitForNotification(/Learning · about \d+ s left/, 60_000);
      await window.screenshot('rescorer-2-learning');
      await window.waitForNotification('The re-scorer two-channel is ready', patience);
      await window.screenshot('rescorer-3-ready');
      expect(models()).toHaveLength(1);
      await window.notificationButton('The re-scorer two-channel is ready', 'Use It');
      await window.waitForNotification('Pairs are judged again by two-channel', 60_000);
      expect(setting()).toBe(`.twinlint/models/${models()[0]}`);
      await expectTwins();
      expect(window.twinlintLog()).toMatch(/Pairs judged again by .*two-channel\.twinlint \(two-channel\)/);
      await window.screenshot('rescorer-4-used');
      await window.clearNotifications();
    },
    testTimeout,
  );

  it('keeps all that over a reload, and says so in the status', async () => {
    await window.reload();
    await expectTwins();
    await window.runCommand('Twinlint: Show Engine Status');
    const line = `Re-scorer of pairs: ${folder.at('.twinlint/models', models()[0])}`;
    await window.page.locator('.view-lines', { hasText: line }).first().waitFor();
  });

  it('stops using it with the first pick', async () => {
    await window.runCommand(command);
    await window.quickPickRows('Stop using two-channel').first().waitFor();
    await window.screenshot('rescorer-5-stop');
    await window.page.keyboard.press('Enter');
    await expect.poll(setting).toBeUndefined();
    await window.waitForNotification('Pairs are not judged again any more');
    await expectTwins();
    expect(models()).toHaveLength(1);
  });
});
