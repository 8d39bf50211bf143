import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ImageRecord } from '../../../src/core/dataset/image';
import { english } from '../../../src/core/l10n';
import { LabelReview, type RatedLabel } from '../../../src/core/labels/labelReview';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import type { Verdict } from '../../../src/core/verdicts/verdict';
import { FileActions } from '../../../src/extension/actions/fileActions';
import { WorkspaceVerdicts } from '../../../src/extension/actions/verdictBook';
import { ReviewDesk } from '../../../src/extension/labels/reviewDesk';
import { Session } from '../../../src/extension/session/session';
import { Messenger } from '../../../src/extension/util/messages';
import { ScannedImagesRequest } from '../../../src/protocol/curation';
import { LabelReviewRequest, type LabelReviewAnswer, type LabelReviewParams } from '../../../src/protocol/labelReview';
import { hashBytes } from '../../../src/workspace/identity';
import { tempFolder, write } from '../workspace/tempFolder';
import { FakeEngine, summaryOf } from './fakeEngine';
import { resetShown, shown, silentLog, window, workspace } from './fakeVscode';

/** Twelve shirts in a real folder, rated from doubtful to sure; what they look like is coats. */
function setUp() {
  const root = tempFolder();
  const names = Array.from({ length: 12 }, (_, i) => `shirt/${i}.png`);
  write(root, Object.fromEntries([...names, 'coat/x.png'].map(name => [name, `picture ${name}`])));
  const contentOf = (name: string): string => hashBytes(Buffer.from(`picture ${name}`));
  const rated = names.map((name, i): RatedLabel => ({
    root: 0,
    path: name,
    content: contentOf(name),
    label: 'shirt',
    suggested: 'coat',
    score: 0.99 - i / 12,
  }));
  const imageOf = (name: string, content = contentOf(name)): ImageRecord =>
    ({ index: 0, root: 0, path: name, content, label: path.dirname(name), width: 1, height: 1, format: 'png' }) as ImageRecord;
  const isThere = ({ path: name }: RatedLabel): boolean => existsSync(path.join(root, name));
  const session = new Session();
  const roots = [{ path: root, name: 'data', only: [], settings: defaultScanSettings, filesExclude: [] }];
  session.set({
    params: { roots, verdicts: [], keep: true, trusted: true },
    summary: { ...summaryOf({ roots }), classes: ['coat', 'shirt', 'hat'] },
    threshold: 0.2,
  });
  const verdicts = new WorkspaceVerdicts();
  let known: readonly Verdict[] = [];
  const scans = {
    update: () => Promise.resolve(),
    refreshVerdicts: async () => {
      known = (await verdicts.read(roots)).verdicts;
      return [];
    },
    ready: () => Promise.resolve(true),
    specs: () => roots,
  } as never;
  const engine = new FakeEngine()
    .on(ScannedImagesRequest, () => ({
      generation: 1,
      threshold: 0.2,
      images: [...rated.filter(isThere).map(row => imageOf(row.path)), imageOf('coat/x.png')],
      groups: [],
      pairs: new Uint32Array(0),
      distances: new Float32Array(0),
      sharpness: new Float32Array(0),
    }))
    .on(LabelReviewRequest, ({ count, skipped }: LabelReviewParams): LabelReviewAnswer => {
      const review = new LabelReview(rated, isThere, known);
      const questions = review.next(count, row => skipped.some(each => each.path === row.path));
      return {
        generation: 1,
        judged: rated.length,
        isCalibrated: true,
        questions: questions
          .filter(question => !question.known)
          .map(({ row, audit }) => ({
            ...row,
            image: imageOf(row.path),
            ...(audit && { audit }),
            nearest: { given: [], suggested: [] },
          })),
        known: questions.flatMap(({ row, audit, known: said }) =>
          said && audit ? [{ ...row, audit, ...(said.correct !== row.label && { correct: said.correct }) }] : [],
        ),
        progress: review.progress,
      };
    });
  const messenger = new Messenger(silentLog as never, english);
  const parts = { engine, session, scans, verdicts, messenger };
  const files = new FileActions({
    ...parts,
    trash: undefined as never,
    settingsOf: () => Promise.resolve(defaultScanSettings),
    changed: () => undefined,
  });
  const changed = vi.fn();
  const flow = { run: vi.fn(() => Promise.resolve(true)), isJudging: false };
  const desk = new ReviewDesk({ ...parts, files, flow, showPage: vi.fn(), changed });
  const lines = (): Record<string, unknown>[] => {
    const folder = path.join(root, '.twinlint/verdicts');
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .flatMap(name => readFileSync(path.join(folder, name), 'utf8').trim().split('\n'))
      .map(line => JSON.parse(line) as Record<string, unknown>);
  };
  const worst = async () => (await desk.snapshot()).questions[0];
  const here = (name: string): boolean => existsSync(path.join(root, name));
  return { desk, lines, here, worst, changed, flow, session };
}

