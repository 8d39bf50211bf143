import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { noteText } from '../../../src/core/dataset/note';
import { english } from '../../../src/core/l10n';
import type { Verdict, VerdictLine } from '../../../src/core/verdicts/verdict';
import { WorkspaceVerdicts } from '../../../src/extension/actions/verdictBook';
import { Params } from '../../../src/extension/config/params';
import { LabelingDesk } from '../../../src/extension/labeling/labelingDesk';
import { ScanController } from '../../../src/extension/scan/scanController';
import { ScanStore } from '../../../src/extension/scan/scanStore';
import { Session } from '../../../src/extension/session/session';
import { ScanRequest, SetVerdictsRequest, type PairRow, type ScanNote, type ScanParams } from '../../../src/protocol/engine';
import { EstimateRequest, QuestionsRequest, type ContentPairKey, type QuestionsParams } from '../../../src/protocol/labeling';
import { tempFolder, withoutRoot } from '../workspace/tempFolder';
import { FakeEngine, FakeMemento, summaryOf } from './fakeEngine';
import { resetShown, silentLog } from './fakeVscode';
import { imageOf, pairOf } from './records';

/** `p` and `q` are pairs of their own pictures: p1 with p2 … */
const contentOf = (name: string): string => Buffer.from(name.padEnd(32, '.')).toString('hex');
const namedPair = (name: string): PairRow => {
  const [a, b] = [1, 2].map(i => imageOf(`${name}${i}.png`, { content: contentOf(`${name}${i}`) }));
  return pairOf(a, b, name);
};
const keyOf = (name: string): ContentPairKey => [contentOf(`${name}1`), contentOf(`${name}2`)];
const isOn = (key: ContentPairKey, { images }: Verdict): boolean =>
  key.every(content => images.some(image => image.content === content));

/** A window: the real desk, scan controller and verdict files; the engine asks about the pairs in their order. */
async function windowOn(root: string, pairs = ['p', 'q', 'r', 's']) {
  const engine = new FakeEngine();
  let verdicts: readonly Verdict[] = [];
  engine
    .on(ScanRequest, (params: ScanParams) => {
      ({ verdicts } = params);
      return summaryOf(params);
    })
    .on(SetVerdictsRequest, (params: { verdicts: readonly Verdict[] }) => {
      ({ verdicts } = params);
      return { generation: 2 };
    })
    .on(EstimateRequest, () => null)
    .on(QuestionsRequest, ({ except, count }: QuestionsParams) => {
      const open = pairs.filter(name => !verdicts.some(verdict => isOn(keyOf(name), verdict)));
      const asked = open.filter(name => !except.some(key => String(key) === String(keyOf(name))));
      const questions = asked.slice(0, count).map(name => ({ pair: namedPair(name), reason: 'near-threshold' as const }));
      return { generation: 1, questions, open: open.length };
    });
  const session = new Session();
  const book = new WorkspaceVerdicts();
  const source = new Params(book, english);
  const scans = new ScanController(engine, session, source, new ScanStore(new FakeMemento() as never), silentLog as never);
  const told: ScanNote[] = [];
  const desk = new LabelingDesk({
    engine,
    session,
    scans,
    verdicts: book,
    state: new FakeMemento() as never,
    tellNotes: notes => told.push(...notes),
    // What is on disk is looked at when a test says so.
    settleMs: 2 ** 30,
  });
  await scans.scan([{ path: root, name: 'data', only: [] }]);
  await desk.prepare();
  return {
    desk,
    book,
    told,
    scan: () => scans.scan([{ path: root, name: 'data', only: [] }]),
    asked: () => desk.questions.map(({ pair }) => pair.findingId),
    answer: (name: string, answer: 'similar' | 'different') => desk.answer([keyOf(name)], answer),
    /** What the window does when the watcher tells of a change. */
    look: async (): Promise<string[]> => (await scans.refreshVerdicts()).map(each => english(each.message, ...each.args)),
  };
}

const verdictsFolder = (root: string): string => join(root, '.twinlint/verdicts');
const files = (root: string): string[] => readdirSync(verdictsFolder(root)).map(name => join(verdictsFolder(root), name));
const linesOf = (root: string): VerdictLine[] =>
  files(root).flatMap(file =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as VerdictLine),
  );
const lineOn = (name: string, verdict: string, id = '0000'): string =>
  JSON.stringify({
    id,
    time: '2026-01-01T00:00:00Z',
    relation: 'same-picture',
    verdict,
    images: keyOf(name).map((content, i) => ({ content, path: `${name}${i + 1}.png` })),
  });

beforeEach(resetShown);

