import { setImmediate as nextTurn } from 'node:timers/promises';
import { SeededRandom } from '../samplers/random';
import type { FuzzyGraph } from './fuzzyGraph';

/** Points pushed away for each that draws near. */
const pushes = 5;
/** No point moves further at a time, in units of the map. */
const longestStep = 4;
const nearZero = 0.001;

/** As UMAP's reference does: small maps are cheap and need more rounds to settle. */
export const roundsFor = (count: number): number => (count <= 2500 ? 500 : count <= 5000 ? 400 : count <= 7500 ? 300 : 200);

/**
 * Moves points until those with an edge between them lie together and all others apart: UMAP's stochastic gradient descent with drawn
 * negative samples (arXiv:1802.03426, algorithm 5). Nearness on the map is 1 / (1 + d²), UMAP's curve with a = b = 1, which needs no powers;
 * maps look the same with it (Böhm, Berens & Kobak 2022, "Attraction-repulsion spectrum in neighbor embeddings", JMLR 23, section 2).
 *
 * @param places count × 2; where points start and, at the end, lie
 * @param onProgress told after each round
 * @throws the signal's reason when aborted; a round lasts a few hundredths of a second
 */
export async function spreadOut(
  places: Float64Array,
  { from, to, weight }: FuzzyGraph,
  seed: number,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const count = places.length / 2;
  const rounds = roundsFor(count);
  const random = new SeededRandom(seed);
  const strongest = weight.reduce((most, each) => Math.max(most, each), 0);
  // In rounds between two draws of an edge: the stronger, the oftener; one too weak for any is never due.
  const every = Float64Array.from(weight, each => (each * rounds < strongest ? Infinity : strongest / each));
  const due = every.slice();
  const pushEvery = every.map(each => each / pushes);
  const pushDue = pushEvery.slice();
  for (let round = 0; round < rounds; round++) {
    await nextTurn();
    signal.throwIfAborted();
    const pace = 1 - round / rounds;
    for (let edge = 0; edge < every.length; edge++) {
      if (due[edge] > round) continue;
      due[edge] += every[edge];
      const a = 2 * from[edge];
      const b = 2 * to[edge];
      let dx = places[a] - places[b];
      let dy = places[a + 1] - places[b + 1];
      const pull = -2 / (1 + dx * dx + dy * dy);
      const [px, py] = [limited(pull * dx) * pace, limited(pull * dy) * pace];
      places[a] += px;
      places[a + 1] += py;
      places[b] -= px;
      places[b + 1] -= py;
      const drawn = Math.floor((round - pushDue[edge]) / pushEvery[edge]);
      for (let push = 0; push < drawn; push++) {
        const other = 2 * random.integer(count);
        if (other === a) continue;
        dx = places[a] - places[other];
        dy = places[a + 1] - places[other + 1];
        const square = dx * dx + dy * dy;
        const away = 2 / ((nearZero + square) * (1 + square));
        // Two that lie on one another have no direction; one of them steps aside.
        places[a] += (square > 0 ? limited(away * dx) : longestStep) * pace;
        places[a + 1] += (square > 0 ? limited(away * dy) : longestStep) * pace;
      }
      if (drawn > 0) pushDue[edge] += drawn * pushEvery[edge];
    }
    onProgress((round + 1) / rounds);
  }
}

const limited = (step: number): number => (step > longestStep ? longestStep : step < -longestStep ? -longestStep : step);
