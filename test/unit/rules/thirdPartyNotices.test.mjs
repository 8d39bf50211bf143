import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { packageFolderOf, packagesBelow, thirdPartyNotices } from '../../../scripts/lib/thirdPartyNotices.mjs';

const work = mkdtempSync(join(tmpdir(), 'twinlint-notices-'));
afterAll(() => rmSync(work, { recursive: true }));

function put(name, manifest, files = {}) {
  const folder = join(work, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.2.3', ...manifest }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

it('finds the package of a bundled file', () => {
  expect(packageFolderOf('node_modules/lit/html.js')).toBe('node_modules/lit');
  expect(packageFolderOf('node_modules/a/node_modules/@b/c/d/e.js')).toBe('node_modules/a/node_modules/@b/c');
  expect(packageFolderOf('src/engine/main.ts')).toBeUndefined();
});

it('holds every licence file, the standard text where there is none, and refuses a package without a licence', () => {
  put('zebra', { license: 'BSD-2-Clause' }, { 'LICENSE.md': 'Zebra terms', NOTICE: 'Zebra notice', 'index.js': 'code' });
  put('@img/libs', { license: 'LGPL-3.0-or-later' }, { 'README.md': 'Libraries and their licences' });
  put('ape', { license: 'MIT', author: { name: 'Ada' } });
  const folders = packagesBelow(join(work, 'node_modules'));
  const text = thirdPartyNotices([...folders, ...folders]);
  const titles = text.split('\n').filter(line => / 1\.2\.3 \(/.test(line));
  expect(titles).toEqual(['@img/libs 1.2.3 (LGPL-3.0-or-later)', 'ape 1.2.3 (MIT)', 'zebra 1.2.3 (BSD-2-Clause)']);
  for (const part of ['Zebra terms', 'Zebra notice', 'Libraries and their licences', 'Copyright (c) Ada']) {
    expect(text).toContain(part);
  }
  expect(text).not.toContain('code');
  const bare = put('bare', {});
  expect(() => thirdPartyNotices([bare])).toThrow('bare 1.2.3 has no licence file');
  expect(() => thirdPartyNotices([])).toThrow();
});