describe('labeling in a second window on the same folder', () => {
  it('shows what the first one answers, asks about it no more, and writes lines with ids of their own', async () => {
    const root = tempFolder();
    const [first, second] = [await windowOn(root), await windowOn(root)];
    await first.answer('p', 'similar');
    await second.answer('q', 'different');
    await Promise.all([first.look(), second.look()]);
    for (const window of [first, second]) {
      expect(window.asked()).toEqual(['r', 's']);
      expect(window.desk.counts()).toMatchObject({ similar: 1, different: 1 });
    }
    await Promise.all([first.answer('r', 'similar'), second.answer('s', 'similar')]);
    const lines = linesOf(root);
    expect(new Set(lines.map(({ id }) => id)).size).toBe(4);
    expect(files(root)).toHaveLength(1);
  });

  it('lets the later answer hold where both answer one pair, in both windows', async () => {
    const root = tempFolder();
    const [first, second] = [await windowOn(root), await windowOn(root)];
    await first.answer('p', 'similar');
    await first.look();
    await second.answer('p', 'different');
    await Promise.all([first.look(), second.look()]);
    for (const window of [first, second]) {
      expect(window.desk.counts()).toMatchObject({ similar: 0, different: 1 });
      expect(window.desk.past).toMatchObject([{ answer: 'different' }]);
    }
    expect(linesOf(root)).toHaveLength(2);
  });

  it('asks again in both what one takes back', async () => {
    const root = tempFolder();
    const [first, second] = [await windowOn(root), await windowOn(root)];
    await first.answer('p', 'similar');
    await second.look();
    expect(second.asked()).toEqual(['q', 'r', 's']);
    // Before this window has seen its own line.
    await first.desk.undo();
    await Promise.all([first.look(), second.look()]);
    await Promise.all([first.desk.prepare(), second.desk.prepare()]);
    expect(first.asked()).toEqual(['p', 'q', 'r', 's']);
    expect(second.asked().sort()).toEqual(['p', 'q', 'r', 's']);
  });

  it('goes on asking about a pair whose answer was taken back while the files still held it', async () => {
    const root = tempFolder();
    const window = await windowOn(root);
    await window.answer('p', 'similar');
    const undone = window.desk.undo();
    // The look may read the line before the retraction stands behind it.
    await Promise.all([window.look(), undone]);
    expect(window.asked()[0]).toBe('p');
    await window.look();
    expect(window.asked()[0]).toBe('p');
  });
});

describe('labeling while the verdict file is edited by hand', () => {
  it('takes up a line that was added', async () => {
    const root = tempFolder();
    const window = await windowOn(root);
    await window.answer('p', 'similar');
    await window.look();
    appendFileSync(files(root)[0], lineOn('q', 'different'));
    expect(await window.look()).toEqual([]);
    expect(window.asked()).toEqual(['r', 's']);
    expect(window.desk.counts()).toMatchObject({ similar: 1, different: 1 });
    // It had no newline at its end.
    await window.answer('r', 'similar');
    expect(linesOf(root).map(({ verdict }) => verdict)).toEqual(['similar', 'different', 'similar']);
  });

  it('names a broken line with its file and number, once, and leaves it as it is', async () => {
    const root = tempFolder();
    const window = await windowOn(root);
    await window.answer('p', 'similar');
    const [file] = files(root);
    appendFileSync(file, '<<<<<<< HEAD\n');
    const shown = `.twinlint/verdicts/${file.split('/').at(-1)}, line 2: not a verdict (no JSON). The line was left out and is kept.`;
    expect(await window.look()).toEqual([shown]);
    await window.answer('q', 'similar');
    expect(await window.look()).toEqual([]);
    expect(readFileSync(file, 'utf8').split('\n')[1]).toBe('<<<<<<< HEAD');
    expect(window.desk.counts()).toMatchObject({ similar: 2 });
    // Mended and broken again it is told again.
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.replace('<<<<<<< HEAD\n', ''));
    expect(await window.look()).toEqual([]);
    writeFileSync(file, whole);
    expect(await window.look()).toEqual([shown]);
  });

  it('forgets an answer whose line was removed, and asks again', async () => {
    const root = tempFolder();
    const window = await windowOn(root);
    await window.answer('p', 'similar');
    await window.answer('q', 'different');
    await window.look();
    const [file] = files(root);
    writeFileSync(file, readFileSync(file, 'utf8').split('\n').slice(1).join('\n'));
    await window.look();
    expect(window.desk.past).toMatchObject([{ answer: 'different' }]);
    expect(window.desk.counts()).toMatchObject({ similar: 0, different: 1 });
    await window.desk.prepare();
    expect(window.asked()).toEqual(['r', 's', 'p']);
  });

  it('forgets an answer whose line was removed after a scan had read it', async () => {
    const root = tempFolder();
    const window = await windowOn(root);
    await window.answer('p', 'similar');
    await window.answer('q', 'different');
    await window.scan();
    const [file] = files(root);
    writeFileSync(file, readFileSync(file, 'utf8').split('\n').slice(1).join('\n'));
    await window.look();
    expect(window.desk.counts()).toMatchObject({ similar: 0, different: 1 });
  });

  it('starts a new file where it was deleted', async () => {
    const root = tempFolder();
    const window = await windowOn(root);
    await window.answer('p', 'similar');
    await window.look();
    rmSync(verdictsFolder(root), { recursive: true });
    expect(await window.look()).toEqual([]);
    expect(window.desk.counts()).toMatchObject({ similar: 0, different: 0 });
    await window.answer('q', 'different');
    await window.look();
    expect(linesOf(root)).toMatchObject([{ verdict: 'different' }]);
    expect(window.desk.counts()).toMatchObject({ similar: 0, different: 1 });
  });

  it('reads a file that an editor saved with a byte order mark and Windows line ends', async () => {
    const root = tempFolder();
    const window = await windowOn(root);
    await window.answer('p', 'similar');
    const [file] = files(root);
    writeFileSync(file, `\uFEFF${readFileSync(file, 'utf8').replaceAll('\n', '\r\n')}`);
    appendFileSync(file, `${lineOn('q', 'different')}\r\n`);
    expect(await window.look()).toEqual([]);
    expect(window.desk.counts()).toMatchObject({ similar: 1, different: 1 });
  });

  it('follows Git from branch to branch', async () => {
    const root = tempFolder();
    const git = (...args: string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args], {
        cwd: root,
        stdio: 'pipe',
      });
    git('init', '-q', '-b', 'main');
    const window = await windowOn(root);
    await window.answer('p', 'similar');
    git('add', '-A');
    git('commit', '-qm', 'one');
    git('checkout', '-qb', 'more');
    await window.answer('q', 'different');
    git('add', '-A');
    git('commit', '-qm', 'two');
    await window.look();
    git('checkout', '-q', 'main');
    await window.look();
    expect(window.desk.counts()).toMatchObject({ similar: 1, different: 0 });
    await window.answer('r', 'similar');
    await window.look();
    git('add', '-A');
    git('commit', '-qm', 'three');
    git('checkout', '-q', 'more');
    await window.look();
    expect(window.desk.counts()).toMatchObject({ similar: 1, different: 1 });
    git('merge', '-q', '--no-edit', 'main');
    expect(await window.look()).toEqual([]);
    expect(window.desk.counts()).toMatchObject({ similar: 2, different: 1 });
  });
});

