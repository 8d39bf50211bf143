import type { Runtime } from '../../runtime/runtime';
import { mixSeed } from '../../samplers/epochs';
import type { FitLimit, FitPoint, Weights } from '../../training/fit';
import { ByteImages, SubsetImages } from '../../training/images';
import type { FoldViews } from '../branches/crossFit';
import { crossFit } from '../branches/crossFit';
import { embedBranch } from '../branches/trainBranches';
import type { CheckContext } from '../checkContext';
import type { Passes } from '../passes';
import { foldBudget } from '../passes';
import type { FoldView, Judged } from '../judgeMatches';
import { judgeMatches } from '../judgeMatches';
import type { BytePairs } from './bytePairs';
import { tokenRows } from './bytePairs';
import { captionedPictures, captionMembers } from './captionData';
import { captionNetworks } from './captionNetworks';
import { FEATURED_IMAGE, learningStart, PictureFeatures } from '../branches/pictureFeatures';

/** Pictures and captions by numbers. */
export interface CaptionMaterial {
  /** In {@link FEATURED_IMAGE}; which of them can be read. */
  readonly bytes: Uint8Array;
  readonly readable: Int32Array;
  /** Of the readable ones; equal for near-duplicates. */
  readonly groups: Int32Array;
  /** Different ones. */
  readonly captions: readonly string[];
  /** Of the readable ones. */
  readonly captionOf: Int32Array;
}

export interface LearnFitOptions {
  readonly pieces: BytePairs;
  /** Pieces of a caption that are looked at. */
  readonly length: number;
  readonly runtime: Runtime;
  readonly starter: Weights;
  readonly seed: number;
  /** Of training, all networks together; absent: what suits the number of pictures. */
  readonly seconds: number | undefined;
}

/** Up to so many pictures, networks learn from three quarters of them and two share each judgement; beyond, time counts more. */
const SMALL = 4000;
/** Passes through a network's own pictures: more of them learn wrong captions by heart. */
const PASSES: Passes = { epochs: 10, fewestSteps: 80 };
const LEARNING_RATE = 1.5e-3;

interface Plan {
  readonly folds: number;
  readonly ensemble: number;
  readonly batch: number;
  readonly limit: FitLimit;
}

/** How many networks are trained, and for how long. @param seconds for all of them together; absent: a number of passes */
export function planOf(pictures: number, seconds: number | undefined): Plan {
  const [folds, ensemble] = pictures <= SMALL ? [4, 2] : [3, 1];
  return { folds, ensemble, ...foldBudget(pictures, folds, PASSES, seconds) };
}

export interface LearnedFit {
  readonly judged: Judged;
  readonly steps: number;
  readonly elapsedMs: number;
  /** Of the first network. */
  readonly curve: readonly FitPoint[];
}

/** Learns which captions fit which pictures, and rates each picture's own by networks that had not seen the two. */
export async function learnFit(
  material: CaptionMaterial,
  { pieces, length, runtime, starter, seed, seconds }: LearnFitOptions,
  { signal, report }: CheckContext,
): Promise<LearnedFit> {
  const { bytes, readable, groups, captions, captionOf } = material;
  const { folds, ensemble, batch, limit } = planOf(readable.length, seconds);
  const networks = captionNetworks({ vocabulary: pieces.vocabulary, length, batch });
  const images = new SubsetImages(new ByteImages(bytes, FEATURED_IMAGE), readable);
  const share = (done: number): void => report('group', done);
  const features = await PictureFeatures.of(images, starter, runtime, mixSeed(seed, 0xfea7), signal, share);
  report('train', 0);
  const data = { features, groups, captionOf, tokens: tokenRows(captions, pieces, length), length };
  const members = captionMembers(data);
  const allCaptions = Int32Array.from(captions.keys());
  const { folds: learned, ...training } = await crossFit({
    networks,
    runtime,
    data: captionedPictures(data),
    starts: { image: learningStart(starter) },
    learningRate: LEARNING_RATE,
    folds,
    limit,
    seed,
    seedsOf: fold => Array.from({ length: ensemble }, (_, member) => mixSeed(seed, fold, member)),
    look: async (weights, held) => {
      const embedding = { networks, runtime, weights, data: members, signal };
      return {
        firsts: await embedBranch(embedding, 'image', held),
        seconds: await embedBranch(embedding, 'text', allCaptions),
      };
    },
    signal,
    onProgress: done => report('train', done),
  });
  report('judge', 0);
  const views = learned.map(fold => sideBySide(fold, captions.length));
  const judged = await judgeMatches(views, captionOf, groups, mixSeed(seed, 0x3ad6e), signal, done => report('judge', done));
  return { judged, ...training };
}

type Vectors = Pick<FoldView, 'firsts' | 'seconds'>;

/** Rows of several networks in one row: products add up. */
function sideBySide({ held, views }: FoldViews<Vectors>, captions: number): FoldView {
  const each = views[0].seconds.length / captions;
  const size = each * views.length;
  const joined = (parts: readonly Float32Array[], rows: number): Float32Array => {
    const result = new Float32Array(rows * size);
    parts.forEach((part, k) => {
      for (let row = 0; row < rows; row++) result.set(part.subarray(row * each, (row + 1) * each), row * size + k * each);
    });
    return result;
  };
  return {
    held,
    firsts: joined(
      views.map(({ firsts }) => firsts),
      held.length,
    ),
    seconds: joined(
      views.map(({ seconds }) => seconds),
      captions,
    ),
    size,
  };
}
