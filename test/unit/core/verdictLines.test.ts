import { describe, expect, it } from 'vitest';
import type { VerdictLine } from '../../../src/core/verdicts/verdict';
import { isVerdictLine, mergeVerdictLines, parseVerdictLine } from '../../../src/core/verdicts/verdictLines';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const image = (content: string, path = 'x.png'): VerdictLine['images'][number] => ({ content, path });
let second = 0;
const line = (
  id: string,
  verdict: VerdictLine['verdict'],
  images: VerdictLine['images'],
  more: Partial<VerdictLine> = {},
): VerdictLine => ({
  id,
  time: `2026-01-01T00:00:${String(second++ % 60).padStart(2, '0')}Z`,
  relation: 'same-picture',
  verdict,
  images,
  ...more,
});
const ids = (lines: VerdictLine[]): string[] => mergeVerdictLines(lines).map(verdict => verdict.id);

describe('merging', () => {
  it('lets the latest on a pair hold, whatever the order of the two images or of the files', () => {
    const lines = [line('1', 'different', [image(A), image(B)]), line('2', 'similar', [image(B, 'renamed.png'), image(A)])];
    expect(ids(lines)).toEqual(['2']);
    expect(ids(lines.reverse())).toEqual(['2']);
  });

  it('decides by time before id, and by id within one moment', () => {
    const at = (id: string, time: string): VerdictLine => line(id, 'different', [image(A), image(B)], { time });
    expect(ids([at('z', '2026-01-01T00:00:00Z'), at('a', '2026-01-01T00:00:00.001Z')])).toEqual(['a']);
    expect(ids([at('b', '2026-01-01T00:00:00Z'), at('a', '2026-01-01T00:00:00.000Z')])).toEqual(['b']);
  });

  it('keeps relations, single images, and equal contents at different paths apart', () => {
    const lines = [
      line('1', 'different', [image(A), image(B)]),
      line('2', 'different', [image(A), image(B)], { relation: 'same-class' }),
      line('3', 'different', [image(A, 'p'), image(A, 'q')]),
      line('4', 'different', [image(A, 'p'), image(A, 'r')]),
      line('5', 'similar', [image(A, 'q'), image(A, 'p')]),
      line('6', 'ignore', [image(A, 'p')]),
      line('7', 'ignore', [image(A, 'q')]),
    ];
    expect(ids(lines)).toEqual(['1', '2', '4', '5', '6', '7']);
  });

  it('takes retracted lines out, so that what was before them holds again', () => {
    const first = line('1', 'different', [image(A), image(B)]);
    const then = line('2', 'similar', [image(A), image(B)]);
    const undo = line('3', 'retract', [], { retracts: '2' });
    const redo = line('4', 'retract', [], { retracts: '3' });
    expect(ids([first, then, undo])).toEqual(['1']);
    expect(ids([first, then, undo, redo])).toEqual(['2']);
    expect(ids([undo, redo])).toEqual([]);
    expect(ids([first, first, then, then])).toEqual(['2']);
  });
});

describe('a line', () => {
  const good = line('1', 'different', [image(A), image(B)]);
  it('is read, with keys of later versions beside it', () => {
    expect(parseVerdictLine(JSON.stringify({ ...good, by: 'someone' }))).toEqual(good);
    expect(isVerdictLine(parseVerdictLine(JSON.stringify(line('2', 'retract', [], { retracts: '1' }))))).toBe(true);
  });

  it.each<[string, string]>([
    ['<<<<<<< HEAD', 'no JSON'],
    ['{"id": "1", "time', 'no JSON'],
    ['[]', 'no id'],
    ['3', 'no object'],
    [JSON.stringify({ ...good, id: undefined }), 'no id'],
    [JSON.stringify({ ...good, time: 'yesterday' }), 'the time is not ISO 8601 in UTC'],
    [JSON.stringify({ ...good, time: '2026-13-01T00:00:00Z' }), 'the time does not exist'],
    [JSON.stringify({ ...good, verdict: 'renamed' }), 'an unknown verdict'],
    [JSON.stringify({ ...good, images: [image(A)] }), 'different needs 2 images, not 1'],
    [JSON.stringify({ ...good, images: [image(A), image('ABC')] }), 'a content is not 64 hex digits'],
    [JSON.stringify({ ...good, verdict: 'retract', images: [] }), 'retract names no line'],
    [JSON.stringify({ ...good, verdict: 'relabel', images: good.images.slice(1) }), 'relabel names no label'],
  ])('%s is none: %s', (text, reason) => {
    expect(parseVerdictLine(text)).toEqual({ reason });
  });
});

describe('audits', () => {
  const audit = { probability: 0.004 };
  const pair = [image(A), image(B)];

  it('keep the probability they were drawn with', () => {
    expect(mergeVerdictLines([line('1', 'similar', pair, { audit })])[0].audit).toEqual(audit);
    expect(mergeVerdictLines([line('1', 'similar', pair)])[0]).not.toHaveProperty('audit');
  });

  it.each([
    [{ probability: 0 }, 'a probability that is not above 0'],
    [{ probability: 1.5 }, 'a probability above 1'],
    [{}, 'audit is no record'],
    ['yes', 'audit is no record'],
  ])('%j is refused', (bad, reason) => {
    const parsed = parseVerdictLine(JSON.stringify({ ...line('1', 'similar', pair), audit: bad }));
    expect(parsed).toEqual({ reason });
  });
});
