import { describe, expect, test } from 'vitest';
import { deriveFindings } from '../../../../src/core/findings/deriveFindings';
import { findingMessage } from '../../../../src/core/findings/findingMessage';
import { labelSuspects, type LabelNeighbours } from '../../../../src/core/findings/labelSuspects';
import { english } from '../../../../src/core/l10n';
import { imagesOf, inputOf, pairsOf, verdictOf } from './support';

/** `labels` of the neighbours as one letter each. */
const image = (index: number, label: string, neighbours: string): LabelNeighbours => ({
  image: index,
  label,
  neighbours: [...neighbours].map((each, i) => ({ label: each, distance: i / 10 })),
});
const many = (count: number, label: string, neighbours: string, from = 0): LabelNeighbours[] =>
  Array.from({ length: count }, (_, i) => image(from + i, label, neighbours));

describe('doubtful labels', () => {
  test('an image among another class is one, with the class it looks like and the votes', () => {
    const data = [...many(100, 'a', 'aaaaaaaaaa'), ...many(100, 'b', 'bbbbbbbbbb', 100), image(200, 'a', 'bbbbbbbbba')];
    const found = labelSuspects(data);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ image: 200, suggested: 'b', votes: { suggested: 9, asked: 10 } });
    expect(found[0].score).toBeGreaterThan(0.9);
  });

  test('the score is the posterior of the docblock', () => {
    // 60 a with 9 a and 1 b each, 40 b with 1 a and 9 b, and one a with 10 b; by odds instead of logarithms.
    const data = [...many(60, 'a', 'aaaaaaaaab'), ...many(40, 'b', 'abbbbbbbbb', 60), image(100, 'a', 'bbbbbbbbbb')];
    const [shareA, shareB] = [62 / 103, 41 / 103];
    const aa = (540 + shareA) / (540 + 60 + 10 + 1);
    const ba = (40 + shareA) / (40 + 360 + 1);
    const wrong = (odds: number): number => odds / (1 + odds);
    const ofA = (a: number, b: number, rate: number): number =>
      wrong((rate / (1 - rate)) * (shareB / (1 - shareB)) * (ba / aa) ** (0.3 * a) * ((1 - ba) / (1 - aa)) ** (0.3 * b));
    const ofB = (a: number, b: number, rate: number): number =>
      wrong((rate / (1 - rate)) * (shareA / (1 - shareA)) * (aa / ba) ** (0.3 * a) * ((1 - aa) / (1 - ba)) ** (0.3 * b));
    const errors = 60 * ofA(9, 1, 0.02) + 40 * ofB(1, 9, 0.02) + ofA(0, 10, 0.02);
    const rate = (errors + 1) / 151;
    const found = labelSuspects(data);
    expect(found.map(each => each.image)).toEqual([100]);
    expect(found[0].score).toBeCloseTo(ofA(0, 10, rate), 5);
  });

  test('classes that mix by nature are no suspects', () => {
    const data = [...many(100, 'shirt', 'ststststst'), ...many(100, 'top', 'tststststs', 100)].map(each => ({
      ...each,
      neighbours: each.neighbours.map(n => ({ ...n, label: n.label === 's' ? 'shirt' : 'top' })),
    }));
    expect(labelSuspects(data)).toEqual([]);
  });

  test('too few neighbours, or one class, say nothing', () => {
    expect(labelSuspects([...many(50, 'a', 'aaaaaaaaaa'), image(50, 'b', 'aaaa')])).toEqual([]);
    expect(labelSuspects(many(50, 'a', 'aaaaaaaaaa'))).toEqual([]);
    expect(labelSuspects([])).toEqual([]);
  });
});

describe('findings of doubtful labels', () => {
  const images = imagesOf(
    { path: 'coat/1.png', label: 'coat' },
    { path: 'shirt/2.png', label: 'shirt' },
    { path: 'shirt/3.png', label: 'shirt' },
  );
  const suspect = (index: number, score: number) => ({
    image: index,
    suggested: 'coat',
    votes: { suggested: 9, asked: 10 },
    score,
  });
  const suspects = [suspect(1, 0.6), suspect(2, 0.9)];

  test('stand on their image at every threshold, worst first, without a twin', () => {
    const input = { ...inputOf(images, pairsOf([0, 1, 0.4])), suspects };
    const { findings, counts } = deriveFindings(input, 0);
    expect(counts).toEqual({ mislabeled: 2 });
    expect(findings.map(({ path, score, related }) => [path, score, related])).toEqual([
      ['shirt/3.png', 0.9, []],
      ['shirt/2.png', 0.6, []],
    ]);
    expect(findings[0]).toMatchObject({ kind: 'mislabeled', severity: 'warning', details: { labels: ['shirt', 'coat'] } });
    expect(findingMessage(findings[0], english)).toBe(
      'Mislabeled? Labeled shirt, but looks like coat: 9 of its 10 nearest images are coat (confidence 0.90).',
    );
    expect(findings[0].id).not.toBe(findings[1].id);
  });

  test('without neighbours are told without them', () => {
    const alone = { image: 1, suggested: 'coat', score: 0.75 };
    const { findings } = deriveFindings({ ...inputOf(images), suspects: [alone] }, 0);
    expect(findingMessage(findings[0], english)).toBe('Mislabeled? Labeled shirt, but looks like coat (confidence 0.75).');
  });

  test('are silenced by the severity off and by a verdict that ignores the image', () => {
    const off = [{ severity: { mislabeled: 'off' } as const, pairs: 'all' as const }];
    expect(deriveFindings({ ...inputOf(images, pairsOf(), [], off), suspects }, 1).counts).toEqual({});
    const ignored = inputOf(images, pairsOf(), [verdictOf('ignore', images[2])]);
    expect(deriveFindings({ ...ignored, suspects }, 1).findings.map(({ path }) => path)).toEqual(['shirt/2.png']);
  });

  test('whose label was said to be right are silent for that content at that path; their pairs are not', () => {
    const right = { ...verdictOf('ignore', images[2]), relation: 'same-class' };
    const input = inputOf(images, pairsOf([0, 2, 0.1]), [right]);
    expect(deriveFindings({ ...input, suspects }, 1).counts).toEqual({ mislabeled: 1, 'label-conflict': 1 });
    const moved = images.map(image => (image.index === 2 ? { ...image, path: 'coat/3.png' } : image));
    expect(deriveFindings({ ...inputOf(moved, pairsOf(), [right]), suspects }, 1).counts).toEqual({ mislabeled: 2 });
  });

  test('do not stand on images of a reference', () => {
    const asReference = images.map(each => ({ ...each, reference: true }));
    expect(deriveFindings({ ...inputOf(asReference), suspects }, 1).counts).toEqual({});
  });
});
