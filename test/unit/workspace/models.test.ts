import { chmodSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import { setConfigKey } from '../../../src/workspace/editConfig';
import {
  ensureModelsFolder,
  freeModelPath,
  isModelName,
  modelFileName,
  modelNameOf,
  renameModel,
  trashModel,
} from '../../../src/workspace/models';
import { listTrash } from '../../../src/workspace/trash/listTrash';
import { restoreFromTrash } from '../../../src/workspace/trash/restore';
import { tempFolder, withoutRoot, write } from './tempFolder';

const file = '.twinlint/models/2026-11-24-0905-classes.twinlint';

describe('names of models', () => {
  it('carry the local time in order, and are shown without it', () => {
    expect(modelFileName('classes', new Date(2026, 0, 2, 3, 4))).toBe('2026-01-02-0304-classes.twinlint');
    expect(modelNameOf(`/w/${file}`)).toBe('classes');
    expect(modelNameOf('/w/mine.twinlint')).toBe('mine');
    expect(modelNameOf('/w/2026-11-24-0905-.twinlint')).toBe('2026-11-24-0905-');
  });

  it('never take the place of another file', async () => {
    const root = tempFolder();
    write(root, { 'a.twinlint': '', 'a-2.twinlint': '' });
    expect(await freeModelPath(root, 'a.twinlint')).toBe(path.join(root, 'a-3.twinlint'));
  });

  it('must be names of files everywhere', () => {
    expect(['my model', '写真', 'a.b'].every(isModelName)).toBe(true);
    expect(['', '  ', 'a/b', 'a\\b', 'a:b', 'a.', 'a?', 'x'.repeat(101)].filter(isModelName)).toEqual([]);
  });
});

describe('the folder of models', () => {
  it('is made with the lists for Git', async () => {
    const root = tempFolder();
    expect(await ensureModelsFolder(root)).toBe(path.join(root, '.twinlint/models'));
    expect(existsSync(path.join(root, '.twinlint/.gitignore'))).toBe(true);
  });

  it('that can not be made is told before anything is trained', async () => {
    const root = tempFolder();
    chmodSync(root, 0o555);
    await expect(withoutRoot(() => ensureModelsFolder(root))).rejects.toThrow(
      /Models are kept in .*models, which cannot be written \(EACCES\)/,
    );
  });
});

describe('renaming', () => {
  it('keeps the date', async () => {
    const root = tempFolder();
    write(root, { [file]: 'bytes' });
    expect(await renameModel(path.join(root, file), 'mine')).toBe(
      path.join(root, '.twinlint/models/2026-11-24-0905-mine.twinlint'),
    );
    expect(readdirSync(path.join(root, '.twinlint/models'))).toEqual(['2026-11-24-0905-mine.twinlint']);
  });

  it('never overwrites', async () => {
    const root = tempFolder();
    write(root, { [file]: 'one', [file.replace('classes', 'other')]: 'two' });
    await expect(renameModel(path.join(root, file), 'other')).rejects.toThrow('There is another model named other.');
    expect(readFileSync(path.join(root, file), 'utf8')).toBe('one');
    expect(readFileSync(path.join(root, file.replace('classes', 'other')), 'utf8')).toBe('two');
  });
});

describe('the trash', () => {
  it('takes a model like any other file, and gives it back', async () => {
    const root = tempFolder();
    write(root, { [file]: 'bytes' });
    const { folder } = await trashModel(root, defaultScanSettings, path.join(root, file));
    expect(existsSync(path.join(root, file))).toBe(false);
    expect(await listTrash(root, defaultScanSettings)).toMatchObject([{ files: [{ path: file, sizeBytes: 5 }] }]);
    expect((await restoreFromTrash({ root, folder })).restored).toEqual([{ path: file, from: file }]);
    expect(readFileSync(path.join(root, file), 'utf8')).toBe('bytes');
    expect(await listTrash(root, defaultScanSettings)).toEqual([]);
  });

  it('refuses what is not below the root', async () => {
    const root = tempFolder();
    write(root, { 'a/x': '', 'm.twinlint': 'bytes' });
    await expect(trashModel(path.join(root, 'a'), defaultScanSettings, path.join(root, 'm.twinlint'))).rejects.toThrow(
      /could not be moved/,
    );
    expect(existsSync(path.join(root, 'm.twinlint'))).toBe(true);
  });
});

describe('the shared settings', () => {
  const config = (root: string): string => readFileSync(path.join(root, '.twinlint/config.json'), 'utf8');

  it('name the active model beside what else they say', async () => {
    const root = tempFolder();
    write(root, { '.twinlint/config.json': '{\n  // agreed on\n  "labels": "none",\n}\n' });
    await setConfigKey(root, 'model', file);
    expect(config(root)).toBe(`{\n  // agreed on\n  "labels": "none",\n  "model": "${file}"\n}\n`);
    await setConfigKey(root, 'model', undefined);
    expect(
      JSON.parse(
        config(root)
          .replace(/\/\/.*/, '')
          .replace(/,(\s*\})/, '$1'),
      ),
    ).toEqual({ labels: 'none' });
    expect(readdirSync(path.join(root, '.twinlint')).filter(name => name.endsWith('.tmp'))).toEqual([]);
  });

  it('are made where there are none', async () => {
    const root = tempFolder();
    await setConfigKey(root, 'model', file);
    expect(JSON.parse(config(root))).toEqual({ model: file });
  });

  it('that are broken stay as they are, and the message says where', async () => {
    const root = tempFolder();
    write(root, { '.twinlint/config.json': '{\n  "labels": \n}\n' });
    await expect(setConfigKey(root, 'model', file)).rejects.toThrow(/config\.json.*3/);
    expect(config(root)).toBe('{\n  "labels": \n}\n');
  });
});
