import { describe, expect, test } from 'vitest';
import { calibrateScores } from '../../../../src/core/labels/calibrateScores';
import { confidentJoint } from '../../../../src/core/labels/confidentJoint';
import { evidencePower } from '../../../../src/core/labels/evidencePower';
import { judgeLabels } from '../../../../src/core/labels/judge';
import { pooledEvidence } from '../../../../src/core/labels/pooledEvidence';
import type { Probabilities } from '../../../../src/core/labels/probabilities';
import { normalizedMargin, selfConfidence, suggestedClass, transitionScore } from '../../../../src/core/labels/scores';
import { transitions } from '../../../../src/core/labels/transitions';
import { seededRandom } from '../../../../src/core/labeling/random';

const rows = (...values: number[][]): Probabilities => ({
  images: values.length,
  classes: values[0].length,
  values: Float32Array.from(values.flat()),
});

describe('scores of one image', () => {
  const p = rows([0.6, 0.3, 0.1]);

  test('self-confidence and margin', () => {
    expect(selfConfidence(p, 0, 1)).toBeCloseTo(-0.3, 6);
    expect(normalizedMargin(p, 0, 1)).toBeCloseTo(0.6 - 0.3, 6);
    expect(normalizedMargin(p, 0, 0)).toBeCloseTo(0.3 - 0.6, 6);
  });

  test('the transition-aware score is the log-odds of its docblock, and suggests by the same products', () => {
    // Class 0 is often labeled 1, class 2 even more often.
    const table = { classes: 3, rates: Float64Array.of(0.9, 0.02, 0.08, 0, 1, 0, 0.1, 0.4, 0.5) };
    expect(transitionScore(p, 0, 1, table)).toBeCloseTo(Math.log(0.6 * 0.02 + 0.1 * 0.4) - Math.log(0.3), 5);
    expect(suggestedClass(p, 0, 1, table)).toBe(2);
    expect(suggestedClass(p, 0, 2, table)).toBe(0);
  });

  test('a probability of 0 is not taken at its word', () => {
    const sure = rows([1, 0]);
    expect(transitionScore(sure, 0, 1, { classes: 2, rates: Float64Array.of(0.5, 0.5, 0.5, 0.5) })).toBeCloseTo(
      Math.log(0.5 / 1e-6),
      4,
    );
  });
});

