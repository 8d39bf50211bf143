import { calibrateScores } from './calibrateScores';
import { confidentJoint } from './confidentJoint';
import { evidencePower } from './evidencePower';
import type { NeighbourVotes } from './neighbourVotes';
import { likeliest } from './probabilities';
import { pooledEvidence } from './pooledEvidence';
import type { Probabilities } from './probabilities';
import { suggestedClass, transitionScore } from './scores';
import { transitions } from './transitions';

/** What the probabilities say of labels. */
export interface LabelJudge {
  /** Scores are probabilities; else they only rank. */
  readonly isCalibrated: boolean;
  /** The probabilities agree with labels so often that a doubt of theirs means something; else all scores are under ½. */
  readonly isInformative: boolean;
  /** Estimated numbers of wrong labels; `calibrated` is absent where there is no calibration. */
  readonly wrongLabels: { readonly calibrated?: number; readonly confidentJoint: number };
  /** Of an image under a label: 0…1, higher = more doubtful, and no two images' equal unless the probabilities are. */
  scoreOf(image: number, label: number): number;
  /** The likeliest class but the label; without one (−1) the likeliest. */
  suggestedFor(image: number, label: number): number;
}

/** Where more labels than that seem wrong, it is the probabilities that are. */
const MOST_WRONG = 0.5;
/** How much of a score is its rank: a calibration curve has steps, and images on one step differ still. */
const RANK_SHARE = 1e-3;

export interface JudgeOptions {
  /** Of the mistakes that are injected. */
  readonly seed: number;
  /** Of neighbours in a space that was made without the image's label; absent where there is none. */
  readonly votes?: NeighbourVotes;
}

/**
 * Rates labels by out-of-fold probabilities and neighbours' votes: transition-aware scores, calibrated by injected mistakes where there are
 * labels enough.
 * @param labels a class number for every image, −1 for none and for those that nothing can be known of
 */
export function judgeLabels(given: Probabilities, labels: ArrayLike<number>, { seed, votes }: JudgeOptions): LabelJudge {
  const p = pooledEvidence(given, evidencePower(given, labels), votes);
  const table = transitions(p, labels);
  const calibration = calibrateScores(p, labels, table, seed);
  const known = Array.from({ length: p.images }, (_, i) => i).filter(i => labels[i] >= 0);
  const ascending = Float64Array.from(known, i => transitionScore(p, i, labels[i], table)).sort();
  const isInformative = (calibration?.wrongShare ?? 0) <= MOST_WRONG && agreement(p, labels, known) > commonest(p, labels, known);
  const probability = calibration?.chanceAt ?? ((score: number) => 1 / (1 + Math.exp(-score)));
  const joint = confidentJoint(given, labels).wrongLabels;
  return {
    isCalibrated: calibration !== undefined && isInformative,
    isInformative,
    wrongLabels: {
      ...(calibration && isInformative && { calibrated: calibration.wrongShare * known.length }),
      confidentJoint: joint,
    },
    scoreOf: (image, label) => {
      const score = transitionScore(p, image, label, table);
      if (!isInformative) return rankOf(score, ascending) * 0.499;
      return (1 - RANK_SHARE) * probability(score) + RANK_SHARE * rankOf(score, ascending);
    },
    suggestedFor: (image, label) => (label < 0 ? likeliest(p, image) : suggestedClass(p, image, label, table)),
  };
}

/** How often the likeliest class is the label. */
const agreement = (p: Probabilities, labels: ArrayLike<number>, known: readonly number[]): number =>
  known.reduce((sum, i) => sum + Number(likeliest(p, i) === labels[i]), 0) / known.length;

/** How often always naming the commonest label would be right. */
function commonest({ classes }: Probabilities, labels: ArrayLike<number>, known: readonly number[]): number {
  const counts = new Float64Array(classes);
  for (const i of known) counts[labels[i]]++;
  return Math.max(...counts) / known.length;
}

/** The share of scores under one, 0…1. */
function rankOf(score: number, ascending: Float64Array): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < score) low = middle + 1;
    else high = middle;
  }
  return ascending.length > 0 ? low / ascending.length : 0;
}
