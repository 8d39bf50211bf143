import { createHash } from 'node:crypto';
import { access, constants, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { note, noteText, NoteError } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { backboneMessages } from '../../core/training/backboneMessages';
import { trainingMessages as messages } from '../../core/training/messages';
import { verdictPairs } from '../../core/training/verdictPairs';
import type { TrainParams, TrainProgress, TrainSummary } from '../../protocol/training';
import type { BackboneDescription } from '../backbone/backbone';
import { SignatureTable } from '../descriptor/signatureTable';
import type { Model, ModelDescription } from '../model/modelFile';
import { isModelFile, saveModel } from '../model/modelFile';
import type { ModelNetworkName } from '../model/networks';
import { HEAD_NAME } from '../model/networks';
import { chooseRuntime, chooseThreads, RUNTIME_FACTORIES } from '../runtime/chooseRuntime';
import type { RuntimeFactories, SelfCheck } from '../runtime/chooseRuntime';
import type { Runtime } from '../runtime/runtime';
import type { PairList } from '../samplers/pairSampler';
import { NothingToLearnError } from '../samplers/sampler';
import { Turnstile } from '../session/abort';
import { ContentRows } from '../session/readStage';
import { alterationsByName } from '../training/alterations/alterationsByName';
import type { ImageSource } from '../training/images';
import type { Split } from '../training/split';
import type { TrainedModel } from '../training/trainModel';
import { trainModel } from '../training/trainModel';
import { arrange } from './arrange';
import type { OpenBackbone } from './backboneFeatures';
import { backboneOf, onBackbone, readFeatures } from './backboneFeatures';
import { CheckpointFile } from './checkpointFile';
import { chooseNetwork } from './chooseNetwork';
import type { NetworkChoice } from './chooseNetwork';
import { learningTask } from './learningTask';
import type { LearningTask } from './learningTask';
import { listCandidates, thinned } from './listPictures';
import type { Candidate } from './listPictures';
import { readModelFile } from './modelInfo';
import type { NearSearch } from './nearGroups';
import { numberedLabels, pairsOf, picturesOf } from './pictures';
import type { Pictures } from './pictures';
import type { PictureReader, ReadPicturesInput } from './readPictures';
import { TrainReporter } from './trainReporter';

/** What calibration may look at: all that was there for the training, and the trained model. */
export interface CalibrationInput {
  readonly model: Model;
  readonly runtime: Runtime;
  /** The different pictures of the data set. */
  readonly images: ImageSource;
  readonly labels?: Int32Array;
  /** Verdicts of the model's relation. */
  readonly pairs?: PairList;
  /** Near-duplicates have equal numbers. */
  readonly groups: Int32Array;
  readonly split: Split;
}

/** Finds a model's default threshold, and which probability belongs to which distance. Rejects with the signal's reason when aborted. */
export type CalibrateModel = (
  input: CalibrationInput,
  onProgress: (share: number) => void,
  signal: AbortSignal,
) => Promise<Pick<ModelDescription, 'threshold' | 'calibration'>>;

export interface TrainingServiceOptions {
  readonly reader: PictureReader;
  readonly near: NearSearch;
  readonly threads: number;
  readonly onProgress: (progress: TrainProgress) => void;
  /** Name and version of this program. */
  readonly writtenBy: string;
  /** The encoder that comes with Twinlint; the file may be missing. */
  readonly starterPath: string;
  /** Absent: the threshold at which most held-back pairs are right. */
  readonly calibrate?: CalibrateModel;
  readonly runtimes?: RuntimeFactories;
}

/** Pixels that are held: with a scan's tables and the runtime beside them a process stays under 1.5 GiB. */
const PIXEL_BYTES = 640 * 1024 * 1024;
/** Up to here all pictures are compared with all before any are held back; beyond, held-back ones with the others. */
const COMPARED_WITH_ALL = 4000;
const CHECKPOINT_EVERY_MS = 15_000;
/** A training shorter than this is over before it is known what runs fastest. */
const WORTH_MEASURING_SECONDS = 5;
const STARTER = 'starter';

/** Everything that a training has, once the images are read. */
interface Material {
  readonly task: LearningTask;
  readonly pictures: Pictures;
  readonly labels?: { readonly ofImage: Int32Array; readonly names: readonly string[] };
  readonly pairs?: PairList;
  readonly split: Split;
  readonly groups: Int32Array;
  readonly network: ModelNetworkName;
  readonly backbone?: BackboneDescription;
  readonly startFrom?: { readonly model: Model; readonly hash: string };
}

/** Trains models: from the list of images to the model file. One training at a time. */
export class TrainingService {
  readonly #turns = new Turnstile();

  constructor(private readonly options: TrainingServiceOptions) {}

  /**
   * Cancelled while it trains, it answers with the best so far; before that, it rejects at once with the signal's reason.
   * @throws NoteError for whatever the user can mend
   */
  run(params: TrainParams, signal: AbortSignal): Promise<TrainSummary> {
    let hasLearned = false;
    const onProgress = (progress: TrainProgress): void => {
      if (progress.phase === 'train') hasLearned = true;
      // What was given up may take a moment to end; nobody waits for it any more.
      else if (signal.aborted && !hasLearned) return;
      this.options.onProgress(progress);
    };
    const turn = this.#turns.run(() => {
      signal.throwIfAborted();
      return this.#run(params, signal, onProgress);
    });
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        if (!hasLearned) reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
      turn.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
  }

  async #run(params: TrainParams, signal: AbortSignal, onProgress: (progress: TrainProgress) => void): Promise<TrainSummary> {
    const startedMs = performance.now();
    const notes: Note[] = [];
    const onNote = (of: Note): void => void notes.push(of);
    const budgetMs = 'seconds' in params.limit ? params.limit.seconds * 1000 : undefined;
    const reporter = new TrainReporter(onProgress, budgetMs);
    await checkWritable(params.outPath);
    const material = await this.#collect(params, reporter, signal, onNote);
    reporter.phase('compile');
    const trained = await this.#train(params, material, reporter, signal, onNote);
    const { result, before, runtime } = trained;
    const calibrated = await this.#calibrated(trained, material, reporter, signal);
    const model = material.backbone ? onBackbone(calibrated, material.backbone, params.outPath) : calibrated;
    reporter.phase('save');
    await save(params.outPath, withNotes(model, notes));
    reporter.phase('save', 1);
    notes.push(...result.notes);
    if (result.ended === 'early') onNote(note(messages.stoppedEarly, params.patience ?? 0));
    return {
      model: (await readModelFile(params.outPath)).info,
      steps: result.steps,
      trainMs: Math.round(result.elapsedMs),
      elapsedMs: Math.round(performance.now() - startedMs),
      ended: result.ended,
      runtime: runtime.name,
      threads: runtime.threads,
      notes,
      points: reporter.points,
      ...(before && { before: { accuracy: before.fittedAccuracy, rocAuc: before.rocAuc } }),
    };
  }

  /** Lists, reads, labels, pairs and splits. */
  async #collect(
    params: TrainParams,
    reporter: TrainReporter,
    signal: AbortSignal,
    onNote: (of: Note) => void,
  ): Promise<Material> {
    const task = learningTask(params);
    const { threads, runtimes } = this.options;
    const opened = await backboneOf(params, task, threads, onNote, runtimes);
    try {
      return await this.#collectFor(params, task, opened, reporter, signal, onNote);
    } finally {
      await opened?.dispose();
    }
  }

  async #collectFor(
    params: TrainParams,
    task: LearningTask,
    opened: OpenBackbone | undefined,
    reporter: TrainReporter,
    signal: AbortSignal,
    onNote: (of: Note) => void,
  ): Promise<Material> {
    const { scan, seed = 1 } = params;
    const startFrom = params.startFrom === undefined ? undefined : await this.#startFrom(params.startFrom, params);
    reporter.phase('list');
    const listed = await listCandidates(scan, signal, onNote, () => reporter.phase('list'));
    if (listed.length < 2) throw new NothingToLearnError(messages.twoImages);
    const maxPixels = scan.roots.map(root => root.settings.maxPixels);
    reporter.phase('read');
    const choice: NetworkChoice = opened
      ? { network: HEAD_NAME, input: [1, 1, opened.backbone.featureSize] }
      : startFrom
        ? { network: startFrom.model.description.network, input: startFrom.model.network.input, reason: undefined }
        : chooseNetwork(await this.options.reader.look(listed, maxPixels, signal), params.network);
    if (choice.reason) onNote(choice.reason);
    const verdicts = task.learnFrom.includes('pairs') ? verdictPairs(scan.verdicts, task.relation) : [];
    const named = new Set(verdicts.flatMap(({ a, b }) => [a.path, b.path]));
    // Features are floats.
    const most = Math.floor(PIXEL_BYTES / (choice.input.reduce((x, y) => x * y, 1) * (opened ? 4 : 1)));
    const candidates = thinned(listed, most, seed, ({ file }) => named.has(file.path), onNote);
    const { pictures, rows } = await this.#read(candidates, choice, opened, maxPixels, reporter, signal, onNote);
    const labels = task.learnFrom.includes('labels') ? labelsOf(pictures, onNote) : undefined;
    const pairs = task.learnFrom.includes('pairs') ? pairsOf(verdicts, pictures.contents, onNote) : undefined;
    if (pairs) checkPairs(pairs, task);
    const arranged = await arrange({
      pictures,
      ...(labels && { labels: labels.ofImage }),
      samePicture: pairsOf(verdictPairs(scan.verdicts, 'same-picture'), pictures.contents, () => undefined),
      seed,
      near: among =>
        this.options.near.find(rows, pictures.contents, among, share => reporter.phase('read', 0.9 + share / 10), signal),
      isSmall: pictures.contents.length <= COMPARED_WITH_ALL,
      onNote,
    });
    return {
      task,
      pictures,
      ...arranged,
      network: choice.network,
      ...(opened && { backbone: opened.backbone.description }),
      ...(labels && { labels }),
      ...(pairs && { pairs }),
      ...(startFrom && { startFrom }),
    };
  }

  async #startFrom(name: string, params: TrainParams): Promise<{ model: Model; hash: string }> {
    const file = name === STARTER ? this.options.starterPath : name;
    const { model, info } = await readModelFile(file).catch((error: unknown) => {
      throw name === STARTER ? new NoteError(note(messages.noStarter), { cause: error }) : error;
    });
    if (params.distance !== undefined && params.distance !== info.distance) {
      throw new NoteError(note(messages.startDistance, info.distance, params.distance));
    }
    if (model.description.backbone) throw new NoteError(note(backboneMessages.noStart, file));
    return { model, hash: info.hash };
  }

  /** All pictures in memory, and what is needed to find near-duplicates among them. */
  async #read(
    candidates: readonly Candidate[],
    { input: shape }: NetworkChoice,
    opened: OpenBackbone | undefined,
    maxPixels: readonly number[],
    reporter: TrainReporter,
    signal: AbortSignal,
    onNote: (of: Note) => void,
  ): Promise<{ readonly pictures: Pictures; readonly rows: ContentRows }> {
    const rows = new ContentRows(new SignatureTable());
    const { reader } = this.options;
    const input: Omit<ReadPicturesInput, 'shape'> = {
      candidates,
      maxPixels,
      onSignature: (content, signature) => void rows.add(content, signature),
      onProgress: (done, total) => reporter.phase('read', (done / total) * 0.9),
      signal,
    };
    if (!opened) return { pictures: picturesOf(candidates, await reader.readAll({ ...input, shape }), shape, onNote), rows };
    const read = await readFeatures(reader, opened.backbone, input);
    return { pictures: picturesOf(candidates, read, shape, onNote, read.images), rows };
  }

  async #train(
    params: TrainParams,
    material: Material,
    reporter: TrainReporter,
    signal: AbortSignal,
    onNote: (of: Note) => void,
  ): Promise<TrainedModel> {
    const { task, pictures, labels, pairs, split, groups, network, startFrom } = material;
    const file =
      params.checkpointPath === undefined
        ? undefined
        : new CheckpointFile(params.checkpointPath, settingsOf(params, material), onNote);
    const kept = await file?.load();
    if (kept) {
      reporter.resume(kept.points);
      onNote(note(messages.resumed, kept.checkpoint.step));
    }
    const alterations = alterationsByName(task.alterations);
    signal.throwIfAborted();
    const trained = await trainModel({
      images: pictures.images,
      nameOf: image => pictures.paths[image],
      name: params.name ?? path.parse(params.outPath).name,
      ...(labels && { labels }),
      ...(pairs && { pairs }),
      views: task.learnFrom.includes('views'),
      groups,
      split,
      relation: task.relation,
      network,
      ...pick(params, ['loss', 'distance', 'optimizer', 'miner', 'learningRate', 'batchSize', 'patience', 'seed']),
      limit: params.limit,
      ...(alterations.length > 0 && { alterations }),
      ...(startFrom && { startFrom: startFrom.model }),
      ...(kept && { resume: kept.checkpoint }),
      ...(file && {
        checkpoints: {
          everyMs: CHECKPOINT_EVERY_MS,
          save: checkpoint => file.save({ checkpoint, points: reporter.points }),
        },
      }),
      runtime: check => this.#runtime(params, check, onNote),
      signal,
      onProgress: progress => reporter.train(progress),
      writtenBy: this.options.writtenBy,
    });
    // Cancelled before anything was learned.
    if (trained.result.ended === 'cancelled' && trained.result.steps === 0) signal.throwIfAborted();
    if (trained.result.ended !== 'cancelled') await file?.remove();
    if (!trained.validation && trained.result.ended !== 'cancelled') onNote(note(messages.noValidation));
    return trained;
  }

  async #runtime({ runtime = 'auto', limit }: TrainParams, check: SelfCheck, onNote: (of: Note) => void): Promise<Runtime> {
    const { threads, runtimes = RUNTIME_FACTORIES } = this.options;
    const isLong = 'epochs' in limit || limit.seconds >= WORTH_MEASURING_SECONDS;
    const chosen = await chooseRuntime(runtime, threads, isLong ? check : undefined, runtimes);
    chosen.reasons.forEach(onNote);
    const { name } = chosen.runtime;
    if (!isLong || threads === 1 || name !== 'onnxruntime-node') return chosen.runtime;
    const best = await chooseThreads(runtimes[name], threads, check);
    if (best === threads) return chosen.runtime;
    onNote(note(messages.threadsChosen, best, threads));
    return runtimes[name](best);
  }

  /** Someone who cancelled gets the threshold that validation gave. */
  async #calibrated(
    { model, result, runtime }: TrainedModel,
    { pictures, labels, pairs, groups, split }: Material,
    reporter: TrainReporter,
    signal: AbortSignal,
  ): Promise<Model> {
    const { calibrate } = this.options;
    if (!calibrate || result.ended === 'cancelled') return model;
    reporter.phase('calibrate');
    const input: CalibrationInput = {
      model,
      runtime,
      images: pictures.images,
      groups,
      split,
      ...(labels && { labels: labels.ofImage }),
      ...(pairs && { pairs }),
    };
    try {
      const found = await calibrate(input, share => reporter.phase('calibrate', share), signal);
      return { ...model, description: { ...model.description, ...found } };
    } catch (error) {
      if (signal.aborted) return model;
      throw error;
    }
  }
}

