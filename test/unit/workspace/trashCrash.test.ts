import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';
import { noteText } from '../../../src/core/dataset/note';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import { Journal } from '../../../src/workspace/journal/journal';
import { listTrash, recoverTrash } from '../../../src/workspace/trash/listTrash';
import { restoreFromTrash } from '../../../src/workspace/trash/restore';
import { tempFolder, write } from './tempFolder';

const settings = { ...defaultScanSettings, labels: 'none' };

/** Trashes `0.png … 4.png` in a process that is killed right before its n-th rename (the first two are the journal's and the manifest's). */
function moveAndDie(root: string, tools: string, atRename: number): void {
  const source = path.join(import.meta.dirname, '../../../src/workspace/trash/moveToTrash.ts');
  const bundle = path.join(tools, 'move.mjs');
  buildSync({
    entryPoints: [source],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: requireShim },
  });
  write(tools, {
    'main.mjs': `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const { rename } = fs.promises;
      let renames = 0;
      fs.promises.rename = (...paths) => (++renames === ${atRename} ? process.kill(process.pid, 'SIGKILL') : rename(...paths));
      syncBuiltinESMExports();
      const { moveToTrash } = await import('./move.mjs');
      const files = [0, 1, 2, 3, 4].map(i => ({ path: i + '.png' }));
      const root = ${JSON.stringify(root)};
      await moveToTrash({ root, settings: ${JSON.stringify(settings)}, keep: { root, path: 'keep.png' }, files });
    `,
  });
  const { signal } = spawnSync(process.execPath, [path.join(tools, 'main.mjs')], { stdio: 'inherit' });
  expect(signal).toBe('SIGKILL');
}
/** For the CommonJS packages in the bundle. */
const requireShim = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

it.skipIf(process.platform === 'win32').each([
  [1, 0, []],
  [2, 0, ['An action was interrupted and has now been finished: 5 files to the trash.']],
  [5, 2, ['An action was interrupted and has now been finished: 5 files to the trash.']],
])(
  'killed at rename %d, the next start finishes the move or it never began; all can be restored',
  async (atRename, moved, told) => {
    const root = tempFolder();
    const names = [0, 1, 2, 3, 4].map(i => `${i}.png`);
    write(root, { 'keep.png': 'k', ...Object.fromEntries(names.map(name => [name, name])) });
    moveAndDie(root, tempFolder(), atRename);
    expect(names.filter(name => !existsSync(path.join(root, name)))).toHaveLength(moved);

    expect((await new Journal(root, settings).recover()).map(noteText)).toEqual(told);
    expect((await recoverTrash(root, settings)).map(noteText)).toEqual([]);
    expect(names.filter(name => !existsSync(path.join(root, name)))).toHaveLength(told.length > 0 ? 5 : 0);
    for (const entry of await listTrash(root, settings)) await restoreFromTrash(entry);
    expect(names.map(name => readFileSync(path.join(root, name), 'utf8'))).toEqual(names);
  },
);

it.skipIf(process.platform === 'win32')('where the file to keep is gone since, an interrupted move is taken back', async () => {
  const root = tempFolder();
  const names = [0, 1, 2, 3, 4].map(i => `${i}.png`);
  write(root, { 'keep.png': 'k', ...Object.fromEntries(names.map(name => [name, name])) });
  moveAndDie(root, tempFolder(), 5);
  rmSync(path.join(root, 'keep.png'));
  expect((await new Journal(root, settings).recover()).map(noteText)).toEqual([
    'An action was interrupted and has been taken back: 5 files to the trash.',
  ]);
  expect(names.map(name => readFileSync(path.join(root, name), 'utf8'))).toEqual(names);
  expect(await listTrash(root, settings)).toEqual([]);
});
