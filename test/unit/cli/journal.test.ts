import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { note } from '../../../src/core/dataset/note';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import { Journal } from '../../../src/workspace/journal/journal';
import { planTravels } from '../../../src/workspace/sidecars/planTravels';
import { tempFolder, write } from '../workspace/tempFolder';
import { buildCli } from './buildCli';
import { spawnCli } from './spawnCli';

/** A folder in which one image was moved. */
async function moved(): Promise<string> {
  const root = tempFolder();
  write(root, { 'train/1.png': 'one', 'train/1.txt': 'caption' });
  const { steps, seen } = await planTravels(root, [{ file: { path: 'train/1.png' }, to: 'val/1.png' }]);
  await new Journal(root, { ...defaultScanSettings, labels: 'none' }).perform({ what: note('{0} moved', 1), steps, seen });
  return root;
}

describe('undo, redo and history', () => {
  let program = '';
  beforeAll(async () => {
    program = await buildCli();
  }, 60_000);
  afterAll(() => rmSync(path.join(program, '../..'), { recursive: true, force: true }));
  const cli = (...args: string[]) => spawnCli(program, args, {}).ended;

  it('list the actions, take the last back, and do it again', async () => {
    const root = await moved();
    const listed = await cli('history', root, '--format', 'json');
    const { actions } = JSON.parse(listed.stdout) as { actions: { id: string; state: string; files: number; action: string }[] };
    expect(actions).toMatchObject([{ state: 'done', files: 2, action: '1 moved' }]);
    expect(await cli('undo', root)).toEqual({ code: 0, stdout: 'Undone: 1 moved\n', stderr: '' });
    expect([readFileSync(path.join(root, 'train/1.png'), 'utf8'), existsSync(path.join(root, 'val'))]).toEqual(['one', false]);
    expect(await cli('undo', root)).toEqual({ code: 2, stdout: '', stderr: 'twinlint: There is no Twinlint action to undo.\n' });
    expect((await cli('redo', root, actions[0].id)).stdout).toBe('Done again: 1 moved\n');
    expect(existsSync(path.join(root, 'val/1.txt'))).toBe(true);
  });

  it('say what stayed as it was, and exit with 1', async () => {
    const root = await moved();
    write(root, { 'train/1.png': 'another' });
    expect(await cli('undo', root)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'train/1.png was not moved back: another file stands there.\n',
    });
    // Its caption stays with it.
    expect([existsSync(path.join(root, 'val/1.txt')), readFileSync(path.join(root, 'train/1.png'), 'utf8')]).toEqual([
      true,
      'another',
    ]);
  });
});