function labelsOf(pictures: Pictures, onNote: (of: Note) => void): NonNullable<Material['labels']> {
  const labels = numberedLabels(pictures.labels);
  if (labels.names.length === 0) throw new NothingToLearnError(messages.noLabels);
  if (labels.names.length === 1) throw new NothingToLearnError(messages.twoClasses);
  const sizes = new Int32Array(labels.names.length);
  for (const label of labels.ofImage) if (label >= 0) sizes[label]++;
  const single = sizes.reduce((sum, size) => sum + Number(size === 1), 0);
  if (single > 0) onNote(note(messages.smallClasses, single));
  return labels;
}

function checkPairs(pairs: PairList, { learnFrom, relation }: LearningTask): void {
  const isAlone = learnFrom.length === 1;
  if (pairs.a.length === 0) throw new NothingToLearnError(messages.noVerdicts, relation);
  if (isAlone && !pairs.similar.includes(1)) throw new NothingToLearnError(messages.noSimilarPair);
  if (isAlone && !pairs.similar.includes(0)) throw new NothingToLearnError(messages.noDifferentPair);
}

/** Before any time is spent. */
async function checkWritable(outPath: string): Promise<void> {
  let isFree: boolean;
  try {
    await mkdir(path.dirname(outPath), { recursive: true });
    await access(path.dirname(outPath), constants.W_OK);
    isFree = (await isModelFile(outPath)) ?? true;
  } catch (error) {
    throw cannotWrite(outPath, error);
  }
  if (!isFree) throw new NoteError(note(messages.outTaken, outPath));
}

