import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { logisticCurve, logisticFit } from '../../core/calibration/probability';
import { strangerTail } from '../../core/calibration/strangerTail';
import { trainingMessages as messages } from '../../core/training/messages';
import { alterationNames } from '../../core/training/names';
import { DISTANCES } from '../distances/distances';
import type { Model } from '../model/modelFile';
import type { Executable } from '../runtime/runtime';
import { alterationsByName } from '../training/alterations/alterationsByName';
import { embedAll } from '../training/embed';
import { frozenEncoderProgram } from '../training/encoderProgram';
import { heldBackByLabel, heldBackByPairs, heldBackViews } from '../training/heldBack';
import type { HeldBack } from '../training/heldBack';
import { SubsetImages } from '../training/images';
import type { Alteration } from '../training/images';
import { pairDistances } from '../training/pairMetrics';
import type { CalibrateModel, CalibrationInput } from '../trainingService/calibration';
import { nearestLists, NO_NEIGHBOUR } from './vectorSearch';

/** Distances of pairs that were not learned from, and their truths: 1 where they are similar. */
interface Judged {
  readonly distance: Float32Array;
  readonly similar: Uint8Array;
}

/** Another than the training's: other pairs of the same held-back images. */
const SEED = 2;
/** Pairs of either kind, fewer of which say nothing: of images that are there, and of those that a person was asked about. */
const LEAST_PAIRS = 10;
const LEAST_VERDICTS = 4;
/** Held-back pictures whose views are looked at, counted as often as they are, and how often at most. */
const WANTED_VIEWED = 250;
const MOST_ROUNDS = 8;
/** Pictures that the tail of strangers is measured on, at most. */
const MOST_STRANGERS = 4000;
const NEIGHBOURS = 16;
/** Expected false pairs among as many pictures, at a `same-picture` model's own threshold. */
const WANTED_FALSE_PAIRS = 0.5;

/**
 * Fills in what a trained model says of its distances, from images that it did not learn from.
 *
 * Calibration: Platt's logistic curve on as many similar as different held-back pairs (for altered views: about one alteration each, of all; where a
 * person's pairs were learned from alone, those that were set aside or that cross-validation held back: none where these are too few, and
 * then a note says so); shift the
 * prior for a data set's true share ({@link shiftPrior}). Threshold: of a `same-picture` model where the tail of the different pictures'
 * distances expects half a false pair among these pictures; of others the one that validation gave. A scan sets its own
 * from the data set that it scans.
 */
export const calibrateModel: CalibrateModel = async (input, onProgress, signal) => {
  const { model, runtime } = input;
  const { description } = model;
  const isByVerdicts = description.trainedOn.learnFrom.join() === 'pairs';
  const encoder = await runtime.load(frozenEncoderProgram(model.network, model.parameters));
  try {
    const heldBack = isByVerdicts ? heldBackVerdicts(input) : await heldBackOf(input);
    const known = isByVerdicts ? input.heldBackDistances : undefined;
    onProgress(0.1);
    signal.throwIfAborted();
    const least = isByVerdicts ? LEAST_VERDICTS : LEAST_PAIRS;
    const judged = known ?? (await judgedOf(heldBack, model, encoder, signal));
    const calibration = curveOf(judged, least);
    onProgress(0.5);
    const isPictures = description.relation === 'same-picture';
    const threshold = isPictures ? await strangersThreshold(input, encoder, signal) : undefined;
    onProgress(1);
    const notes = isByVerdicts && calibration.length === 0 ? [tooFew(judged.similar, least)] : [];
    return { threshold: threshold ?? description.threshold, calibration, notes };
  } finally {
    await encoder.dispose();
  }
};

const heldBackVerdicts = ({ images, heldBackPairs }: CalibrationInput): HeldBack[] =>
  heldBackPairs ? [heldBackByPairs(images, heldBackPairs, SEED)] : [];

function tooFew(truths: Uint8Array, least: number): Note {
  const similar = truths.reduce((sum, each) => sum + each, 0);
  return note(messages.noProbabilities, similar, truths.length - similar, least);
}

