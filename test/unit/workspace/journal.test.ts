import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { note, noteText } from '../../../src/core/dataset/note';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import type { Step } from '../../../src/workspace/journal/entry';
import { Journal } from '../../../src/workspace/journal/journal';
import { isNote, MoveChecks, planCreate, planEdit } from '../../../src/workspace/journal/planSteps';
import { killRun } from './support/killRun.mjs';
import { tempFolder, write } from './tempFolder';

const settings = { ...defaultScanSettings, labels: 'none' };
const journalOf = (root: string): Journal => new Journal(root, settings);

/** Everything below a root but our own folder, as text. */
function tree(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter(file => !file.startsWith('.twinlint'));
  return Object.fromEntries(files.sort().map(file => [file, readFileSync(path.join(root, file), 'utf8')]));
}

/** Steps of moves and edits, each move a unit of its own unless `together`. */
async function steps(
  root: string,
  moves: readonly (readonly [string, string])[],
  edits: Readonly<Record<string, readonly [string, string]>> = {},
): Promise<Step[]> {
  const together = Object.keys(edits).length > 0;
  const made: Step[] = [];
  const checks = new MoveChecks(root);
  for (const [i, [from, to]] of moves.entries()) {
    const planned = await checks.plan({ path: from }, to);
    if (isNote(planned)) throw new Error(noteText(planned));
    made.push({ ...planned.step, unit: together ? 0 : i });
  }
  for (const [file, [before, after]] of Object.entries(edits)) {
    const text = readFileSync(path.join(root, file), 'utf8');
    const planned = await planEdit(root, file, text, [{ at: text.indexOf(before), before, after }]);
    made.push({ ...planned!, unit: 0 });
  }
  return made;
}
const what = note('a test');
const entryFile = (root: string): string => {
  const folder = path.join(root, '.twinlint/journal');
  return path.join(
    folder,
    readdirSync(folder).find(name => name.endsWith('.jsonl'))!,
  );
};
const data = (): string => {
  const root = tempFolder();
  write(root, { 'cat/1.png': 'one', 'cat/2.png': 'two', 'dog/3.png': 'three', 'labels.csv': 'path,label\ncat/1.png,cat\n' });
  return root;
};

describe('an action', () => {
  it('is done, undone by another process later, and done again', async () => {
    const root = data();
    const before = tree(root);
    const then = new Date('2020-02-03T04:05:06Z');
    utimesSync(path.join(root, 'cat/1.png'), then, then);
    const plan = await steps(root, [['cat/1.png', 'bird/new/1.png']], { 'labels.csv': ['cat/1.png,cat', 'bird/new/1.png,bird'] });
    const { entry, changed } = await journalOf(root).perform({ what, steps: plan });
    const after = {
      'bird/new/1.png': 'one',
      'cat/2.png': 'two',
      'dog/3.png': 'three',
      'labels.csv': 'path,label\nbird/new/1.png,bird\n',
    };
    expect(tree(root)).toEqual(after);
    expect(changed).toEqual(['cat/1.png', 'bird/new/1.png', 'labels.csv']);
    expect(statSync(path.join(root, 'bird/new/1.png')).mtimeMs).toBe(then.getTime());

    const later = journalOf(root);
    expect(await later.lastDone()).toMatchObject({ id: entry.plan.id, files: 2, state: 'done' });
    await later.undo(entry.plan.id);
    expect(tree(root)).toEqual(before);
    // The folders were made for it.
    expect(existsSync(path.join(root, 'bird'))).toBe(false);
    expect([await later.lastDone(), (await later.lastUndone())!.id]).toEqual([undefined, entry.plan.id]);
    await expect(later.undo(entry.plan.id)).rejects.toThrow('This action has already been undone.');
    await later.redo(entry.plan.id);
    expect(tree(root)).toEqual(after);
    await expect(later.redo(entry.plan.id)).rejects.toThrow('This action has not been undone.');
  });

  it('that only writes a new file takes back that file alone, if it is as it was written', async () => {
    const root = data();
    const { entry } = await journalOf(root).perform({
      what,
      steps: [{ ...planCreate('lists/keep.txt', 'cat/1.png\n'), unit: 0 }],
    });
    expect(tree(root)['lists/keep.txt']).toBe('cat/1.png\n');
    write(root, { 'lists/keep.txt': 'mine now' });
    const { refused } = await journalOf(root).undo(entry.plan.id);
    expect(refused.map(each => noteText(each.note))).toEqual([
      'lists/keep.txt was not taken away: it has changed since it was written.',
    ]);
    write(root, { 'lists/keep.txt': 'cat/1.png\n' });
    await journalOf(root).undo(entry.plan.id);
    expect(existsSync(path.join(root, 'lists'))).toBe(false);
  });

  it('of which nothing could be done is not in the history', async () => {
    const root = data();
    const plan = await steps(root, [['cat/1.png', 'dog/1.png']]);
    write(root, { 'dog/1.png': 'came meanwhile' });
    const { refused } = await journalOf(root).perform({ what, steps: plan });
    expect(refused.map(each => noteText(each.note))).toEqual(['cat/1.png was not moved: dog/1.png exists already.']);
    expect(await journalOf(root).history()).toEqual([]);
    expect(tree(root)['dog/1.png']).toBe('came meanwhile');
  });

  it('keeps a unit together: where one of its files cannot go, the others stay; other units go', async () => {
    const root = data();
    write(root, { 'cat/1.txt': 'caption' });
    const checks = new MoveChecks(root);
    const planned = async (from: string, to: string, unit: number): Promise<Step> => {
      const move = await checks.plan({ path: from }, to);
      if (isNote(move)) throw new Error(noteText(move));
      return { ...move.step, unit };
    };
    const plan = [
      await planned('cat/1.png', 'dog/1.png', 0),
      await planned('cat/1.txt', 'dog/1.txt', 0),
      await planned('cat/2.png', 'dog/2.png', 1),
    ];
    write(root, { 'dog/1.txt': 'of another' });
    const { entry, refused } = await journalOf(root).perform({ what, steps: plan });
    expect(refused.map(each => noteText(each.note))).toEqual(['cat/1.txt was not moved: dog/1.txt exists already.']);
    expect(Object.keys(tree(root))).toEqual(['cat/1.png', 'cat/1.txt', 'dog/1.txt', 'dog/2.png', 'dog/3.png', 'labels.csv']);
    expect((await journalOf(root).history())[0].state).toBe('partly');
    await journalOf(root).undo(entry.plan.id);
    expect(tree(root)['cat/2.png']).toBe('two');
  });
});

