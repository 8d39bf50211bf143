import { partitionPoint } from '../pairs/countUnder';

/**
 * All pairs of some pictures as the rows of one table, by distance. It is never written out: a row is found by its distance, and pairs that are
 * equally far follow each other by their numbers.
 */
export class PicturePairs {
  /** Ascending. */
  readonly distances: Float32Array;
  /** By pair: (1, 0), (2, 0), (2, 1), (3, 0) … */
  readonly #ofPair: Float32Array;

  /** @param distance of two pictures, numbered from 0 to `pictures` - 1 */
  constructor(
    readonly pictures: number,
    distance: (one: number, other: number) => number,
  ) {
    this.#ofPair = new Float32Array((pictures * (pictures - 1)) / 2);
    let pair = 0;
    for (let later = 1; later < pictures; later++) {
      for (let earlier = 0; earlier < later; earlier++) this.#ofPair[pair++] = distance(earlier, later);
    }
    this.distances = this.#ofPair.slice().sort();
  }

  pairAt(row: number): readonly [earlier: number, later: number] {
    const distance = this.distances[row];
    let left = row - this.rowOfDistance(distance);
    let pair = this.#ofPair.indexOf(distance);
    while (left-- > 0) pair = this.#ofPair.indexOf(distance, pair + 1);
    let later = Math.floor((1 + Math.sqrt(1 + 8 * pair)) / 2);
    // The root may be off by one in the last place.
    while ((later * (later - 1)) / 2 > pair) later--;
    while (((later + 1) * later) / 2 <= pair) later++;
    return [pair - (later * (later - 1)) / 2, later];
  }

  rowOf(one: number, other: number): number {
    const [earlier, later] = one < other ? [one, other] : [other, one];
    const pair = (later * (later - 1)) / 2 + earlier;
    const distance = this.#ofPair[pair];
    let row = this.rowOfDistance(distance);
    if (this.distances[row + 1] !== distance) return row;
    for (let at = this.#ofPair.indexOf(distance); at < pair; at = this.#ofPair.indexOf(distance, at + 1)) row++;
    return row;
  }

  /** The first row that is not nearer. */
  rowOfDistance(distance: number): number {
    const wanted = Math.fround(distance);
    return partitionPoint(this.distances.length, row => this.distances[row] < wanted);
  }
}
