import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PictureFolder, noise, scene, shrunk } from './harness/pictures';
import { enginePids } from './harness/processes';
import { VscodeWindow, keepEvidence } from './harness/vscodeWindow';

describe('a scan that is disturbed', () => {
  let folder: PictureFolder;
  let window: VscodeWindow;
  keepEvidence(() => window);

  beforeAll(async () => {
    folder = new PictureFolder();
    await folder.write('big/twin.png', scene(1));
    await folder.write('big/twin-small.jpg', shrunk(1));
    for (let index = 0; index < 4000; index++) await folder.write(`big/${index}.jpg`, noise(index));
    window = await VscodeWindow.open({ open: folder.path });
  });
  afterAll(async () => {
    await window?.close();
    folder?.remove();
  });

  it('is cancelled from its notification', async () => {
    await window.explorerMenu('big', 'Twinlint: Find Similar Images');
    await window.waitForNotification(/Reading images/);
    await window.screenshot('6-progress');
    await window.notification('Twinlint: big').locator('.monaco-button', { hasText: 'Cancel' }).click();
    await window.notification('The scan was cancelled').waitFor({ timeout: 2000 });
    expect(await window.problemRows().count()).toBe(0);
    await window.clearNotifications();
  });

  it('says that its engine was killed, and runs again at the next command', async () => {
    await window.explorerMenu('big', 'Twinlint: Find Similar Images');
    await window.waitForNotification(/Reading images/);
    const pids = enginePids(window);
    expect(pids).toHaveLength(1);
    process.kill(pids[0], 'SIGKILL');
    await window.waitForNotification(/The Twinlint engine stopped \(signal SIGKILL\)/);
    await window.screenshot('7-engine-killed');
    await window.notificationButton('The Twinlint engine stopped', 'Run Again');
    await window.problemRows('Near-duplicate of big/twin.png').waitFor({ timeout: 90_000 });
    expect(enginePids(window)).not.toContain(pids[0]);
  });

  it('leaves no engine behind when the window is closed', async () => {
    await window.close();
    await expect.poll(() => enginePids(window), { timeout: 10_000 }).toEqual([]);
  });
});
