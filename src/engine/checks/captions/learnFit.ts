import type { Runtime } from '../../runtime/runtime';
import { mixSeed } from '../../samplers/epochs';
import type { FitPoint, Weights } from '../../training/fit';
import { shiftAtRandom } from '../../training/images';
import { ByteImages, SubsetImages } from '../../training/images';
import type { CheckContext } from '../checkContext';
import { learnBytePairs, suitableLength, tokenRows } from './bytePairs';
import { CAPTION_IMAGE, CaptionNetworks } from './captionNetworks';
import type { Judged } from './judgeCaptions';
import { judgeCaptions } from './judgeCaptions';
import { crossFit } from './outOfFold';

/** Pictures and captions by numbers. */
export interface CaptionMaterial {
  /** In {@link CAPTION_IMAGE}; which of them can be read. */
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
  readonly runtime: Runtime;
  readonly start: Weights;
  readonly seed: number;
  /** Of training, all networks together; absent: what suits the number of pictures. */
  readonly seconds: number | undefined;
}

const BATCH = 64;
/** Networks learn from three quarters or more, and each picture is judged by those that did not see it. */
const FOLDS = 4;
const ENSEMBLE = 2;
/** Seconds for each network, by the number of pictures. */
const secondsFor = (pictures: number): number => FOLDS * ENSEMBLE * Math.min(90, Math.max(8, pictures / 80));

export interface LearnedFit {
  readonly judged: Judged;
  readonly steps: number;
  readonly elapsedMs: number;
  readonly curve: readonly FitPoint[];
}

/** Learns which captions fit which pictures, and rates each picture's own by networks that had not seen the two. */
export async function learnFit(
  material: CaptionMaterial,
  { runtime, start, seed, seconds }: LearnFitOptions,
  { signal, report }: CheckContext,
): Promise<LearnedFit> {
  const { bytes, readable, groups, captions, captionOf } = material;
  const pieces = learnBytePairs(captions);
  const length = suitableLength(captions, pieces);
  const batch = Math.min(BATCH, Math.floor((readable.length * (FOLDS - 1)) / FOLDS));
  const networks = new CaptionNetworks({ vocabulary: pieces.vocabulary, length, batch });
  const images = new SubsetImages(new ByteImages(bytes, CAPTION_IMAGE), readable);
  report('train', 0);
  const { views, ...training } = await crossFit({
    networks,
    runtime,
    data: { images, groups, captionOf, tokens: tokenRows(captions, pieces, length) },
    start,
    alterations: [shiftAtRandom(4)],
    folds: FOLDS,
    ensemble: ENSEMBLE,
    limit: { seconds: seconds ?? secondsFor(readable.length) },
    seed,
    signal,
    onProgress: share => report('train', share),
  });
  report('judge', 0);
  const share = (done: number): void => report('judge', done);
  const judged = await judgeCaptions(views, captionOf, groups, mixSeed(seed, 0x3ad6e), signal, share);
  return { judged, ...training };
}
