/**
 * Installs what the tests in a browser and in VS Code need besides npm packages, while other tests run: a program of its own,
 * since apt-get is waited for, and at low priority.
 */
import { setPriority } from 'node:os';
import { ensureChromium, ensureVscodeServer } from '../vscodeServer.mjs';

setPriority(10);
for (const install of [ensureChromium, ensureVscodeServer]) {
  try {
    await install(console.log);
  } catch (error) {
    // The step that needs it tries again, and is the one that fails.
    console.log(`Not yet installed: ${error.message}`);
  }
}