describe('what stands in the way is never overwritten', () => {
  it('when planning: a taken place, a changed file, a place outside, Git’s own folder, linked folders', async () => {
    const root = data();
    write(root, { '.git/config': 'x' });
    symlinkSync('dog', path.join(root, 'linked'));
    symlinkSync('../dog/3.png', path.join(root, 'cat/link.png'));
    const checks = new MoveChecks(root);
    const said = async (from: string, to: string, content?: string): Promise<string> => {
      const planned = await checks.plan({ path: from, ...(content && { content }) }, to);
      return isNote(planned) ? noteText(planned) : 'fine';
    };
    expect(await said('cat/1.png', 'dog/3.png')).toBe('cat/1.png was not moved: dog/3.png exists already.');
    expect(await said('cat/1.png', 'dog/1.png', 'f'.repeat(64))).toBe(
      'cat/1.png was not moved: it has changed since. It was left as it is.',
    );
    expect(await said('cat/1.png', '../1.png')).toBe(`cat/1.png was not moved: ../1.png does not lie below ${root}.`);
    expect(await said('cat/1.png', '.git/config')).toBe(`cat/1.png was not moved: .git/config does not lie below ${root}.`);
    expect(await said('cat/1.png', 'linked/1.png')).toMatch(/lies behind a linked folder/);
    expect(await said('cat/9.png', 'dog/9.png')).toBe('cat/9.png was not moved: it does not exist.');
    expect(await said('cat', 'dog2')).toBe('cat was not moved: it is not a file.');
    expect(await said('cat/link.png', 'link.png')).toMatch(
      /a link with a relative target, which would lead nowhere from link\.png/,
    );
    expect(await said('cat/link.png', 'cat/link2.png')).toBe('fine');
  });

  it('when undoing: the file was changed, its place is taken, or it is gone; the rest goes back', async () => {
    const root = data();
    write(root, { 'cat/4.png': 'four' });
    const plan = await steps(
      root,
      ['1', '2', '4'].map(name => [`cat/${name}.png`, `dog/${name}.png`] as const),
    );
    const { entry } = await journalOf(root).perform({ what, steps: plan });
    write(root, { 'dog/1.png': 'edited', 'cat/2.png': 'another two' });
    const { refused } = await journalOf(root).undo(entry.plan.id);
    expect(refused.map(each => noteText(each.note))).toEqual([
      'cat/1.png was not moved back: it has changed since it was moved.',
      'cat/2.png was not moved back: another file stands there.',
    ]);
    expect(tree(root)).toMatchObject({
      'dog/1.png': 'edited',
      'dog/2.png': 'two',
      'cat/2.png': 'another two',
      'cat/4.png': 'four',
    });
    // What is gone for good does not stand in the way of the next undo.
    rmSync(path.join(root, 'dog/1.png'));
    rmSync(path.join(root, 'cat/2.png'));
    const again = await journalOf(root).undo(entry.plan.id);
    expect(again.refused.map(each => noteText(each.note))).toEqual([
      'cat/1.png was not moved back: it is no longer at dog/1.png.',
    ]);
    expect(await journalOf(root).lastDone()).toBeUndefined();
  });

  it('a list that was edited since gets its row back all the same; where its lines are gone, it is refused', async () => {
    const root = data();
    const row = 'cat/1.png,cat\n';
    const plan = await steps(root, [['cat/1.png', 'dog/1.png']], { 'labels.csv': [row, ''] });
    const { entry } = await journalOf(root).perform({ what, steps: plan });
    expect(tree(root)['labels.csv']).toBe('path,label\n');
    write(root, { 'labels.csv': 'path,label\nnew.png,dog\n' });
    await journalOf(root).undo(entry.plan.id);
    expect(tree(root)).toMatchObject({ 'cat/1.png': 'one', 'labels.csv': `path,label\n${row}new.png,dog\n` });

    await journalOf(root).redo(entry.plan.id);
    write(root, { 'labels.csv': 'something else\n' });
    const { refused } = await journalOf(root).undo(entry.plan.id);
    expect(refused.map(each => noteText(each.note))).toEqual([
      'labels.csv was not set back: the lines to set back have changed since.',
    ]);
    // The image goes with its row.
    expect(tree(root)).toMatchObject({ 'dog/1.png': 'one', 'labels.csv': 'something else\n' });
  });

  it('nor is a link put in place of a list', async () => {
    const root = data();
    const { entry } = await journalOf(root).perform({ what, steps: await steps(root, [], { 'labels.csv': ['cat\n', 'dog\n'] }) });
    renameSync(path.join(root, 'labels.csv'), path.join(root, 'real.csv'));
    symlinkSync('real.csv', path.join(root, 'labels.csv'));
    expect((await journalOf(root).undo(entry.plan.id)).refused).toHaveLength(1);
    expect(lstatSync(path.join(root, 'labels.csv')).isSymbolicLink()).toBe(true);
  });

  it('nor is a text that is not UTF-8, or has the permissions of its file changed', async () => {
    const root = data();
    chmodSync(path.join(root, 'labels.csv'), 0o640);
    const { entry } = await journalOf(root).perform({ what, steps: await steps(root, [], { 'labels.csv': ['cat\n', 'dog\n'] }) });
    expect(statSync(path.join(root, 'labels.csv')).mode & 0o777).toBe(0o640);
    writeFileSync(path.join(root, 'labels.csv'), Buffer.from([0x63, 0xff, 0x0a]));
    const { refused } = await journalOf(root).undo(entry.plan.id);
    expect(refused).toHaveLength(1);
    expect([...readFileSync(path.join(root, 'labels.csv'))]).toEqual([0x63, 0xff, 0x0a]);
  });
});