beforeEach(() => {
  resetShown();
  vi.restoreAllMocks();
});

describe('the review of labels', () => {
  test('accepts: the file moves to the suggested class, what was said is on disk, and one undo takes both back', async () => {
    const { desk, lines, here, worst } = setUp();
    const { image } = await worst();
    expect(image.path).toBe('shirt/0.png');
    expect(await desk.act({ kind: 'accept', image })).toBe(true);
    expect([here('shirt/0.png'), here('coat/0.png')]).toEqual([false, true]);
    expect(lines().at(-1)).toMatchObject({
      relation: 'same-class',
      verdict: 'relabel',
      label: 'coat',
      images: [{ path: 'shirt/0.png' }],
    });
    expect((await desk.snapshot()).progress).toMatchObject({ reviewed: 1, total: 6, found: 1 });
    // The page shows what was done; a notification for each of hundreds would only be in the way.
    expect(shown.messages).toEqual([]);
    expect(await desk.act({ kind: 'undo' })).toBe(true);
    expect([here('shirt/0.png'), here('coat/0.png')]).toEqual([true, false]);
    expect(lines().at(-1)).toMatchObject({ verdict: 'retract' });
    expect((await desk.snapshot()).progress).toMatchObject({ reviewed: 0, found: 0 });
    expect((await worst()).image.path).toBe('shirt/0.png');
  });

  test('remembers that a label is right, and takes it back', async () => {
    const { desk, lines, here, worst } = setUp();
    expect(await desk.act({ kind: 'right', image: (await worst()).image })).toBe(true);
    expect(here('shirt/0.png')).toBe(true);
    expect(lines().at(-1)).toMatchObject({ relation: 'same-class', verdict: 'ignore', images: [{ path: 'shirt/0.png' }] });
    expect((await worst()).image.path).toBe('shirt/1.png');
    await desk.act({ kind: 'undo' });
    expect((await worst()).image.path).toBe('shirt/0.png');
  });

  test('gives a label that the person picks; called off, nothing happens', async () => {
    const { desk, here, worst } = setUp();
    const { image } = await worst();
    const pick = vi.spyOn(window, 'showQuickPick').mockResolvedValue(undefined);
    expect(await desk.act({ kind: 'other', image })).toBe(false);
    pick.mockImplementation(items => Promise.resolve((items as { label: string }[]).find(({ label }) => label === 'hat')));
    expect(await desk.act({ kind: 'other', image })).toBe(true);
    expect(here('hat/0.png')).toBe(true);
  });

  test('puts off what is skipped, brings it back, and undoes a skip', async () => {
    const { desk, worst, lines } = setUp();
    await desk.act({ kind: 'skip', image: (await worst()).image });
    await desk.act({ kind: 'skip', image: (await worst()).image });
    expect((await worst()).image.path).toBe('shirt/2.png');
    await desk.act({ kind: 'undo' });
    expect((await worst()).image.path).toBe('shirt/1.png');
    await desk.act({ kind: 'again' });
    expect((await worst()).image.path).toBe('shirt/0.png');
    expect(lines().filter(({ verdict }) => verdict !== 'ignore')).toEqual([]);
  });

  test('keeps the chance of what was drawn at random with the answer, and writes down audits that are answered already', async () => {
    const { desk, lines } = setUp();
    for (let i = 0; i < 11; i++) {
      const [first] = (await desk.snapshot()).questions;
      expect(await desk.act({ kind: 'right', image: first.image })).toBe(true);
    }
    const audits = lines().filter(line => line.audit);
    expect(audits.length).toBeGreaterThan(1);
    for (const { audit } of audits) expect((audit as { probability: number }).probability).toBeGreaterThan(0);
    const { progress } = await desk.snapshot();
    expect(progress).toMatchObject({ reviewed: 6, total: 6 });
    expect(progress.audits).toBeGreaterThan(1);
  });

  test('answers nothing that is not on the page, and nothing without trust', async () => {
    const { desk, worst, lines } = setUp();
    const { image } = await worst();
    expect(await desk.act({ kind: 'accept', image: { ...image, path: 'coat/x.png' } })).toBe(false);
    workspace.isTrusted = false;
    expect((await desk.snapshot()).state).toBe('untrusted');
    expect(await desk.act({ kind: 'accept', image })).toBe(false);
    workspace.isTrusted = true;
    expect(lines()).toEqual([]);
  });

  test('says so where there is nothing to review yet, and judges while the page goes on', async () => {
    const { desk, flow, session } = setUp();
    expect(await desk.act({ kind: 'judge' })).toBe(true);
    expect(flow.run).toHaveBeenCalledTimes(1);
    session.clear();
    expect((await desk.snapshot()).state).toBe('no-scan');
  });
});
