import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { LookUps } from '../../../src/workspace/lookUps';
import { tempFolder, write } from './tempFolder';

const sizes = (found: readonly unknown[]): unknown[] =>
  found.map(each => (each instanceof Error ? (each as NodeJS.ErrnoException).code : Number((each as { size: bigint }).size)));

test('each path has its answer in its place, an error where there is none, whether looked up one by one or at once', async () => {
  const root = tempFolder();
  write(root, { 'a.png': 'a', 'b.png': 'bb', 'c.png': 'ccc' });
  mkdirSync(path.join(root, 'folder'));
  symlinkSync('b.png', path.join(root, 'link.png'));
  symlinkSync('nowhere', path.join(root, 'broken.png'));
  const paths = ['a.png', 'gone.png', 'link.png', 'broken.png', 'b.png', 'a.png/x', 'c.png'].map(name => path.join(root, name));
  const expected = [1, 'ENOENT', 2, 'ENOENT', 2, 'ENOTDIR', 3];
  const lookUps = new LookUps();
  expect(sizes(await lookUps.of(paths))).toEqual(expected);
  expect(await lookUps.of([])).toEqual([]);
  // A clock on which every look takes 3 ms: after the second, the rest is looked up at once, as are the next calls.
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 3));
  const slow = new LookUps();
  for (let call = 0; call < 40; call++) expect(sizes(await slow.of(paths))).toEqual(expected);
  clock.mockRestore();
});

test('other work has its turn', async () => {
  const root = tempFolder();
  write(root, { 'a.png': 'a' });
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const lookUps = new LookUps();
  const until = performance.now() + 200;
  while (performance.now() < until) await lookUps.of(Array.from({ length: 64 }, () => path.join(root, 'a.png')));
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
});
