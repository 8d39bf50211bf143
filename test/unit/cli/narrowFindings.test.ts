import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { narrowing } from '../../../src/cli/narrowFindings';
import type { Finding } from '../../../src/core/findings/finding';
import { tempFolder, write } from '../workspace/tempFolder';

const doubt = (path: string): Finding => ({
  id: path,
  kind: 'mislabeled',
  severity: 'warning',
  image: 0,
  root: 0,
  path,
  related: [],
  score: 1,
  details: {},
});

/** Which of some images' findings are news where a file has changed. */
async function news(
  changed: string,
  settings: { readonly labels: string; readonly labelUnit: 'images' | 'boxes' },
  images: readonly string[],
): Promise<{ readonly paths: readonly string[]; readonly notes: number }> {
  const root = tempFolder();
  const git = (...args: string[]): unknown => execFileSync('git', ['-C', root, ...args], { stdio: 'ignore' });
  write(root, { 'a.txt': '' });
  git('init');
  git('add', '.');
  git('-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-m', 'x');
  write(root, { [changed]: 'changed' });
  const narrow = await narrowing(new Map([['changed-only', ['']]]), root, { ...settings, groupBy: '' });
  const { findings, notes } = narrow(images.map(doubt));
  return { paths: findings.map(({ path }) => path), notes: notes.length };
}

test('a changed sidecar, file of boxes, or list of class names makes findings news', async () => {
  const images = ['images/1.png', 'images/2.png', '1.png'];
  const sidecars = { labels: 'sidecars', labelUnit: 'images' } as const;
  const boxes = { labels: 'folders', labelUnit: 'boxes' } as const;
  expect(await news('images/2.json', sidecars, images)).toEqual({ paths: ['images/2.png'], notes: 0 });
  expect(await news('images/2.json', { ...sidecars, labels: 'folders' }, images)).toEqual({ paths: [], notes: 0 });
  expect(await news('labels/1.txt', boxes, images)).toEqual({ paths: ['images/1.png'], notes: 0 });
  expect(await news('data.yaml', boxes, images)).toEqual({ paths: images, notes: 1 });
});
