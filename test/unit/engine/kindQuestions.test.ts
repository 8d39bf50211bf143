import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/labeling/random';
import type { Verdict } from '../../../src/core/verdicts/verdict';
import { chooseKindPairs } from '../../../src/engine/labeling/kindQuestions';

/** Twelve pictures in three kinds on a line; images are numbered from 100. */
const contents = Array.from({ length: 12 }, (_, i) => `c${String(i).padStart(2, '0')}`);
const seen = {
  contents,
  images: contents.map((_, i) => 100 + i),
  distance: (one: number, other: number) => Math.abs(one - other) + 20 * Math.abs(Math.floor(one / 4) - Math.floor(other / 4)),
};
const verdict = (kind: Verdict['verdict'], a: number, b: number, more: Partial<Verdict> = {}): Verdict => ({
  id: `${kind} ${a} ${b}`,
  relation: 'same-class',
  verdict: kind,
  images: [a, b].map(i => ({ content: contents[i], path: `${contents[i]}.png` })),
  ...more,
});
const params = { relation: 'same-class', except: [] } as const;

describe('chooseKindPairs', () => {
  const known = [verdict('similar', 0, 1), verdict('similar', 4, 5), verdict('different', 10, 0)];

  it('goes on with the picture that has no place yet, by image numbers', () => {
    const [next] = chooseKindPairs(seen, known, params, 1, seededRandom(1));
    expect(next).toEqual({ first: 110, second: 105, reason: 'place' });
  });

  it('takes no place from audits or other relations, yet asks about no pair of theirs again', () => {
    const audit = verdict('similar', 10, 5, { audit: { probability: 0.1 } });
    const other = verdict('similar', 10, 4, { relation: 'same-picture' });
    const [next] = chooseKindPairs(seen, [...known, audit, other], params, 1, seededRandom(1));
    expect(next).toMatchObject({ first: 110, second: 104 });
  });

  it('leaves out what waits to be shown and what was shown last', () => {
    const except = [[contents[5], contents[10]]] as const;
    expect(chooseKindPairs(seen, known, { ...params, except }, 1, seededRandom(1))[0]).toMatchObject({ second: 104 });
    const last = [contents[10], contents[0]] as const;
    const shown = chooseKindPairs(seen, known, { ...params, last }, 3, seededRandom(1)).flatMap(({ first, second }) => [
      first,
      second,
    ]);
    expect(shown).not.toContain(110);
    expect(shown).not.toContain(100);
  });
});
