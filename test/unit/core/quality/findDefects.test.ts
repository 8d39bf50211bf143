import { describe, expect, test } from 'vitest';
import { deriveFindings } from '../../../../src/core/findings/deriveFindings';
import { findingMessage } from '../../../../src/core/findings/findingMessage';
import { english } from '../../../../src/core/l10n';
import { findDefects, type DefectInput } from '../../../../src/core/quality/findDefects';
import type { PictureMeasures } from '../../../../src/core/quality/measures';
import { qualityKinds } from '../../../../src/core/quality/qualityKinds';
import { imagesOf, inputOf, verdictOf } from '../findings/support';

const fine: PictureMeasures = { darkest: 20, brightest: 240, colour: 90, entropyBits: 7, sharpness: 0.5, isTransparent: false };
const limitOf: DefectInput['limitOf'] = (_, kind) => qualityKinds[kind].limit;
const one = (measures: Partial<PictureMeasures>, size: { width?: number; height?: number } = {}) =>
  findDefects({ images: imagesOf({ path: 'a.png', ...size }), measuresOf: () => ({ ...fine, ...measures }), limitOf });

describe('of one picture', () => {
  test('a good one has none', () => expect(one({})).toEqual([]));

  test.each([
    ['too-dark', { brightest: 51 }, 0.2],
    ['too-bright', { darkest: 255 }, 1],
    ['low-information', { entropyBits: 0.5 }, 0.5],
    ['blurry', { sharpness: 0.005 }, 0.005],
  ] as const)('%s', (kind, measures, measured) => {
    expect(one(measures)).toEqual([expect.objectContaining({ image: 0, kind, measured, limit: qualityKinds[kind].limit })]);
  });

  test('the limit itself is fine', () => {
    expect(one({ sharpness: 0.01, entropyBits: 1 })).toEqual([]);
  });

  test('a picture of one colour is not blurry as well', () => {
    expect(one({ entropyBits: 0, sharpness: 0 }).map(({ kind }) => kind)).toEqual(['low-information']);
  });

  test('the score is half at the limit and one at the worst', () => {
    const scoreAt = (brightest: number) => one({ brightest })[0].score;
    expect(scoreAt(0)).toBe(1);
    expect(scoreAt(0.15 * 255)).toBeCloseTo(0.75, 10);
    expect(scoreAt(0.2999 * 255)).toBeCloseTo(0.5, 3);
  });

  test('a strip is of odd aspect, upright or lying', () => {
    expect(one({}, { width: 100, height: 30 })).toEqual([expect.objectContaining({ kind: 'odd-aspect-ratio', measured: 0.3 })]);
    expect(one({}, { width: 30, height: 100 })).toHaveLength(1);
    expect(one({}, { width: 100, height: 35 })).toEqual([]);
  });
});

describe('beside the other pictures', () => {
  const many = (count: number, odd: object = {}) =>
    imagesOf({ path: 'odd.png', ...odd }, ...Array.from({ length: count - 1 }, (_, i) => ({ path: `${i}.png` })));
  const find = (images: ReturnType<typeof many>, odd: Partial<PictureMeasures> = {}, more: Partial<DefectInput> = {}) =>
    findDefects({ images, measuresOf: i => (i === 0 ? { ...fine, ...odd } : fine), limitOf, ...more });

  test('a far larger or smaller one is odd, from twenty pictures on', () => {
    // All others 100 × 100: the spread is its least, log 1.5; 3 × log 1.5 is a factor of 3.375 of the side.
    const large = find(many(20, { width: 400, height: 400 }));
    expect(large).toEqual([expect.objectContaining({ image: 0, kind: 'odd-size' })]);
    expect(large[0].measured).toBeCloseTo(Math.log(4) / Math.log(1.5), 10);
    expect(find(many(20, { width: 25, height: 25 }))).toHaveLength(1);
    expect(find(many(20, { width: 330, height: 330 }))).toEqual([]);
    expect(find(many(19, { width: 400, height: 400 }))).toEqual([]);
  });

  test('the only grey one among coloured ones is odd, and the only one with transparency', () => {
    expect(find(many(40), { colour: 2 })).toEqual([expect.objectContaining({ kind: 'odd-channels', measured: 1 / 40 })]);
    expect(find(many(40), { isTransparent: true })).toEqual([expect.objectContaining({ kind: 'odd-channels' })]);
    // One of twenty is 5 %: the limit.
    expect(find(many(20), { colour: 2 })).toEqual([]);
  });

  test('opaque pictures among transparent ones are as they should be', () => {
    const images = many(40);
    expect(findDefects({ images, measuresOf: i => ({ ...fine, isTransparent: i > 0 }), limitOf })).toEqual([]);
  });

  test('a remote one is an outlier', () => {
    expect(find(many(20), {}, { remoteness: i => (i === 0 ? 2.5 : 1) })).toEqual([
      { image: 0, kind: 'outlier', measured: 2.5, limit: 2, score: 0.5 + 0.5 / 16 },
    ]);
  });

  test('unreadable files and the reference are neither odd nor counted', () => {
    const [odd, ...rest] = many(21, { width: 400, height: 400 });
    const problem = { kind: 'unreadable-image', reason: 'damaged', detail: '' } as const;
    expect(find([{ ...odd, problem }, ...rest])).toEqual([]);
    expect(find([{ ...odd, reference: true }, ...rest])).toEqual([]);
    expect(find([odd, ...rest.slice(0, 18), { ...rest[18], reference: true }])).toEqual([]);
  });

  test('what is off is not looked for', () => {
    expect(find(many(20, { width: 400, height: 400 }), {}, { limitOf: () => undefined })).toEqual([]);
  });
});

describe('as findings', () => {
  const images = imagesOf({ path: 'b.png' }, { path: 'a.png' });
  const defects = [
    { image: 0, kind: 'too-dark', measured: 0.1, limit: 0.3, score: 0.8 },
    { image: 1, kind: 'too-dark', measured: 0.02, limit: 0.3, score: 0.95 },
    { image: 1, kind: 'blurry', measured: 0.004, limit: 0.01, score: 0.7 },
  ] as const;
  const settings = [{ severity: { 'too-dark': 'warning', blurry: 'information' } as const, pairs: 'all' as const }];

  test('worst first, with figures in words and an id of its own', () => {
    const { findings, counts } = deriveFindings({ ...inputOf(images, undefined, [], settings), defects }, 0.1);
    expect(counts).toEqual({ 'too-dark': 2, blurry: 1 });
    expect(findings.map(({ kind, path, severity, score }) => [kind, path, severity, score])).toEqual([
      ['too-dark', 'a.png', 'warning', 0.95],
      ['too-dark', 'b.png', 'warning', 0.8],
      ['blurry', 'a.png', 'information', 0.7],
    ]);
    expect(findingMessage(findings[0], english)).toBe('Too dark: 99 % of it stay below 2 % brightness (limit 30 %).');
    expect(findingMessage(findings[2], english)).toBe('Blurry: sharpness 0.0040, under the limit of 0.0100.');
    expect(new Set(findings.map(({ id }) => id)).size).toBe(3);
  });

  test('not of ignored images, and not where the kind is off', () => {
    const ignored = { ...inputOf(images, undefined, [verdictOf('ignore', images[1])], settings), defects };
    expect(deriveFindings(ignored, 0.1).findings.map(({ path }) => path)).toEqual(['b.png']);
    expect(deriveFindings({ ...inputOf(images), defects }, 0.1).findings).toEqual([]);
  });
});