describe('a journal that was cut off', () => {
  it('at any byte of the plan means that nothing was done; at any byte after it, the action is finished', async () => {
    const root = data();
    const before = tree(root);
    const plan = await steps(root, [['cat/1.png', 'dog/1.png']], { 'labels.csv': ['cat/1.png,cat', 'dog/1.png,dog'] });
    const { entry } = await journalOf(root).perform({ what, steps: plan });
    const after = tree(root);
    const file = entryFile(root);
    const whole = readFileSync(file);
    const planEnd = whole.indexOf(0x0a) + 1;
    for (let length = planEnd; length < whole.length; length++) {
      truncateSync(file, length);
      expect((await journalOf(root).recover()).map(noteText)).toEqual([
        'An action was interrupted and has now been finished: a test.',
      ]);
      expect(tree(root)).toEqual(after);
      expect((await journalOf(root).history())[0].state).toBe('done');
      writeFileSync(file, whole);
    }
    await journalOf(root).undo(entry.plan.id);
    for (let length = 0; length < planEnd; length += 7) {
      writeFileSync(file, whole.subarray(0, length));
      expect(await journalOf(root).recover()).toEqual([]);
      expect(tree(root)).toEqual(before);
      expect(existsSync(file)).toBe(false);
    }
  });

  it('with a file changed meanwhile is taken back for that unit, and says so', async () => {
    const root = data();
    const plan = await steps(root, [
      ['cat/1.png', 'dog/1.png'],
      ['cat/2.png', 'dog/2.png'],
    ]);
    await journalOf(root).perform({ what, steps: plan });
    const file = entryFile(root);
    truncateSync(file, readFileSync(file).indexOf(0x0a) + 1);
    // As if killed before the second move, after which the user edited that file.
    rmSync(path.join(root, 'dog/2.png'));
    write(root, { 'cat/2.png': 'edited' });
    expect((await journalOf(root).recover()).map(noteText)).toEqual([
      'An action was interrupted: a test. 1 files are as it wanted them, 1 as they were before.',
    ]);
    expect(tree(root)).toMatchObject({ 'dog/1.png': 'one', 'cat/2.png': 'edited' });
    expect(await journalOf(root).recover()).toEqual([]);
  });

  it('between the two names of a moving file leaves one', async () => {
    const root = data();
    await journalOf(root).perform({ what, steps: await steps(root, [['cat/1.png', 'dog/1.png']]) });
    const file = entryFile(root);
    truncateSync(file, readFileSync(file).indexOf(0x0a) + 1);
    linkSync(path.join(root, 'dog/1.png'), path.join(root, 'cat/1.png'));
    await journalOf(root).recover();
    expect([existsSync(path.join(root, 'cat/1.png')), tree(root)['dog/1.png']]).toEqual([false, 'one']);
  });

  it('on another machine, or for another folder, starts nothing by itself', async () => {
    const root = data();
    write(root, { '.git/config': 'x' });
    const before = tree(root);
    const plan = await steps(root, [['cat/1.png', 'dog/1.png']]);
    const { entry } = await journalOf(root).perform({ what, steps: plan });
    await journalOf(root).undo(entry.plan.id);
    const file = entryFile(root);
    const [first] = readFileSync(file, 'utf8').split('\n');
    for (const [from, to] of [
      [JSON.stringify(hostname()), '"another"'],
      [JSON.stringify(root), '"/another"'],
    ]) {
      writeFileSync(file, `${first.replace(from, to)}\n`);
      expect(await journalOf(root).recover()).toEqual([]);
      expect(tree(root)).toEqual(before);
    }
    // Nor does a forged one lead out, or into Git's folder.
    for (const place of ['../out.png', '.git/out.png', '/tmp/out.png']) {
      writeFileSync(file, `${first.replace('"to":"dog/1.png"', `"to":${JSON.stringify(place)}`)}\n`);
      await journalOf(root).recover();
      expect(tree(root)).toEqual(before);
    }
    writeFileSync(file, 'not ours\n');
    expect((await journalOf(root).recover()).map(noteText)).toEqual([
      `The journal entry ${entry.plan.id} cannot be read; it was left as it is.`,
    ]);
  });
});