describe('labeling where nothing can be written', () => {
  it('says so before the first answer, keeps the pair, and forgets an answer that was not saved', async () => {
    const root = tempFolder();
    chmodSync(root, 0o755);
    const window = await windowOn(root);
    const told = `Answers cannot be saved: ${join(root, '.twinlint')} is read-only (EACCES). This pair is asked about until they can.`;
    await withoutRoot(async () => {
      // For root, who may write everywhere, only the attempt tells.
      if (process.getuid?.() !== 0) {
        chmodSync(root, 0o555);
        expect((await window.book.obstacles([root, root])).map(each => noteText(each as never))).toEqual([told]);
      }
      expect((await window.answer('p', 'similar')).map(each => noteText(each as never))).toEqual([told]);
      expect(window.asked()).toEqual(['p', 'q', 'r', 's']);
      await window.look();
      expect(window.desk.counts()).toMatchObject({ similar: 0, different: 0 });
    });
    chmodSync(root, 0o755);
    expect(await window.book.obstacles([root])).toEqual([]);
    expect(await window.answer('p', 'different')).toEqual([]);
    expect(linesOf(root)).toMatchObject([{ verdict: 'different' }]);
  });

  it('tells of a file in the way', async () => {
    const root = tempFolder();
    const window = await windowOn(root);
    writeFileSync(join(root, '.twinlint'), 'mine');
    const [told] = (await window.book.obstacles([root])).map(each => noteText(each as never));
    expect(told).toMatch(/^Answers cannot be saved in .*\.twinlint \(ENOTDIR\)/);
    expect(await window.answer('p', 'similar')).toHaveLength(1);
    expect(readFileSync(join(root, '.twinlint'), 'utf8')).toBe('mine');
  });

  it('does not make a folder anew that was removed, and goes on once it is back', async () => {
    const root = join(tempFolder(), 'data');
    const away = `${root} away`;
    execFileSync('mkdir', [root]);
    const window = await windowOn(root);
    await window.answer('p', 'similar');
    renameSync(root, away);
    const told = `Answers cannot be saved: the folder ${root} is no longer there. This pair is asked about until it is back.`;
    expect((await window.book.obstacles([root])).map(each => noteText(each as never))).toEqual([told]);
    expect((await window.answer('q', 'similar')).map(each => noteText(each as never))).toEqual([told]);
    expect(existsSync(root)).toBe(false);
    expect(window.asked()).toEqual(['q', 'r', 's']);
    renameSync(away, root);
    expect(await window.answer('q', 'similar')).toEqual([]);
    expect(linesOf(root)).toHaveLength(2);
  });
});
