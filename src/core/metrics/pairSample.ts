/** Pairs of images with the truth about them: what all judgements are made from. Columns of equal length. */
export interface JudgedPairs {
  /** Image numbers. */
  readonly a: ArrayLike<number>;
  readonly b: ArrayLike<number>;
  readonly distance: ArrayLike<number>;
  /** 1 similar, 0 different. */
  readonly similar: ArrayLike<number>;
}

/**
 * The variance of a statistic of pairs that share images, from how far each pair moves it (its influence; they add up to 0): pairs
 * that have an image in common are not independent, all others are. Σ over images (Σ of the influences of its pairs)² − Σ over pairs
 * influence², since a pair meets itself at both of its images: Fafchamps and Gubert, J. Dev. Econ. 83 (2007); Aronow, Samii and
 * Assenova, Political Analysis 23 (2015). Never less than if all pairs were independent.
 */
export function dyadicVariance({ a, b }: Pick<JudgedPairs, 'a' | 'b'>, influence: ArrayLike<number>): number {
  const ofImage = new Map<number, number>();
  let own = 0;
  for (let k = 0; k < influence.length; k++) {
    ofImage.set(a[k], (ofImage.get(a[k]) ?? 0) + influence[k]);
    ofImage.set(b[k], (ofImage.get(b[k]) ?? 0) + influence[k]);
    own += influence[k] ** 2;
  }
  let shared = 0;
  for (const sum of ofImage.values()) shared += sum ** 2;
  return Math.max(own, shared - own);
}
