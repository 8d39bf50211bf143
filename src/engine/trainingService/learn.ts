import path from 'node:path';
import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import type { TrainParams } from '../../protocol/training';
import { chooseRuntime, chooseThreads, RUNTIME_FACTORIES } from '../runtime/chooseRuntime';
import type { RuntimeFactories, SelfCheck } from '../runtime/chooseRuntime';
import type { Runtime } from '../runtime/runtime';
import { alterationsByName } from '../training/alterations/alterationsByName';
import type { TrainedModel } from '../training/trainModel';
import { trainModel } from '../training/trainModel';
import { CheckpointFile } from './checkpointFile';
import { settingsOf } from './material';
import type { Material } from './material';
import { pick } from './pick';
import type { TrainReporter } from './trainReporter';

export interface LearnerOptions {
  readonly threads: number;
  /** Name and version of this program. */
  readonly writtenBy: string;
  readonly runtimes?: RuntimeFactories;
}

const CHECKPOINT_EVERY_MS = 15_000;
/** A training shorter than this is over before it is known what runs fastest. */
const WORTH_MEASURING_SECONDS = 5;

/** From what there is to learn from to a trained model: chooses a runtime, keeps checkpoints, goes on from one. */
export class Learner {
  constructor(private readonly options: LearnerOptions) {}

  /** Cancelled after its first step, it answers with the best so far. @throws the signal's reason when aborted before */
  async train(
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
    const isLong = !('seconds' in limit) || limit.seconds >= WORTH_MEASURING_SECONDS;
    const chosen = await chooseRuntime(runtime, threads, isLong ? check : undefined, runtimes);
    chosen.reasons.forEach(onNote);
    const { name } = chosen.runtime;
    if (!isLong || threads === 1 || name !== 'onnxruntime-node') return chosen.runtime;
    const best = await chooseThreads(runtimes[name], threads, check);
    if (best === threads) return chosen.runtime;
    onNote(note(messages.threadsChosen, best, threads));
    return runtimes[name](best);
  }
}
