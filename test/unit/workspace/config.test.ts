import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { noteText } from '../../../src/core/dataset/note';
import { readConfig } from '../../../src/workspace/config';
import { tempFolder, write } from './tempFolder';

const read = async (root: string): Promise<{ settings: unknown; notes: string[] }> => {
  const { settings, notes } = await readConfig(root);
  return { settings, notes: notes.map(noteText) };
};

it('is read with comments, and is no must', async () => {
  const root = tempFolder();
  expect(await read(root)).toEqual({ settings: {}, notes: [] });
  write(root, { '.twinlint/config.json': '{\n  // ours\n  "turns": true,\n}' });
  expect(await read(root)).toEqual({ settings: { turns: true }, notes: [] });
  write(root, { '.twinlint/config.json': '\n' });
  expect(await read(root)).toEqual({ settings: {}, notes: [] });
});

it('that is broken is reported by line and column', async () => {
  const root = tempFolder();
  write(root, { '.twinlint/config.json': '{\n  "turns": true\n  "mirrors": true\n}' });
  expect(await read(root)).toEqual({
    settings: {},
    notes: ['.twinlint/config.json, line 3, column 3: a "," or "}" is expected. The whole file was left out.'],
  });
  write(root, { '.twinlint/config.json': '{"turns": 1, "mirrors": true}' });
  expect(await read(root)).toEqual({
    settings: { mirrors: true },
    notes: ['.twinlint/config.json: $.turns is 1, but must be true or false. The value was left out.'],
  });
});

it('that cannot be read is reported', async () => {
  const root = tempFolder();
  mkdirSync(path.join(root, '.twinlint/config.json'), { recursive: true });
  expect(await read(root)).toEqual({
    settings: {},
    notes: ['The settings file .twinlint/config.json cannot be read (EISDIR); it was left out.'],
  });
});
