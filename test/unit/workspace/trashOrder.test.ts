import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import type * as fsPromises from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import { moveToTrash } from '../../../src/workspace/trash/moveToTrash';
import { tempFolder, write } from './tempFolder';

const { onRename } = vi.hoisted(() => ({ onRename: { run: (_from: string, _to: string): void => undefined } }));
vi.mock('node:fs/promises', async original => {
  const real = await original<typeof fsPromises>();
  return {
    ...real,
    rename: async (from: string, to: string): Promise<void> => {
      onRename.run(from, to);
      await real.rename(from, to);
    },
  };
});
beforeEach(() => {
  onRename.run = () => undefined;
});

const settings = { ...defaultScanSettings, labels: 'none' };
const move = (root: string): ReturnType<typeof moveToTrash> =>
  moveToTrash({ root, settings, keep: { root, path: 'keep.png' }, files: [{ path: '1.png' }, { path: '2.png' }] });
const errorOf = (code: string): Error => Object.assign(new Error(code), { code });

it('the manifest that leads back is whole before the first file moves', async () => {
  const root = tempFolder();
  write(root, { 'keep.png': 'k', '1.png': 'one', '2.png': 'two' });
  const seen: string[][] = [];
  onRename.run = (_, to) => {
    if (!to.endsWith('.trashed')) return;
    const manifest = JSON.parse(readFileSync(path.join(path.dirname(to), 'manifest.json'), 'utf8')) as {
      files: { path: string }[];
    };
    seen.push(manifest.files.map(file => file.path));
  };
  await move(root);
  expect(seen).toEqual([
    ['1.png', '2.png'],
    ['1.png', '2.png'],
  ]);
});

it('a file on another disk below the same root is copied, compared, and only then gone from its place', async () => {
  const root = tempFolder();
  write(root, { 'keep.png': 'k', '1.png': 'one', '2.png': 'two' });
  const then = new Date('2020-02-03T04:05:06Z');
  utimesSync(path.join(root, '1.png'), then, then);
  onRename.run = from => {
    if (from.endsWith('1.png')) throw errorOf('EXDEV');
  };
  const { entry, refused } = await move(root);
  expect(refused).toEqual([]);
  expect(readdirSync(root).sort()).toEqual(['.twinlint', 'keep.png']);
  const stored = path.join(entry!.folder, entry!.files[0].stored);
  expect([readFileSync(stored, 'utf8'), statSync(stored).mtimeMs]).toEqual(['one', then.getTime()]);
  expect(readdirSync(entry!.folder)).toHaveLength(3);
});

it('a file written to between check and move stays', async () => {
  const root = tempFolder();
  write(root, { 'keep.png': 'k', '1.png': 'one', '2.png': 'two' });
  onRename.run = from => {
    if (from.endsWith('1.png')) write(root, { '2.png': 'rewritten' });
  };
  const { entry, refused } = await move(root);
  expect(entry!.files.map(file => file.path)).toEqual(['1.png']);
  expect(refused.map(({ note }) => note.message)).toEqual(['{0} was not moved: it has changed since. It was left as it is.']);
  expect(readFileSync(path.join(root, '2.png'), 'utf8')).toBe('rewritten');
});
