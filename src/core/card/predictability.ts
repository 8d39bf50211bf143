import { wilson, type Interval } from '../metrics/interval';

/** One image as a rule for guessing its class sees it. */
export interface Example {
  /** Number of its class, from 0. */
  readonly label: number;
  /** 0 or 1: rules are made from one half and tried on the other, both ways. Equal images belong in one half. */
  readonly half: 0 | 1;
  readonly features: ArrayLike<number>;
}

/** How well a class can be guessed from something that should not tell it. */
export interface Predictability {
  /** Balanced accuracy (mean over classes of the share guessed right), with its 90 % interval. */
  readonly accuracy: Interval;
  /** That of guessing: 1 / classes. */
  readonly chance: number;
}

const BINS = 16;

/**
 * From one number: its range is cut into 16 parts of equally many images, and each part guesses the class that is most frequent in it, as a
 * share of the class's own size. Undefined where a half lacks a class.
 */
export const predictabilityOfNumber = (examples: readonly Example[], classes: number): Predictability | undefined =>
  crossFit(examples, classes, (train, counts) => {
    const sorted = train.map(({ features }) => features[0]).sort((x, y) => x - y);
    const cuts = Array.from({ length: BINS - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / BINS)]);
    const binOf = (value: number): number => cuts.filter(cut => value >= cut).length;
    const rates = Array.from({ length: BINS }, () => new Float64Array(classes));
    for (const { features, label } of train) rates[binOf(features[0])][label] += 1 / counts[label];
    const guesses = rates.map(largest);
    return features => guesses[binOf(features[0])];
  });

/** From many numbers: the class whose mean is nearest, each number measured in its own standard deviations. */
export const predictabilityOfVector = (examples: readonly Example[], classes: number): Predictability | undefined =>
  crossFit(examples, classes, (train, counts) => {
    const size = train[0].features.length;
    const means = Array.from({ length: classes }, () => new Float64Array(size));
    for (const { features, label } of train) for (let d = 0; d < size; d++) means[label][d] += features[d] / counts[label];
    const deviation = new Float64Array(size);
    for (const { features, label } of train) {
      for (let d = 0; d < size; d++) deviation[d] += (features[d] - means[label][d]) ** 2 / train.length;
    }
    const weights = deviation.map(square => 1 / (square + 1));
    return features => {
      const scores = means.map(mean => {
        let sum = 0;
        for (let d = 0; d < size; d++) sum -= weights[d] * (features[d] - mean[d]) ** 2;
        return sum;
      });
      return largest(scores);
    };
  });

type Rule = (features: ArrayLike<number>) => number;

function crossFit(
  examples: readonly Example[],
  classes: number,
  fit: (train: readonly Example[], counts: Float64Array) => Rule,
): Predictability | undefined {
  if (classes < 2) return undefined;
  const right = new Float64Array(classes);
  const asked = new Float64Array(classes);
  for (const half of [0, 1] as const) {
    const train = examples.filter(example => example.half === half);
    const counts = new Float64Array(classes);
    for (const { label } of train) counts[label]++;
    if (counts.includes(0)) return undefined;
    const guess = fit(train, counts);
    for (const { features, label } of examples.filter(example => example.half !== half)) {
      asked[label]++;
      if (guess(features) === label) right[label]++;
    }
  }
  const value = right.reduce((sum, count, label) => sum + count / asked[label], 0) / classes;
  // The mean of k shares is as sure as one share of k² / Σ 1/nₖ draws.
  const draws = classes ** 2 / asked.reduce((sum, count) => sum + 1 / count, 0);
  return { accuracy: wilson(value, draws), chance: 1 / classes };
}

/** The first place of the largest value. */
function largest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