describe('transitions', () => {
  test('count the labels of the surest images of each predicted class', () => {
    // Ten images of class 0, the two surest of which count; one of those is labeled 1. The unsure eight are all labeled 1.
    const p = rows(...Array.from({ length: 10 }, (_, i) => (i < 2 ? [0.99, 0.01] : [0.6, 0.4])), [0.1, 0.9], [0.2, 0.8]);
    const labels = [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
    const { rates } = transitions(p, labels);
    // 1 of 2 in row 0, 0 of 1 in row 1; the rate of all rows is (1 + 1) / (3 + 2). With two classes there is one way to be wrong.
    expect([...rates]).toEqual([0.6, 0.4, 0.4, 0.6].map(rate => expect.closeTo(rate, 9)));
  });

  /** Images that are surely of their class, labeled by `labelOf`. */
  const sure = (perClass: number, classes: number, labelOf: (truth: number, k: number) => number) => {
    const values: number[][] = [];
    const labels: number[] = [];
    for (let truth = 0; truth < classes; truth++) {
      for (let k = 0; k < perClass; k++) {
        values.push(Array.from({ length: classes }, (_, c) => (c === truth ? 0.97 : 0.03 / (classes - 1))));
        labels.push(labelOf(truth, k));
      }
    }
    return { p: rows(...values), labels };
  };

  test('mistakes without preference give flat rows, mistakes between certain classes do not', () => {
    const random = seededRandom(3);
    const flat = sure(2000, 5, truth => (random() < 0.1 ? (truth + 1 + Math.floor(random() * 4)) % 5 : truth));
    const even = transitions(flat.p, flat.labels).rates;
    const wrong = [1, 2, 3, 4].map(y => even[y]);
    expect(Math.max(...wrong) / Math.min(...wrong)).toBeLessThan(1.3);

    const paired = sure(2000, 5, (truth, k) => (k % 10 === 0 ? (truth + 1) % 5 : truth));
    const uneven = transitions(paired.p, paired.labels).rates;
    expect(uneven[1]).toBeGreaterThan(0.09);
    // Of the rate of 0.1 a sixteenth at most, which the smallest concentration leaves to pairs that were not seen.
    expect(uneven[3]).toBeLessThan(0.1 / 16);
  });
});

describe('pooled evidence', () => {
  test('is (p · exp(share of votes))^power, made to add up to 1', () => {
    const p = rows([0.6, 0.3, 0.1], [0.2, 0.8, 0], [0, 0, 0]);
    const votes = { voters: 4, labels: [1, 1, 0, -1, -1, -1, -1, -1, 2, 2, 2, 2] };
    const { values } = pooledEvidence(p, 2, votes);
    const [a, b, c] = [0.36 * Math.exp(2 / 3), 0.09 * Math.exp(4 / 3), 0.01];
    expect([...values.slice(0, 3)]).toEqual([a, b, c].map(w => expect.closeTo(w / (a + b + c), 6)));
    // Nobody voted; and of the last one nothing is known.
    expect([...values.slice(3)]).toEqual([0.04 / 0.68, 0.64 / 0.68, 0, 0, 0, 0].map(w => expect.closeTo(w, 6)));
    expect([...pooledEvidence(p, 2).values.slice(0, 3)]).toEqual([0.36, 0.09, 0.01].map(w => expect.closeTo(w / 0.46, 6)));
    expect([...pooledEvidence(p, 1).values]).toEqual([...p.values]);
  });

  /** Of 3,000 images in three classes one in ten is hard: the network takes it for another. @returns labels, some of them wrong */
  function withHard(labelOf: (truth: number, isHard: boolean, nth: number) => number) {
    const each = Array.from({ length: 3000 }, (_, i) => ({ truth: i % 3, isHard: i % 30 < 3, nth: Math.floor(i / 30) }));
    const p = rows(
      ...each.map(({ truth, isHard }) =>
        [0, 1, 2].map(c =>
          c === (truth + Number(isHard)) % 3 ? (isHard ? 0.9 : 0.95) : c === (truth + Number(!isHard)) % 3 ? 0.04 : 0.01,
        ),
      ),
    );
    return { p, labels: each.map(({ truth, isHard, nth }) => labelOf(truth, isHard, nth)) };
  }

  test('takes probabilities as they are where mistakes fall on any image', () => {
    const random = seededRandom(1);
    const { p, labels } = withHard((truth, isHard) => (isHard ? (truth + 1) % 3 : random() < 0.05 ? (truth + 1) % 3 : truth));
    expect(evidencePower(p, labels)).toBe(1);
  });

  test('makes them surer where they fall on hard images', () => {
    const { p, labels } = withHard((truth, isHard, nth) => (isHard && nth % 2 === 0 ? (truth + 2) % 3 : truth));
    expect(evidencePower(p, labels)).toBe(2);
  });

  test('takes them as they are where there is no label', () => {
    expect(evidencePower(rows([0.6, 0.4]), [-1])).toBe(1);
  });
});

describe('the confident joint', () => {
  test('is that of its paper, by hand', () => {
    const p = rows([0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.3, 0.7], [0.1, 0.9], [0.5, 0.5]);
    const labels = [0, 0, 0, 1, 1, 1];
    const { thresholds, joint, wrongLabels } = confidentJoint(p, labels);
    expect(thresholds[0]).toBeCloseTo(0.6, 6);
    expect(thresholds[1]).toBeCloseTo(0.7, 6);
    // Label 0: two are 0, one is 1. Label 1: two are 1, the last reaches neither threshold. Scaled to three images each.
    expect([...joint].map(v => v * 6)).toEqual([2, 1, 0, 3].map(v => expect.closeTo(v, 6)));
    expect(wrongLabels).toBeCloseTo(1, 6);
  });

  test('images without a label do not count', () => {
    expect(confidentJoint(rows([0.9, 0.1], [0.1, 0.9]), [-1, 1]).wrongLabels).toBe(0);
  });
});

/** Two-class images with overlapping probabilities of the true class, some labels exchanged. */
function blurred(count: number, wrongShare: number, seed: number) {
  const random = seededRandom(seed);
  const truth = Array.from({ length: count }, () => Math.floor(random() * 3));
  const values = truth.map(t => {
    const strength = Math.log(20) + 2 * (random() + random() + random() - 1.5);
    const weights = [0, 1, 2].map(c => Math.exp(c === t ? strength : random()));
    const total = weights.reduce((sum, w) => sum + w, 0);
    return weights.map(w => w / total);
  });
  const labels = truth.map(t => (random() < wrongShare ? (t + 1) % 3 : t));
  return { p: rows(...values), labels, wrong: labels.map((label, i) => label !== truth[i]) };
}

describe('calibration by injected mistakes', () => {
  test.each([0.02, 0.1])('finds how many labels are wrong, and which probability a score has (%d)', share => {
    const { p, labels, wrong } = blurred(8000, share, 7);
    const judge = judgeLabels(p, labels, { seed: 1 });
    expect(judge.isCalibrated).toBe(true);
    expect(judge.wrongLabels.calibrated! / 8000 / share).toBeGreaterThan(0.7);
    expect(judge.wrongLabels.calibrated! / 8000 / share).toBeLessThan(1.4);
    const scores = labels.map((label, i) => judge.scoreOf(i, label));
    for (const [low, high] of [
      [0, 0.2],
      [0.8, 1.01],
    ]) {
      const chosen = scores.flatMap((score, i) => (score >= low && score < high ? [i] : []));
      const told = chosen.reduce((sum, i) => sum + scores[i], 0) / chosen.length;
      const observed = chosen.filter(i => wrong[i]).length / chosen.length;
      expect(Math.abs(told - observed)).toBeLessThan(0.15);
    }
  });

  test.each([1, 2, 3, 4, 5])('finds three wrong labels among 123, and none where none is (draw %d)', draw => {
    const random = seededRandom(draw);
    const values = Array.from({ length: 123 }, (_, i) => {
      const rest = 0.02 + 0.06 * random();
      return [0, 1, 2].map(c => (c === i % 3 ? 1 - rest : rest / 2));
    });
    const truth = values.map((_, i) => i % 3);
    const wrong = [10, 50, 100];
    const labels = truth.map((t, i) => (wrong.includes(i) ? (t + 1) % 3 : t));
    const suspects = (given: readonly number[]): number[] => {
      const judge = judgeLabels(rows(...values), given, { seed: draw });
      return given.flatMap((label, i) => (judge.scoreOf(i, label) >= 0.5 ? [i] : []));
    };
    expect(suspects(labels)).toEqual(wrong);
    expect(judgeLabels(rows(...values), labels, { seed: draw }).wrongLabels.calibrated).toBeGreaterThan(2);
    expect(judgeLabels(rows(...values), labels, { seed: draw }).wrongLabels.calibrated).toBeLessThan(6);
    expect(suspects(truth)).toEqual([]);
    expect(judgeLabels(rows(...values), truth, { seed: draw }).wrongLabels.calibrated).toBeLessThan(2);
  });

  test('says nothing of very few labels', () => {
    const { p, labels } = blurred(60, 0.1, 2);
    expect(calibrateScores(p, labels, transitions(p, labels), 1)).toBeUndefined();
    expect(judgeLabels(p, labels, { seed: 1 }).isCalibrated).toBe(false);
  });
});

describe('judging', () => {
  test('keeps the order of the scores, and images of equal probabilities equal', () => {
    const { p, labels } = blurred(2000, 0.05, 5);
    const judge = judgeLabels(p, labels, { seed: 1 });
    const evidence = pooledEvidence(p, evidencePower(p, labels));
    const table = transitions(evidence, labels);
    const order = [...labels.keys()].sort((a, b) => judge.scoreOf(a, labels[a]) - judge.scoreOf(b, labels[b]));
    const raw = order.map(i => transitionScore(evidence, i, labels[i], table));
    expect(raw).toEqual([...raw].sort((a, b) => a - b));
    for (const i of order) {
      const score = judge.scoreOf(i, labels[i]);
      expect(score >= 0 && score <= 1).toBe(true);
    }
  });

  test('the same seed gives the same scores', () => {
    const { p, labels } = blurred(500, 0.05, 9);
    const scores = () => {
      const judge = judgeLabels(p, labels, { seed: 4 });
      return labels.map((label, i) => judge.scoreOf(i, label));
    };
    expect(scores()).toEqual(scores());
  });

  test('probabilities that know nothing accuse nobody', () => {
    const random = seededRandom(1);
    const p = rows(...Array.from({ length: 400 }, () => [0.5, 0.3, 0.2].map(v => v + 0.01 * random())));
    const labels = Array.from({ length: 400 }, (_, i) => (i % 20 < 9 ? 1 : i % 20 < 14 ? 0 : 2));
    const judge = judgeLabels(p, labels, { seed: 1 });
    expect(judge.isInformative).toBe(false);
    expect(judge.isCalibrated).toBe(false);
    expect(Math.max(...labels.map((label, i) => judge.scoreOf(i, label)))).toBeLessThan(0.5);
  });

  test('an image without a label is told what it looks like', () => {
    const { p, labels } = blurred(300, 0, 3);
    const judge = judgeLabels(p, labels, { seed: 1 });
    const looks = [...p.values.subarray(0, 3)];
    expect(judge.suggestedFor(0, -1)).toBe(looks.indexOf(Math.max(...looks)));
  });
});

describe('odd data sets', () => {
  /** Probabilities that mostly know the class and mix in its prior, as a network on unequal classes does. */
  function made(sizes: readonly number[], wrongShare: number, sureness: number) {
    const random = seededRandom(11);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const truth = sizes.flatMap((size, c) => Array<number>(size).fill(c));
    const p = rows(
      ...truth.map(t => {
        const own = sureness * (0.7 + 0.3 * random());
        return sizes.map((size, c) => (1 - own) * (size / total) + (c === t ? own : 0));
      }),
    );
    const labels = truth.map(t =>
      random() < wrongShare ? (t + 1 + Math.floor(random() * (sizes.length - 1))) % sizes.length : t,
    );
    const judge = judgeLabels(p, labels, { seed: 1 });
    const scores = labels.map((label, i) => judge.scoreOf(i, label));
    const order = [...labels.keys()].sort((a, b) => scores[b] - scores[a]);
    const wrong = labels.reduce((sum, label, i) => sum + Number(label !== truth[i]), 0);
    const found = order.slice(0, wrong).filter(i => labels[i] !== truth[i]).length / wrong;
    return { judge, scores, labels, truth, found };
  }

  test('200 classes of ten images', () => {
    const { judge, found } = made(Array<number>(200).fill(10), 0.05, 0.8);
    expect(judge.isInformative).toBe(true);
    expect(found).toBeGreaterThan(0.9);
  });

  test('classes of 2,000 and of 20: the right labels of the rare are not doubted for being rare', () => {
    const { scores, labels, truth, found } = made([2000, 20, 500], 0.03, 0.6);
    expect(found).toBeGreaterThan(0.9);
    const rare = [...labels.keys()].filter(i => labels[i] === 1 && truth[i] === 1);
    expect(rare.filter(i => scores[i] >= 0.5)).toEqual([]);
  });

  test('few images: twenty in two classes', () => {
    const { judge, found } = made([10, 10], 0.1, 0.9);
    expect(judge.isCalibrated).toBe(false);
    expect(found).toBe(1);
  });
});
