/** The labels of each image's nearest others, none of which is a copy of it. */
export interface NeighbourVotes {
  readonly voters: number;
  /** images × voters class numbers, nearest first; −1 where there are no more. */
  readonly labels: ArrayLike<number>;
}

/** Adds an image's votes to counts by class. @returns how many votes there are */
export function countVotes({ voters, labels }: NeighbourVotes, image: number, counts: Float64Array): number {
  let asked = 0;
  for (; asked < voters; asked++) {
    const vote = labels[image * voters + asked];
    if (vote < 0) break;
    counts[vote]++;
  }
  return asked;
}
