import { describe, expect, test } from 'vitest';
import { datasetCard, type CardInput } from '../../../../src/core/card/datasetCard';
import { predictabilityOfNumber, predictabilityOfVector, type Example } from '../../../../src/core/card/predictability';
import type { Verdict } from '../../../../src/core/verdicts/verdict';
import type { PictureMeasures } from '../../../../src/core/quality/measures';
import { cardJson, cardMarkdown } from '../../../../src/core/report/cardReport';
import { imagesOf } from '../findings/support';

/** A fixed sequence of numbers from 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}
const examples = (count: number, classes: number, features: (label: number, random: () => number) => number[]): Example[] => {
  const random = numbers(7);
  return Array.from({ length: count }, (_, i) => {
    const label = i % classes;
    return { label, half: Math.floor(i / classes) % 2 ? 1 : 0, features: features(label, random) };
  });
};

describe('how well a class is guessed', () => {
  test('from a number that says it, always; from one that does not, as by chance', () => {
    const said = predictabilityOfNumber(
      examples(400, 4, (label, random) => [label + random() / 2]),
      4,
    )!;
    // An image at the very edge of its class may fall beyond the cut of the other half.
    expect(said.accuracy.value).toBeGreaterThan(0.97);
    expect(said.chance).toBe(0.25);
    const unsaid = predictabilityOfNumber(
      examples(4000, 4, (_, random) => [random()]),
      4,
    )!;
    expect(unsaid.accuracy.low).toBeLessThan(0.25);
    expect(unsaid.accuracy.high).toBeGreaterThan(0.25);
  });

  test('is balanced: a class of nine in ten is no good guess', () => {
    const random = numbers(3);
    const skewed: Example[] = Array.from({ length: 2000 }, (_, i) => ({
      label: Number(i % 10 === 0),
      half: random() < 0.5 ? 0 : 1,
      features: [random()],
    }));
    expect(Math.abs(predictabilityOfNumber(skewed, 2)!.accuracy.value - 0.5)).toBeLessThan(0.08);
  });

  test('from a list: one of its places is enough, in whatever unit', () => {
    const found = predictabilityOfVector(
      examples(600, 3, (label, random) => [1000 * random(), label + 0.2 * random(), random()]),
      3,
    )!;
    // The unit variance that is added keeps a place of deviation 0.06 from counting fully: 0.2 against a step of 1.
    expect(found.accuracy.value).toBeGreaterThan(0.9);
  });

  test('nothing is said of one class, or of a class that a half lacks', () => {
    expect(
      predictabilityOfNumber(
        examples(50, 1, () => [1]),
        1,
      ),
    ).toBeUndefined();
    const lacking = examples(40, 2, label => [label]).map(each => (each.label === 1 ? { ...each, half: 0 as const } : each));
    expect(predictabilityOfNumber(lacking, 2)).toBeUndefined();
  });
});

describe('the card', () => {
  const fine: PictureMeasures = { darkest: 20, brightest: 240, colour: 90, entropyBits: 7, sharpness: 0.5, isTransparent: false };
  const content = (i: number) => `${(i * 2654435761).toString(16)}${(i % 16).toString(16)}`;
  const images = imagesOf(
    ...Array.from({ length: 60 }, (_, i) => ({
      path: `${i % 3 === 0 ? 'test' : 'train'}/${i < 40 ? 'cat' : 'dog'}/${i}.png`,
      label: i < 40 ? 'cat' : 'dog',
      split: i % 3 === 0 ? 'test' : 'train',
      content: content(i),
      width: 100 + i,
      height: 50,
    })),
    { path: 'train/cat/copy.png', label: 'cat', split: 'train', content: content(1), format: 'jpeg' },
    { path: 'broken.png', problem: { kind: 'unreadable-image', reason: 'damaged', detail: '' } },
    { path: 'reference/x.png', reference: true },
  );
  const input: CardInput = {
    images,
    // Dogs are dark.
    measuresOf: i => ({ ...fine, brightest: images[i].label === 'dog' ? 100 : 240 }),
    cornersOf: () => new Float32Array(36),
    findings: { 'exact-duplicate': 1, 'unreadable-image': 1 },
    threshold: 0.2,
  };
  const card = datasetCard(input);

  test('counts files, classes by split, copies and sizes; the reference is not the data set', () => {
    expect(card).toMatchObject({ images: 62, readable: 61, bytes: 62_000, unlabeled: 1, exactCopies: 1 });
    expect(card.formats).toEqual([
      { name: 'png', images: 60 },
      { name: 'jpeg', images: 1 },
    ]);
    expect(card.splits).toEqual([
      { name: 'test', images: 20 },
      { name: 'train', images: 41 },
    ]);
    expect(card.classes).toEqual([
      { name: 'cat', images: 41, perSplit: [14, 27] },
      { name: 'dog', images: 20, perSplit: [6, 14] },
    ]);
    expect(card.sides?.shorter).toEqual([50, 50, 50, 50, 100]);
  });

  test('says that brightness tells dogs, and that sharpness and the corners tell nothing', () => {
    const of = (property: string) => card.shortcuts.find(row => row.property === property)?.accuracy.value;
    expect(card.shortcuts[0].accuracy.value).toBe(1);
    expect(of('brightness')).toBe(1);
    expect(of('sharpness')).toBe(0.5);
    expect(of('corners')).toBe(0.5);
  });

  test('as Markdown: a table a README can hold, whose names are not markup', () => {
    const evil = { ...card, classes: [{ name: '<b>|x', images: 41, perSplit: [14, 27] }, card.classes[1]] };
    const text = cardMarkdown(evil, 'pets');
    expect(text).toContain('## pets: data set card');
    expect(text).toContain('| Images | 62 (1 not readable) |');
    expect(text).toContain('| \\<b\\>\\|x | 41 | 14 | 27 |');
    expect(text).toContain('| Exact duplicate | 1 |');
    expect(text).toContain('| brightness | 100.0 % |');
    for (const line of text.split('\n').filter(each => each.startsWith('| dog'))) expect(line).toBe('| dog | 20 | 6 | 14 |');
  });

  test('says how many labels are wrong once twenty were drawn at random, wherever corrected images lie now', () => {
    const said = (i: number, label?: string, probability?: number): Verdict => ({
      id: String(i),
      relation: 'same-class',
      verdict: label === undefined ? 'ignore' : 'relabel',
      images: [{ content: content(i), path: `elsewhere/${i}.png` }],
      ...(label !== undefined && { label }),
      ...(probability !== undefined && { audit: { probability } }),
    });
    const right = Array.from({ length: 18 }, (_, i) => said(i, undefined, 0.01));
    // 41 and 42 were cats and are dogs by now, as a person said; 43 was to be a cat and is a dog still: that was undone.
    const all = [...right, said(41, 'dog', 0.01), said(42, 'dog', 0.01), said(43, 'cat', 0.01), said(44, 'dog')];
    const { labelErrors: errors } = datasetCard({ ...input, verdicts: all });
    expect(errors).toMatchObject({ audits: 20, corrected: 3, share: { value: 0.1 } });
    expect(errors!.share.low).toBeGreaterThan(0.02);
    expect(errors!.share.high).toBeLessThan(0.3);
    const told = datasetCard({ ...input, verdicts: all });
    expect(cardMarkdown(told, 'pets')).toMatch(
      /\| Wrong labels \| 10\.0 % \(.* %\), estimated from 20 drawn at random; 3 corrected since \|/,
    );
    expect(JSON.parse(cardJson(told, '1'))).toMatchObject({ labelErrors: { audits: 20, share: 0.1, corrected: 3 } });
    expect(datasetCard({ ...input, verdicts: all.slice(1) }).labelErrors).toBeUndefined();
  });

  test('as JSON', () => {
    const parsed = JSON.parse(cardJson(card, '1.2.3')) as Record<string, unknown>;
    expect(parsed).toMatchObject({ version: 1, tool: { name: 'twinlint', version: '1.2.3' }, images: 62, threshold: 0.2 });
  });

  test('of nothing', () => {
    const none = datasetCard({ ...input, images: [], findings: {} });
    expect(none).toMatchObject({ images: 0, classes: [], shortcuts: [], exactCopies: 0 });
    expect(cardMarkdown(none, 'empty')).toContain('| Images | 0 |');
  });
});
