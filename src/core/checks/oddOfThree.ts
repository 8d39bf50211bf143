import type { Modality } from './modalityNames';
import { byModality, modalities } from './modalityNames';
import type { TwoGroups } from './twoGroups';

/** What is known of the fit of two members of each sample, under the modality that is not of the two; absent where nothing was learned. */
export type PairFits = Readonly<Partial<Record<Modality, Pick<TwoGroups, 'chances' | 'share'>>>>;

export interface OddOfThree {
  /** One a sample. */
  readonly samples: readonly OddChances[];
  /** The estimated share of samples in which only this modality is wrong. */
  readonly share: Readonly<Record<Modality, number>>;
}

export interface OddChances {
  /** How likely not all three belong together, 0…1. */
  readonly chance: number;
  /** How likely only this one is wrong. */
  readonly chances: Readonly<Record<Modality, number>>;
  /** The likeliest of these; absent where two are as likely. */
  readonly odd?: Modality;
}

/** Ways in which a sample can be wrong: one modality does not belong to the others, or none to any. */
const ways = [...modalities, 'apart'] as const;
type Way = (typeof ways)[number];

/** At first, of each way. */
const FIRST_SHARE = 0.03;
const ROUNDS = 50;
/** Chances nearer to 0 or 1 are no better known. */
const SURE = 1e-4;

/**
 * Which of three members is wrong, by what each two of them say. Where one is wrong its two pairs fit as strangers do, and the third as own ones
 * do; where all belong together, all three fit; where none does, none. How much likelier a fit is for strangers than for own ones,
 * f_wrong / f_right, follows by Bayes from a pair's chance p to be wrong and the share π of wrong pairs: p / (1 − p) · (1 − π) / π. Given the
 * way, pairs are taken to be independent; the shares of the ways are found by expectation and maximization (Dempster, Laird and Rubin,
 * "Maximum likelihood from incomplete data via the EM algorithm", 1977).
 * @param count of samples
 */
export function oddOfThree(pairs: PairFits, count: number): OddOfThree {
  const ratios = byModality(third => pairs[third] && strangerRatios(pairs[third]));
  const possible = ways.filter(way => isTellable(way, ratios));
  const chancesOf = (sample: number, shares: ReadonlyMap<Way, number>): Map<Way, number> => {
    let right = 1;
    const weights = new Map<Way, number>();
    for (const [way, share] of shares) {
      right -= share;
      weights.set(
        way,
        modalities.reduce((product, third) => (third === way ? product : product * (ratios[third]?.[sample] ?? 1)), share),
      );
    }
    const total = Math.max(0, right) + [...weights.values()].reduce((sum, weight) => sum + weight, 0);
    return new Map([...weights].map(([way, weight]) => [way, weight / total]));
  };
  const samples = [...new Array(count).keys()];
  let shares: ReadonlyMap<Way, number> = new Map(possible.map(way => [way, FIRST_SHARE]));
  for (let round = 0; round < ROUNDS; round++) {
    const found = samples.map(sample => chancesOf(sample, shares));
    shares = new Map(possible.map(way => [way, found.reduce((sum, chances) => sum + chances.get(way)!, 0) / Math.max(1, count)]));
  }
  return {
    samples: samples.map(sample => oddChances(chancesOf(sample, shares))),
    share: byModality(each => shares.get(each) ?? 0),
  };
}

/** How much likelier each sample's fit is for strangers than for own ones. */
const strangerRatios = ({ chances, share }: Pick<TwoGroups, 'chances' | 'share'>): Float64Array => {
  const wrong = within(share);
  return chances.map(chance => ((within(chance) / (1 - within(chance))) * (1 - wrong)) / wrong);
};

const within = (share: number): number => Math.min(1 - SURE, Math.max(SURE, share));

/** Whether known pairs speak of it: that none fits looks like one wrong member unless all three are known. */
const isTellable = (way: Way, known: Readonly<Record<Modality, unknown>>): boolean =>
  way === 'apart' ? modalities.every(third => known[third]) : modalities.some(third => third !== way && known[third]);

function oddChances(chances: ReadonlyMap<Way, number>): OddChances {
  const [first, second] = modalities.map(each => [each, chances.get(each) ?? 0] as const).sort(([, a], [, b]) => b - a);
  return {
    chance: Math.min(
      1,
      [...chances.values()].reduce((sum, each) => sum + each, 0),
    ),
    chances: byModality(each => chances.get(each) ?? 0),
    ...(first[1] > second[1] && { odd: first[0] }),
  };
}
