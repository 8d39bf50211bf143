import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { english } from '../../../src/core/l10n';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import { Params } from '../../../src/extension/config/params';
import { resetShown, settings, workspace } from './fakeVscode';

let root: string;
const readVerdicts = vi.fn(() => Promise.resolve({ verdicts: [], notes: [] }));
const build = () => new Params({ read: readVerdicts } as never, english).build([{ path: root, name: 'data', only: [] }]);
const writeConfig = (config: unknown) => {
  mkdirSync(join(root, '.twinlint'), { recursive: true });
  writeFileSync(join(root, '.twinlint/config.json'), typeof config === 'string' ? config : JSON.stringify(config));
};

beforeEach(() => {
  resetShown();
  readVerdicts.mockClear();
  root = mkdtempSync(join(tmpdir(), 'twinlint-params-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('a scan’s settings', () => {
  test('are the defaults where nobody says anything', async () => {
    const { params, notes } = await build();
    expect(params).toMatchObject({ trusted: true, keep: true });
    expect(params.roots[0].settings).toEqual(defaultScanSettings);
    expect(notes).toEqual([]);
  });

  test('workspace settings win over the config file, which wins over user settings', async () => {
    settings.user = { 'twinlint.maxProblems': 10, 'twinlint.mirrors': true, 'twinlint.labels': 'none' };
    writeConfig({ maxProblems: 20, labels: 'labels.csv' });
    settings.workspace = { 'twinlint.maxProblems': 30 };
    const { params } = await build();
    expect(params.roots[0].settings).toEqual({ ...defaultScanSettings, maxProblems: 30, labels: 'labels.csv', mirrors: true });
  });

  test('severities are merged kind by kind', async () => {
    settings.user = { 'twinlint.severity': { 'near-duplicate': 'warning', 'split-leak': 'error' } };
    writeConfig({ severity: { 'split-leak': 'off' } });
    settings.workspace = { 'twinlint.severity': { 'exact-duplicate': 'off' } };
    const { params } = await build();
    expect(params.roots[0].settings.severity).toEqual({
      'near-duplicate': 'warning',
      'split-leak': 'off',
      'exact-duplicate': 'off',
    });
  });

  test('wrong values are told with the place they were typed, and left out', async () => {
    settings.user = { 'twinlint.maxProblems': 'many' };
    settings.workspace = { 'twinlint.pairs': 'some' };
    writeConfig('{ broken');
    const { params, notes } = await build();
    expect(params.roots[0].settings).toEqual(defaultScanSettings);
    expect(notes.map(note => english(note.message, ...note.args).split(':')[0])).toEqual([
      'User settings',
      expect.stringContaining('.twinlint/config.json, line 1'),
      'Workspace settings',
    ]);
  });

  test('what is wrong with user settings is told once for all roots', async () => {
    settings.user = { 'twinlint.maxProblems': 'many' };
    const params = new Params({ read: readVerdicts } as never, english);
    const { notes } = await params.build(['a', 'b'].map(name => ({ path: join(root, name), name, only: [] })));
    expect(notes).toHaveLength(1);
  });

  test('files.exclude goes along: what is on, without what depends on sibling files', async () => {
    settings.user = { 'files.exclude': { '**/.git': true, '**/raw': false, '**/*.js': { when: '$(basename).ts' } } };
    const { params } = await build();
    expect(params.roots[0].filesExclude).toEqual(['**/.git']);
  });

  test('can cross to another process', async () => {
    settings.workspace = { 'twinlint.splits': { test: ['t/**'] }, 'twinlint.exclude': ['x'] };
    const { params } = await build();
    expect(structuredClone(params)).toEqual(params);
  });
});

test('an untrusted workspace’s config and verdicts are not read', async () => {
  workspace.isTrusted = false;
  writeConfig({ maxProblems: 20 });
  settings.user = { 'twinlint.mirrors': true };
  const { params } = await build();
  expect(params.trusted).toBe(false);
  expect(params.roots[0].settings).toEqual({ ...defaultScanSettings, mirrors: true });
  expect(params.verdicts).toEqual([]);
  expect(readVerdicts).not.toHaveBeenCalled();
});