it('a lock of a dead process is taken over; what it left beside it goes away', async () => {
  const root = data();
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  mkdirSync(path.join(root, '.twinlint/journal'), { recursive: true });
  const lock = JSON.stringify({ host: hostname(), pid });
  const tag = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
  write(root, {
    '.twinlint/journal/.lock': lock,
    [`.twinlint/journal/.lock-${pid}-0a`]: lock,
    // Killed before it had written anything.
    [`.twinlint/journal/.lock-${tag}-${pid}-0b`]: '',
  });
  await journalOf(root).perform({ what, steps: await steps(root, [['cat/1.png', 'dog/1.png']]) });
  await journalOf(root).recover();
  expect(readdirSync(path.join(root, '.twinlint/journal')).filter(name => name.startsWith('.lock'))).toEqual([]);
});

it('many actions at once come one after another', async () => {
  const root = tempFolder();
  write(root, Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`a/${i}.png`, String(i)])));
  const plans = await Promise.all(Array.from({ length: 12 }, (_, i) => steps(root, [[`a/${i}.png`, `b/${i}.png`]])));
  await Promise.all(plans.map(plan => journalOf(root).perform({ what, steps: plan })));
  expect(Object.keys(tree(root))).toHaveLength(12);
  expect(Object.keys(tree(root)).every(file => file.startsWith('b/'))).toBe(true);
  expect(await journalOf(root).history()).toHaveLength(12);
});

it.skipIf(process.platform === 'win32')(
  'killed at random points, 40 random actions are finished or never begun, undone and done again',
  async () => {
    const result = await killRun({ folder: tempFolder(), count: 40, kills: 12, seed: 7 });
    expect(result).toMatchObject({ wrong: [], leftOvers: [] });
    expect(result.kills).toBeGreaterThanOrEqual(8);
  },
  60_000,
);
