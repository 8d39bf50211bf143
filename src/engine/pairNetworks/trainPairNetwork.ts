import { stat } from 'node:fs/promises';
import path from 'node:path';
import { note, NoteError } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import { alterationNames } from '../../core/training/names';
import type { PairNetworkSummary, TrainPairNetworkParams } from '../../protocol/pairNetworks';
import type { TrainProgress } from '../../protocol/training';
import { initialParameters } from '../model/initialize';
import type { Shape3 } from '../model/layers/layer';
import { OPTIMIZERS } from '../optimizers/optimizers';
import { cosineSchedule } from '../optimizers/schedule';
import { chooseRuntime } from '../runtime/chooseRuntime';
import { KeptRuntime } from '../runtime/keptRuntime';
import type { Runtime } from '../runtime/runtime';
import { mixSeed } from '../samplers/epochs';
import { SeededRandom } from '../samplers/random';
import { alterationsByName } from '../training/alterations/alterationsByName';
import type { Weights } from '../training/fit';
import { fit } from '../training/fit';
import type { HeldBack } from '../training/heldBack';
import { heldBackViews } from '../training/heldBack';
import { pairMetrics } from '../training/pairMetrics';
import { splitByGroups } from '../training/split';
import { joinNear, UnionFind } from '../trainingService/nearGroups';
import type { NearSearch } from '../trainingService/nearGroups';
import { listCandidates, thinned } from '../trainingService/listPictures';
import { checkWritable } from '../trainingService/modelOutput';
import { picturesOf } from '../trainingService/pictures';
import type { Pictures } from '../trainingService/pictures';
import type { PictureReader } from '../trainingService/readPictures';
import { SignatureTable } from '../descriptor/signatureTable';
import { msLeft } from '../session/msLeft';
import { ContentRows } from '../session/readStage';
import { savePairModel } from './pairModelFile';
import { judgePairs, pairLearner } from './pairLearner';
import type { PairNetwork } from './pairNetworks';
import { createPairNetwork } from './pairNetworks';
import { ViewPairs } from './viewPairs';

export interface PairNetworkTrainerOptions {
  readonly reader: PictureReader;
  readonly near: NearSearch;
  readonly threads: number;
  readonly onProgress: (progress: TrainProgress) => void;
  /** Name and version of this program. */
  readonly writtenBy: string;
}

const INPUT: Shape3 = [64, 64, 3];
const BATCH = 48;
const LEARNING_RATE = 2e-3;
const VALIDATION_SHARE = 0.15;
const FEWEST_IMAGES = 8;
const JUDGE_EVERY = 50;
/** Before this much is done its pace says little. */
const LEAST_SHARE = 0.02;
/** Of 12 kB each. */
const MOST_IMAGES = 20_000;

/** Trains a network that looks at two pictures at once, from altered views of a data set's images, and writes its file. */
export class PairNetworkTrainer {
  constructor(private readonly options: PairNetworkTrainerOptions) {}

