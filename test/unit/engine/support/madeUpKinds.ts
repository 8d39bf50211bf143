import { estimateFromAudits } from '../../../../src/core/labeling/estimate';
import type { AuditedPair } from '../../../../src/core/labeling/estimate';
import { auditDraws } from '../../../../src/core/labeling/questions';
import { normal, seededRandom } from '../../../../src/core/labeling/random';
import type { Interval } from '../../../../src/core/metrics/interval';
import { kindPool } from '../../../../src/engine/labeling/auditPools';
import type { KindPool } from '../../../../src/engine/labeling/auditPools';

/** Pictures of some kinds, as a model with a few numbers sees them; one picture in ten lies with the wrong kind. */
function madeUpKinds(pictures: number, kinds: number, seed: number) {
  const random = seededRandom(seed);
  const kindOf = Array.from({ length: pictures }, () => Math.floor(random() * kinds));
  const centres = Array.from({ length: kinds }, () => Array.from({ length: 6 }, () => normal(random)));
  const places = kindOf.map(kind => {
    const seenAs = random() < 0.1 ? Math.floor(random() * kinds) : kind;
    return centres[seenAs].map(value => value + 0.35 * normal(random));
  });
  const distance = (one: number, other: number): number =>
    Math.hypot(...places[one].map((value, d) => value - places[other][d])) / 10;
  return {
    contents: Array.from({ length: pictures }, (_, i) => String(i).padStart(5, '0')),
    images: Array.from({ length: pictures }, (_, i) => i),
    distance,
    kindOf,
  };
}

/** True precision and recall over all pairs. */
function truthOf({ kindOf, distance }: ReturnType<typeof madeUpKinds>, threshold: number) {
  let [under, similarUnder, similar] = [0, 0, 0];
  for (let a = 0; a < kindOf.length; a++) {
    for (let b = 0; b < a; b++) {
      const isSimilar = kindOf[a] === kindOf[b];
      const isUnder = distance(a, b) <= threshold;
      under += Number(isUnder);
      similar += Number(isSimilar);
      similarUnder += Number(isUnder && isSimilar);
    }
  }
  return { precision: similarUnder / under, recall: similarUnder / similar };
}

/** Audits one after another, each spread by the answers before, as the engine draws them. */
function auditsOf(pool: KindPool, kindOf: readonly number[], count: number, seed: number): readonly AuditedPair[] {
  const audits: AuditedPair[] = [];
  for (let i = 0; i < count; i++) {
    const state = {
      ...pool.population,
      threshold: pool.threshold!,
      audited: audits.map(({ row }) => row),
      auditedSimilar: audits.filter(({ similar }) => similar).map(({ row }) => row),
    };
    const { row, probability } = auditDraws(state, seededRandom(seed * 7919 + i))()!;
    const [a, b] = pool.pairAt(row);
    audits.push({ row, similar: kindOf[a] === kindOf[b], probability: probability * pool.chance, group: Math.min(a, b) });
  }
  return audits;
}

/** Where the made-up model draws the line. */
const threshold = 0.17;

export interface KindTrial {
  readonly precision: { readonly truth: number; readonly estimate: Interval };
  readonly recall: { readonly truth: number; readonly estimate: Interval };
}

/** Trials after so many audits each, in twenty worlds. @param most pictures that audits are drawn from */
export function kindTrials(pictures: number, most: number, trials: number, audits = 60): readonly KindTrial[] {
  const worlds = Array.from({ length: 20 }, (_, k) => {
    const world = madeUpKinds(pictures, 6, k + 1);
    return { pool: kindPool({ ...world, threshold }, most), kindOf: world.kindOf, truth: truthOf(world, threshold) };
  });
  return Array.from({ length: trials }, (_, trial) => {
    const { pool, kindOf, truth } = worlds[trial % worlds.length];
    const drawn = auditsOf(pool, kindOf, audits, trial + 1);
    const { precision, recall } = estimateFromAudits(drawn, pool.population, threshold, trial);
    return {
      precision: { truth: truth.precision, estimate: precision! },
      recall: { truth: truth.recall, estimate: recall! },
    };
  });
}

/** How far the values are off in the mean, its sampling error, and how often the intervals hold. */
export function judge(trials: readonly KindTrial[], of: 'precision' | 'recall') {
  const all = trials.map(trial => trial[of]);
  const errors = all.map(({ truth, estimate }) => estimate.value - truth);
  const bias = errors.reduce((x, y) => x + y, 0) / errors.length;
  const deviation = Math.sqrt(errors.reduce((x, y) => x + (y - bias) ** 2, 0) / errors.length);
  const holding = all.filter(({ truth, estimate: { low, high } }) => low <= truth && truth <= high);
  const widths = all.map(({ estimate: { low, high } }) => high - low).sort((x, y) => x - y);
  return {
    bias,
    samplingError: deviation / Math.sqrt(errors.length),
    held: holding.length / all.length,
    widthMedian: widths[all.length >> 1],
  };
}