async function save(outPath: string, model: Model): Promise<void> {
  try {
    await saveModel(outPath, model);
  } catch (error) {
    throw cannotWrite(outPath, error);
  }
}

const cannotWrite = (outPath: string, error: unknown): NoteError =>
  new NoteError(note(messages.cannotWrite, outPath, (error as NodeJS.ErrnoException).code ?? String(error)), { cause: error });

const withNotes = (model: Model, notes: readonly Note[]): Model => ({
  ...model,
  description: { ...model.description, trainingLog: [...model.description.trainingLog, ...notes.map(noteText)] },
});

/** Whatever decides how a training goes: with the same, an interrupted one goes on. */
function settingsOf(params: TrainParams, { task, pictures, pairs, split, network, backbone, startFrom }: Material): string {
  const settings = {
    ...pick(params, ['loss', 'distance', 'optimizer', 'miner', 'learningRate', 'batchSize', 'patience', 'seed', 'limit']),
    task,
    network,
    startFrom: startFrom?.hash,
    backbone: backbone && { ...backbone, path: '' },
    contents: pictures.contents,
    labels: task.learnFrom.includes('labels') ? pictures.labels.map(label => label ?? null) : [],
    pairs: pairs && [[...pairs.a], [...pairs.b], [...pairs.similar]],
    split: [[...split.training], [...split.validation]],
  };
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex');
}

/** Those of the keys that are there. */
const pick = <T extends object, K extends keyof T>(of: T, keys: readonly K[]): Partial<Pick<T, K>> =>
  Object.fromEntries(keys.filter(key => of[key] !== undefined).map(key => [key, of[key]])) as Partial<Pick<T, K>>;
