import { fitMixture } from '../calibration/mixture';

/**
 * Which of many scores belong to things that do not fit, where the scores of things that surely do not fit are known too (any image with
 * a caption drawn at random): a mixture (`fitMixture`) over ranks among the misfits, which are uniform by definition.
 */
export interface TwoGroups {
  /** Of each judged thing, 0…1: how likely it is no better than the misfits. */
  readonly chances: Float64Array;
  /** The estimated share of things that don't fit. */
  readonly share: number;
  /** How far the judged lie above the misfits: the chance that one of the judged beats a misfit; ½ = nothing was learned. */
  readonly auc: number;
}

/** Misfits, evenly ranked. */
const MISFITS = 400;
const EVEN = Float64Array.from({ length: MISFITS }, (_, i) => doubt((i + 0.5) / MISFITS));
const EVEN_WEIGHTS = new Float64Array(MISFITS).fill(1 / MISFITS);

/**
 * @param ranks one a judged thing: the share of misfits that it beats, 0…1
 */
export function twoGroups(ranks: ArrayLike<number>): TwoGroups {
  const given = Float64Array.from(ranks, doubt);
  if (given.length === 0) return { chances: given, share: 0, auc: 0.5 };
  const auc = Array.from(ranks).reduce((sum, rank) => sum + rank, 0) / given.length;
  const { wrongShare, chanceAt } = fitMixture(given, EVEN, () => EVEN_WEIGHTS)!;
  return { chances: given.map(chanceAt), share: wrongShare, auc };
}

/** Minus the log-odds of a rank: the less it beats, the higher. */
function doubt(rank: number): number {
  const within = Math.min(1 - 0.5 / MISFITS, Math.max(0.5 / MISFITS, rank));
  return Math.log(1 - within) - Math.log(within);
}
