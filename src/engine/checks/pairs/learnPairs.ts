import { sizeOf } from '../../compile/graph';
import type { Runtime } from '../../runtime/runtime';
import { mixSeed } from '../../samplers/epochs';
import type { Weights } from '../../training/fit';
import type { ImageSource } from '../../training/images';
import type { CrossFit } from '../branches/crossFit';
import { crossFit } from '../branches/crossFit';
import { FEATURE_SHAPE, learningStart, PictureFeatures } from '../branches/pictureFeatures';
import type { BranchData } from '../branches/trainBranches';
import { embedBranch } from '../branches/trainBranches';
import type { CheckContext } from '../checkContext';
import type { Passes } from '../passes';
import { foldBudget } from '../passes';
import type { PairVectors } from './judgePairs';
import type { Side } from './pairNetworks';
import { pairNetworks } from './pairNetworks';

/** Pictures of two folders, by the numbers of their pairs. */
export interface PairMaterial {
  /** In {@link FEATURED_IMAGE}. */
  readonly images: Readonly<Record<Side, ImageSource>>;
  /** Equal for near-duplicates of the first folder; many masks are near-duplicates of each other and yet belong to one picture each. */
  readonly groups: Int32Array;
  readonly secondContents: readonly string[];
}

export interface LearnPairsOptions {
  readonly runtime: Runtime;
  readonly starter: Weights;
  readonly seed: number;
  /** Of training, all networks together; absent: what suits the number of pairs. */
  readonly seconds: number | undefined;
}

const FOLDS = 4;
const LEARNING_RATE = 1.5e-3;
/** Passes through a network's own pairs; of many pairs fewer, for the time it takes. */
const PASSES: Passes = { epochs: 20, fewestSteps: 120, mostSteps: 1200 };

/** Learns which pictures belong together, for each fold of the pairs from the others. @throws the signal's reason when aborted */
export async function learnPairs(
  material: PairMaterial,
  { runtime, starter, seed, seconds }: LearnPairsOptions,
  { signal, report }: Pick<CheckContext, 'signal' | 'report'>,
): Promise<CrossFit<PairVectors>> {
  const { images } = material;
  const featuresOf = (side: Side, number: number): Promise<PictureFeatures> =>
    PictureFeatures.of(images[side], starter, runtime, mixSeed(seed, 0xfea7, number), signal, share =>
      report('group', (number + share) / 2),
    );
  const data = dataOf(material, { first: await featuresOf('first', 0), second: await featuresOf('second', 1) });
  const { batch, limit } = foldBudget(data.count, FOLDS, PASSES, seconds);
  report('train', 0);
  const networks = pairNetworks(batch);
  const all = Int32Array.from({ length: data.count }, (_, i) => i);
  const start = learningStart(starter);
  return crossFit({
    networks,
    runtime,
    data,
    starts: { first: start, second: start },
    learningRate: LEARNING_RATE,
    limit,
    folds: FOLDS,
    seed,
    seedsOf: fold => [mixSeed(seed, fold)],
    look: async (weights): Promise<PairVectors> => {
      const embedding = { networks, runtime, weights, data, signal };
      const [first, second] = [await embedBranch(embedding, 'first', all), await embedBranch(embedding, 'second', all)];
      return { first, second, size: first.length / data.count };
    },
    signal,
    onProgress: share => report('train', share),
  });
}

function dataOf({ groups, secondContents }: PairMaterial, features: Readonly<Record<Side, PictureFeatures>>): BranchData<Side> {
  const each = sizeOf(FEATURE_SHAPE);
  return {
    count: groups.length,
    groups,
    array: (_, batch) => new Float32Array(batch * each),
    write: (branch, ...at) => features[branch].write(...at),
    arePartners: (a, b) => groups[a] === groups[b] || secondContents[a] === secondContents[b],
  };
}