  /** @throws NoteError for whatever the user can mend; the signal's reason when aborted, and then nothing is written */
  async run(params: TrainPairNetworkParams, signal: AbortSignal): Promise<PairNetworkSummary> {
    const { outPath, seed = 1, limit } = params;
    const startedMs = performance.now();
    const notes: Note[] = [];
    await checkWritable(outPath);
    const { pictures, groups } = await this.#read(params, signal, each => notes.push(each));
    const alterations = alterationsByName(params.alterations ?? alterationNames);
    if (alterations.length === 0) throw new NoteError(note(messages.noAlterations));
    const { training, validation } = splitByGroups(pictures.contents.length, VALIDATION_SHARE, seed, { groups });
    const network = createPairNetwork(params.network, INPUT);
    const batches = new ViewPairs({
      images: pictures.images,
      chosen: oneOfEach(training, groups),
      alterations,
      batch: BATCH,
      seed,
    });
    const held = await heldBackViews(pictures.images, oneOfEach(validation, groups), alterations, seed);
    const { runtime } = await chooseRuntime(params.runtime ?? 'auto', this.options.threads);
    // The weights are rated again and again by one and the same program.
    const kept = new KeptRuntime(runtime);
    const trainingFromMs = performance.now();
    const fitted = await fit({
      learner: pairLearner(network, BATCH),
      optimizer: OPTIMIZERS.adam(),
      runtime: kept,
      initial: initialParameters(network, new SeededRandom(mixSeed(seed, 0x1417))),
      batch: step => batches.of(step),
      schedule: cosineSchedule({ peak: LEARNING_RATE }),
      limit,
      ...(held && { judge: { everySteps: JUDGE_EVERY, rate: weights => rocAucOf(network, weights, held, kept, signal) } }),
      signal,
      onProgress: ({ share }) => this.options.onProgress({ phase: 'train', share, ...leftOf(share, trainingFromMs), points: [] }),
    }).finally(() => kept.dispose());
    const { rating } = fitted;
    await savePairModel(outPath, {
      parameters: fitted.weights,
      description: {
        name: params.name ?? path.parse(outPath).name,
        network: params.network,
        input: [...INPUT],
        relation: 'same-picture',
        trainedAt: new Date().toISOString(),
        trainedOn: { images: pictures.contents.length },
        ...(rating !== undefined && { metrics: { rocAuc: rating } }),
        trainingLog: [`${fitted.steps} steps in ${(fitted.elapsedMs / 1000).toFixed(1)} s on ${runtime.name}`],
        writtenBy: this.options.writtenBy,
      },
    });
    return {
      path: outPath,
      name: params.name ?? path.parse(outPath).name,
      network: params.network,
      input: INPUT,
      sizeBytes: (await stat(outPath)).size,
      images: pictures.contents.length,
      steps: fitted.steps,
      trainMs: Math.round(fitted.elapsedMs),
      elapsedMs: Math.round(performance.now() - startedMs),
      ...(rating !== undefined && { rocAuc: rating }),
      runtime: runtime.name,
      threads: runtime.threads,
      notes,
    };
  }

  /** The pictures, and which of them are near-duplicates of each other: those must never be called different. */
  async #read(
    { scan, seed = 1 }: TrainPairNetworkParams,
    signal: AbortSignal,
    onNote: (of: Note) => void,
  ): Promise<{ readonly pictures: Pictures; readonly groups: Int32Array }> {
    const { reader, near, onProgress } = this.options;
    const listed = await listCandidates(scan, signal, onNote, () => onProgress({ phase: 'list', share: 0, points: [] }));
    const candidates = thinned(listed, MOST_IMAGES, seed, () => false, onNote);
    const rows = new ContentRows(new SignatureTable());
    const read = await reader.readAll({
      candidates,
      shape: INPUT,
      maxPixels: scan.roots.map(root => root.settings.maxPixels),
      onSignature: (content, signature) => void rows.add(content, signature),
      onProgress: (done, total) => onProgress({ phase: 'read', share: (0.9 * done) / total, points: [] }),
      signal,
    });
    const pictures = picturesOf(candidates, read, INPUT, onNote);
    const count = pictures.contents.length;
    if (count < FEWEST_IMAGES) throw new NoteError(note(messages.pairNetworkImages, FEWEST_IMAGES, count));
    const report = (share: number): void => onProgress({ phase: 'read', share: 0.9 + share / 10, points: [] });
    const pairs = await near.find(rows, pictures.contents, undefined, report, signal);
    return { pictures, groups: joinNear(new UnionFind(count), pairs).roots() };
  }
}

function leftOf(share: number, fromMs: number): Pick<TrainProgress, 'etaMs'> {
  const left = msLeft(share, performance.now() - fromMs, LEAST_SHARE);
  return left === undefined ? {} : { etaMs: Math.round(left) };
}

function oneOfEach(images: Int32Array, groups: Int32Array): Int32Array {
  const seen = new Set<number>();
  return images.filter(i => !seen.has(groups[i]) && seen.add(groups[i]));
}

async function rocAucOf(
  network: PairNetwork,
  weights: Weights,
  { images, pairs }: HeldBack,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<number> {
  const logits = await judgePairs({
    network,
    weights,
    load: program => runtime.load(program),
    count: pairs.a.length,
    read: (k, first, second, offset) => {
      images.read(pairs.a[k], first, offset);
      images.read(pairs.b[k], second, offset);
    },
    signal,
  });
  return pairMetrics(
    logits.map(value => -value),
    pairs.similar,
    0,
  ).rocAuc;
}
