import { note, NoteError } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { backboneMessages } from '../../core/training/backboneMessages';
import { trainingMessages as messages } from '../../core/training/messages';
import { verdictPairs } from '../../core/training/verdictPairs';
import type { TrainParams } from '../../protocol/training';
import { SignatureTable } from '../descriptor/signatureTable';
import type { Model } from '../model/modelFile';
import { HEAD_NAME } from '../model/networks';
import type { RuntimeFactories } from '../runtime/chooseRuntime';
import type { PairList } from '../samplers/pairSampler';
import { NothingToLearnError } from '../samplers/sampler';
import { ContentRows } from '../session/readStage';
import { arrange } from './arrange';
import type { OpenBackbone } from './backboneFeatures';
import { backboneOf, readFeatures } from './backboneFeatures';
import { chooseNetwork } from './chooseNetwork';
import type { NetworkChoice } from './chooseNetwork';
import { learningTask } from './learningTask';
import type { LearningTask } from './learningTask';
import { listCandidates, thinned } from './listPictures';
import type { Candidate } from './listPictures';
import type { Material } from './material';
import { readModelFile } from './modelInfo';
import type { NearSearch } from './nearGroups';
import { numberedLabels, pairsOf, picturesOf } from './pictures';
import type { Pictures } from './pictures';
import type { PictureReader, ReadPicturesInput } from './readPictures';
import type { TrainReporter } from './trainReporter';

export interface CollectorOptions {
  readonly reader: PictureReader;
  readonly near: NearSearch;
  readonly threads: number;
  /** The encoder that comes with Twinlint; the file may be missing. */
  readonly starterPath: string;
  readonly runtimes?: RuntimeFactories;
}

/** Pixels that are held: with a scan's tables and the runtime beside them a process stays under 1.5 GiB. */
const PIXEL_BYTES = 640 * 1024 * 1024;
/** Up to here all pictures are compared with all before any are held back; beyond, held-back ones with the others. */
const COMPARED_WITH_ALL = 4000;
const STARTER = 'starter';

/** From a request to what a training learns from: lists, reads, labels, pairs and splits. One at a time. */
export class Collector {
  constructor(private readonly options: CollectorOptions) {}

  /** @throws NoteError for whatever the user can mend; the signal's reason when aborted */
  async collect(
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
    const startFrom =
      params.startFrom !== undefined
        ? await this.#startFrom(params.startFrom, params)
        : isFewPairs(params, task) && !opened
          ? await this.#startFrom(STARTER, params).catch(() => undefined)
          : undefined;
    reporter.phase('list');
    const listed = await listCandidates(scan, signal, onNote, () => reporter.phase('list'));
    if (listed.length < 2) throw new NothingToLearnError(messages.twoImages);
    const maxPixels = scan.roots.map(root => root.settings.maxPixels);
    reporter.phase('read');
    const choice: NetworkChoice = opened
      ? { network: HEAD_NAME, input: [1, 1, opened.backbone.featureSize] }
      : startFrom
        ? { network: startFrom.model.description.network, input: startFrom.model.network.input, reason: undefined }
        : chooseNetwork(await this.options.reader.look(listed, maxPixels, signal), params.network, {
            fromViews: task.learnFrom.includes('views'),
            fromLabels: task.learnFrom.includes('labels'),
            ...('seconds' in params.limit && { seconds: params.limit.seconds }),
            pictures: listed.length,
          });
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

/** A relation of its own, by pairs alone and nothing asked for: only a head is learned, on the starter (docs/LEARNING.md). */
const isFewPairs = ({ network, loss, distance }: TrainParams, { learnFrom, relation }: LearningTask): boolean =>
  learnFrom.join() === 'pairs' && relation !== 'same-picture' && [network, loss, distance].every(each => each === undefined);
