import { describe, expect, test } from 'vitest';
import type { Modality } from '../../../../src/core/checks/modalityNames';
import { byModality, modalities } from '../../../../src/core/checks/modalityNames';
import { oddOfThree } from '../../../../src/core/checks/oddOfThree';

const COUNT = 1000;
/** Of the first sixty each third has one modality wrong. */
const wrongOf = (sample: number): Modality | undefined => (sample < 60 ? modalities[sample % 3] : undefined);
/** Chances of a pair to be wrong, as a good network gives them. @param third the modality that is not of the pair */
const fitOf = (third: Modality, bad = 0.9, good = 0.01) => ({
  share: 0.04,
  chances: Float64Array.from({ length: COUNT }, (_, i) => {
    const wrong = wrongOf(i);
    return wrong !== undefined && wrong !== third ? bad : good;
  }),
});

describe('the odd one of three', () => {
  test('is the one outside of the pair that fits', () => {
    const { samples, share } = oddOfThree(byModality(fitOf), COUNT);
    for (let i = 0; i < 60; i++) expect(samples[i]).toMatchObject({ odd: wrongOf(i) });
    expect(Math.min(...samples.slice(0, 60).map(({ chance }) => chance))).toBeGreaterThan(0.9);
    expect(Math.max(...samples.slice(60).map(({ chance }) => chance))).toBeLessThan(0.1);
    for (const modality of modalities) expect(share[modality]).toBeCloseTo(0.02, 2);
  });

  test('weighs what two pairs say: each alone would not be enough', () => {
    const weak = byModality(third => fitOf(third, 0.4, 0.03));
    const { samples } = oddOfThree(weak, COUNT);
    for (let i = 0; i < 60; i++) {
      expect(samples[i].odd).toBe(wrongOf(i));
      expect(samples[i].chance).toBeGreaterThan(0.4);
    }
  });

  test('follows Bayes where it can be told by hand', () => {
    // All pairs say the same: no modality is likelier than another.
    const alike = { share: 0.1, chances: new Float64Array(4).fill(0.5) };
    const { samples } = oddOfThree({ image: alike, sound: alike, sensors: alike }, 4);
    expect(samples[0].odd).toBeUndefined();
    const none = oddOfThree({ image: { share: 0.1, chances: new Float64Array(4).fill(0.1) } }, 4).samples[0];
    // A ratio of 1 says nothing, so the shares stay what they were: twice 0.03.
    expect(none.chance).toBeCloseTo(0.06, 10);
  });

  test('names none of two where only these two are known, and never the unknown one', () => {
    const { samples } = oddOfThree({ sensors: fitOf('sensors') }, COUNT);
    for (let i = 0; i < 60; i++) {
      expect(samples[i].odd).toBeUndefined();
      expect(samples[i].chances.sensors).toBe(0);
      expect(samples[i].chance > 0.5).toBe(wrongOf(i) !== 'sensors');
    }
  });

  test('knows nothing of nothing', () => {
    expect(oddOfThree({}, 2).samples).toEqual([0, 1].map(() => ({ chance: 0, chances: { image: 0, sound: 0, sensors: 0 } })));
    expect(oddOfThree({}, 0).samples).toEqual([]);
  });
});
