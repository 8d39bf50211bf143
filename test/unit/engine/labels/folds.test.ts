import { describe, expect, test } from 'vitest';
import { countVotes } from '../../../../src/core/labels/neighbourVotes';
import { dealFolds, groupsOfClasses } from '../../../../src/engine/labels/folds';
import { neighbourLabels } from '../../../../src/engine/labels/neighbourVotes';
import { outOfFold } from '../../../../src/engine/labels/outOfFold';
import { planOf } from '../../../../src/engine/labels/plan';
import { settingsFor } from '../../../../src/engine/labels/settings';
import type { FoldTask } from '../../../../src/engine/labels/foldTask';

const signal = new AbortController().signal;

describe('folds', () => {
  const labels = Int32Array.from({ length: 400 }, (_, i) => (i < 390 ? i % 3 : 3));
  const groups = Int32Array.from({ length: 400 }, (_, i) => i - (i % 4));

  test('never part a group, and share out each class evenly', () => {
    const folds = dealFolds(groups, labels, 5, 1);
    groups.forEach((group, i) => expect(folds[i]).toBe(folds[group]));
    for (let fold = 0; fold < 5; fold++) {
      const own = [...folds.keys()].filter(i => folds[i] === fold);
      expect(own.length).toBeGreaterThanOrEqual(76);
      expect(own.length).toBeLessThanOrEqual(84);
    }
    // Ten images in three groups of the rare class: in three folds.
    expect(new Set([...folds.keys()].filter(i => i >= 392).map(i => folds[i])).size).toBeGreaterThanOrEqual(2);
  });

  test('are the same for a seed, and others for another', () => {
    expect(dealFolds(groups, labels, 5, 1)).toEqual(dealFolds(groups, labels, 5, 1));
    expect(dealFolds(groups, labels, 5, 2)).not.toEqual(dealFolds(groups, labels, 5, 1));
  });

  test('a class has as many different images as groups', () => {
    expect([...groupsOfClasses(Int32Array.of(0, 0, 2, 3, 3), Int32Array.of(0, 0, 0, 1, -1), 2)]).toEqual([2, 1]);
  });

  test('few images are learned from in small steps, which take less time', () => {
    expect([20, 123, 400, 60_000].map(images => settingsFor([28, 28, 1], images).batchSize)).toEqual([16, 32, 96, 96]);
  });

  test('there are five at least under 5,000 images; a time budget is shared by what runs at once', () => {
    expect(planOf(4999, 96, undefined, 2).folds).toBeGreaterThanOrEqual(5);
    const { folds, splits, limit } = planOf(60_000, 96, { seconds: 120 }, 2);
    expect(limit).toEqual({ seconds: (120 * 2) / (folds * splits) });
    expect(planOf(100, 96, { epochs: 3 }, 1).limit).toEqual({ steps: Math.ceil((80 * 3) / 96) });
  });
});

describe('out of fold', () => {
  const labels = Int32Array.from({ length: 40 }, (_, i) => (i === 7 ? -1 : i % 2));
  const groups = Int32Array.from({ length: 40 }, (_, i) => i - (i % 2));
  const data = { values: new Uint8Array(40), shape: [1, 1, 1] as const, labels, classes: 2 };
  const settings = {
    trunk: 'deep',
    batchSize: 8,
    learningRate: 1,
    smoothing: 0,
    shift: 0,
    mirror: false,
    runtime: 'auto',
  } as const;
  const plan = { folds: 4, splits: 2, limit: { steps: 1 } };

  test('no network is asked about what it was shown, nor about its group; every image is asked in every split', async () => {
    const tasks: FoldTask[] = [];
    const runner = {
      atOnce: 1,
      run: (_data: unknown, given: readonly FoldTask[]) => {
        tasks.push(...given);
        // A network's number as its probability tells which was asked.
        return Promise.resolve(
          given.map(({ fold }, at) => ({
            probabilities: Float32Array.from({ length: fold.length * 2 }, (_, k) => (k % 2 === 0 ? at : 100)),
            embeddings: new Float32Array(fold.length * 3),
          })),
        );
      },
    };
    const { probabilities, spaces } = await outOfFold(data, groups, plan, settings, 5, runner, () => undefined, signal);
    expect(tasks).toHaveLength(8);
    const ofImage = Array.from({ length: 40 }, () => [] as number[]);
    tasks.forEach(({ fold, training }, at) => {
      const own = at < 4 ? spaces[at].own : fold.length;
      const shown = new Set(training);
      const shownGroups = new Set([...training].map(i => groups[i]));
      for (const image of fold.subarray(0, own)) {
        ofImage[image].push(at);
        expect(shown.has(image)).toBe(false);
        expect(shownGroups.has(groups[image])).toBe(false);
      }
      expect(shown.has(7)).toBe(false);
    });
    ofImage.forEach((networks, image) => {
      expect(networks).toHaveLength(2);
      expect(probabilities.values[image * 2]).toBeCloseTo((networks[0] + networks[1]) / 2, 5);
      expect(probabilities.values[image * 2 + 1]).toBe(100);
    });
  });
});

describe('votes of neighbours', () => {
  test('are those of the nearest others: no copy of the image, one of each group, none without a label', async () => {
    // On a line: 0, then its copy, two of one group, one without a label, two more.
    const at = [0, 0.01, 1, 1.1, 2, 3, 4];
    const groups = Int32Array.of(0, 0, 2, 2, 4, 5, 6);
    const labels = Int32Array.of(0, 0, 1, 0, -1, 1, 0);
    const space = {
      images: Int32Array.from(at.keys()),
      own: at.length,
      embeddings: Float32Array.from(at.flatMap(x => [x, 1])),
      size: 2,
    };
    const found = await neighbourLabels([space], groups, labels, 1, () => undefined, signal);
    expect(Array.from(found.labels).slice(0, 4)).toEqual([1, 1, 0, -1]);
    const counts = new Float64Array(2);
    expect(countVotes(found, 0, counts)).toBe(3);
    expect(counts[1]).toBe(2);
  });
});
