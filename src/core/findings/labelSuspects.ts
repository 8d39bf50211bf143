import type { BoxNumbers, TextPlace } from '../dataset/boxes';

/** An image whose label a model contradicts. */
export interface LabelSuspect {
  /** Index of the image. */
  readonly image: number;
  /** Where it is not the whole image that is judged: the box, its label, and where that stands. */
  readonly box?: { readonly numbers: BoxNumbers; readonly label: string; readonly at: TextPlace };
  /** The label that it looks like. */
  readonly suggested: string;
  /** Absent where there is nothing to find neighbours in. */
  readonly votes?: { readonly suggested: number; readonly asked: number };
  /** Estimated probability that the label is wrong, 0…1. */
  readonly score: number;
}

/** One labeled image and its nearest labeled images, nearest first, copies of it left out. */
export interface LabelNeighbours {
  readonly image: number;
  readonly label: string;
  readonly neighbours: readonly { readonly label: string; readonly distance: number }[];
}

/** Labels that are more probably right than wrong are no finding. */
export const LEAST_SUSPICION = 0.5;
/** How many neighbours vote. */
export const LABEL_VOTERS = 10;
/** Fewer say nothing. */
const LEAST_VOTERS = 5;
/** What the error rate of a data set is taken for before it is looked at, and how many images that weighs. */
const PRIOR_ERRORS = { rate: 0.02, weight: 50 } as const;
/** No neighbour's label is surer than this: labels are wrong now and then, and so are embeddings. */
const MOST_CONFIDENCE = 0.98;

/**
 * The estimated probability that each image's label is wrong, from the votes of its neighbours.
 *
 * Each class has a rate at which neighbours of its members carry each other label: M[c][l], estimated from the data set itself (the
 * noise is assumed rarer than the truth; Laplace-smoothed). By Bayes' rule, with n neighbours of labels l₁ … lₙ taken as independent
 * given the true class t, and the given label g right with probability 1 − ε:
 * P(t | votes, g) ∝ P(g | t) · Π M[t][lᵢ]^w, where P(g | t) is 1 − ε for g = t and ε · share(g) / (1 − share(t)) else. Neighbours of
 * one image are not independent (they lie together), so their log-likelihoods count w < 1. The score is 1 − P(g | votes, g); ε starts
 * at 2 % and is updated once from the first pass (one step of expectation-maximization: Dawid and Skene 1979, Applied Statistics 28).
 *
 * A class whose images look like another's by nature (shirts and T-shirts) has neighbours of that class as a rule, M tells so, and such
 * images are no suspects.
 */
export function labelSuspects(images: readonly LabelNeighbours[]): LabelSuspect[] {
  const classes = [...new Set(images.flatMap(({ label, neighbours }) => [label, ...neighbours.map(n => n.label)]))].sort();
  if (classes.length < 2) return [];
  const numberOf = new Map(classes.map((label, number) => [label, number]));
  const judged = images
    .filter(({ neighbours }) => neighbours.length >= LEAST_VOTERS)
    .map(({ image, label, neighbours }) => ({
      image,
      given: numberOf.get(label)!,
      votes: neighbours.slice(0, LABEL_VOTERS).map(({ label: vote }) => numberOf.get(vote)!),
    }));
  const shares = sharesOf(
    judged.map(({ given }) => given),
    classes.length,
  );
  const rates = voteRates(judged, shares);
  const wrongAt = (errorRate: number): Float64Array[] =>
    judged.map(({ given, votes }) => posterior(given, votes, rates, shares, errorRate));
  const first = wrongAt(PRIOR_ERRORS.rate);
  const errors = judged.reduce((sum, { given }, i) => sum + 1 - first[i][given], 0);
  const { rate, weight } = PRIOR_ERRORS;
  const errorRate = (errors + rate * weight) / (judged.length + weight);
  const found: LabelSuspect[] = [];
  for (const [i, posteriors] of wrongAt(errorRate).entries()) {
    const { image, given, votes } = judged[i];
    const score = 1 - posteriors[given];
    if (score < LEAST_SUSPICION) continue;
    let suggested = given === 0 ? 1 : 0;
    for (let c = 0; c < classes.length; c++) if (c !== given && posteriors[c] > posteriors[suggested]) suggested = c;
    const agreeing = votes.filter(vote => vote === suggested).length;
    // What nobody voted for can't be shown to anybody.
    if (agreeing === 0) continue;
    found.push({
      image,
      suggested: classes[suggested],
      votes: { suggested: agreeing, asked: votes.length },
      score: Math.min(1, Math.round(score * 1e6) / 1e6),
    });
  }
  return found;
}

interface Judged {
  readonly given: number;
  readonly votes: readonly number[];
}

const sharesOf = (labels: readonly number[], classes: number): Float64Array => {
  const shares = new Float64Array(classes).fill(1 / (labels.length + classes));
  for (const label of labels) shares[label] += 1 / (labels.length + classes);
  return shares;
};

/** How often a neighbour of a member of each class (row) carries each label (column), smoothed by the labels' shares. */
function voteRates(judged: readonly Judged[], shares: Float64Array): Float64Array[] {
  const classes = shares.length;
  const rates = Array.from({ length: classes }, () => Float64Array.from(shares));
  for (const { given, votes } of judged) for (const vote of votes) rates[given][vote]++;
  for (const [own, row] of rates.entries()) {
    const sum = row.reduce((total, each) => total + each, 0);
    for (let c = 0; c < classes; c++) row[c] /= sum;
    if (row[own] <= MOST_CONFIDENCE) continue;
    const others = 1 - row[own];
    for (let c = 0; c < classes; c++) {
      const share = others > 0 ? row[c] / others : 1 / (classes - 1);
      row[c] = c === own ? MOST_CONFIDENCE : (1 - MOST_CONFIDENCE) * share;
    }
  }
  return rates;
}

/** Ten neighbours count as about three that know nothing of each other. */
const VOTE_WEIGHT = 0.3;

function posterior(
  given: number,
  votes: readonly number[],
  rates: readonly Float64Array[],
  shares: Float64Array,
  errorRate: number,
): Float64Array {
  const logs = Float64Array.from(rates, (row, truth) => {
    let log = truth === given ? Math.log(1 - errorRate) : Math.log((errorRate * shares[truth]) / (1 - shares[truth]));
    for (const vote of votes) log += VOTE_WEIGHT * Math.log(row[vote]);
    return log;
  });
  const largest = logs.reduce((most, log) => Math.max(most, log), -Infinity);
  const weights = logs.map(log => Math.exp(log - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map(weight => weight / sum);
}