async function heldBackOf({ images, labels, groups, split }: CalibrationInput): Promise<HeldBack[]> {
  const { validation } = split;
  const present = (heldBack: HeldBack | undefined): HeldBack[] => (heldBack ? [heldBack] : []);
  if (labels) return present(heldBackByLabel(images, validation, labels, SEED));
  const seen = new Set<number>();
  const single = validation.filter(image => !seen.has(groups[image]) && Boolean(seen.add(groups[image])));
  const alterations = [aboutOne(alterationNames.map(name => alterationsByName([name])))];
  // Of few pictures several views each: their distances vary with the alteration as much as with the picture.
  const rounds = Math.min(MOST_ROUNDS, Math.ceil(WANTED_VIEWED / Math.max(1, single.length)));
  const found: HeldBack[] = [];
  for (let round = 0; round < rounds; round++) {
    found.push(...present(await heldBackViews(images, single, alterations, SEED + round)));
  }
  return found;
}

/** Each is applied by chance, about every third time. */
const DRAWN_FOR_ONE = 3;

/** Copies that data sets hold were altered about once, not four times over as the views that are learned from. */
const aboutOne =
  (all: readonly (readonly Alteration[])[]): Alteration =>
  (pixels, offset, shape, random) => {
    for (let drawn = 0; drawn < DRAWN_FOR_ONE; drawn++) {
      for (const alter of all[random.integer(all.length)]) alter(pixels, offset, shape, random);
    }
  };

async function judgedOf(
  all: readonly HeldBack[],
  { network, description }: Model,
  encoder: Executable,
  signal: AbortSignal,
): Promise<Judged> {
  const [distance, similar]: [number[], number[]] = [[], []];
  for (const { images, pairs } of all) {
    const embeddings = await embedAll(encoder, network, images, { signal });
    distance.push(...pairDistances(pairs, embeddings, network.embeddingSize, DISTANCES[description.distance]));
    similar.push(...pairs.similar);
  }
  return { distance: Float32Array.from(distance), similar: Uint8Array.from(similar) };
}

function curveOf({ distance, similar }: Judged, least: number): { distance: number; probability: number }[] {
  const ofOne = similar.reduce((sum, each) => sum + each, 0);
  if (Math.min(ofOne, similar.length - ofOne) < least) return [];
  // As many of one kind as of the other, whatever the person gave.
  const weight = Array.from(similar, each => similar.length / 2 / (each ? ofOne : similar.length - ofOne));
  const fitted = logisticFit({ distance, similar, weight });
  // A model that finds similar pairs further apart than different ones has nothing to say.
  if (!(fitted.slope > 0)) return [];
  return [
    ...logisticCurve(
      fitted,
      0,
      distance.reduce((most, each) => Math.max(most, each), 0),
    ),
  ];
}

/** Undefined for too few pictures. */
async function strangersThreshold(
  { model, images, groups }: CalibrationInput,
  encoder: Executable,
  signal: AbortSignal,
): Promise<number | undefined> {
  const every = Math.max(1, images.count / MOST_STRANGERS);
  const chosen = Int32Array.from({ length: Math.floor(images.count / every) }, (_, i) => Math.floor(i * every));
  const size = model.network.embeddingSize;
  const embeddings = await embedAll(encoder, model.network, new SubsetImages(images, chosen), { signal });
  const { k, neighbours } = await nearestLists(embeddings, size, NEIGHBOURS, 1, () => undefined, signal);
  const { between } = DISTANCES[model.description.distance];
  const row = (i: number): Float32Array => embeddings.subarray(i * size, (i + 1) * size);
  const nearest: number[] = [];
  chosen.forEach((image, i) => {
    let least = Infinity;
    for (const other of neighbours.subarray(i * k, (i + 1) * k)) {
      if (other === NO_NEIGHBOUR || groups[chosen[other]] === groups[image]) continue;
      least = Math.min(least, between(row(i), row(other)));
    }
    if (least < Infinity) nearest.push(least);
  });
  const tail = strangerTail(nearest);
  return tail && tail.distanceAt(WANTED_FALSE_PAIRS);
}
