import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import type { TrainParams, TrainProgress, TrainSummary } from '../../protocol/training';
import type { Model } from '../model/modelFile';
import { Turnstile } from '../session/abort';
import type { TrainedModel } from '../training/trainModel';
import { onBackbone } from './backboneFeatures';
import type { CalibrateModel } from './calibration';
import { Collector } from './collect';
import type { CollectorOptions } from './collect';
import { Learner } from './learn';
import type { LearnerOptions } from './learn';
import type { Material } from './material';
import { readModelFile } from './modelInfo';
import { checkWritable, writeModel } from './modelOutput';
import { TrainReporter } from './trainReporter';

export interface TrainingServiceOptions extends CollectorOptions, LearnerOptions {
  readonly onProgress: (progress: TrainProgress) => void;
  /** Absent: the threshold at which most held-back pairs are right. */
  readonly calibrate?: CalibrateModel;
}

/** Trains models: from the list of images to the model file. One training at a time. */
export class TrainingService {
  readonly #turns = new Turnstile();
  readonly #collector: Collector;
  readonly #learner: Learner;

  constructor(private readonly options: TrainingServiceOptions) {
    this.#collector = new Collector(options);
    this.#learner = new Learner(options);
  }

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
    const material = await this.#collector.collect(params, reporter, signal, onNote);
    reporter.phase('compile');
    const trained = await this.#learner.train(params, material, reporter, signal, onNote);
    const { result, before, runtime } = trained;
    const calibrated = await this.#calibrated(trained, material, reporter, signal, onNote);
    const model = material.backbone ? onBackbone(calibrated, material.backbone, params.outPath) : calibrated;
    reporter.phase('save');
    await writeModel(params.outPath, model, notes);
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

  /** Someone who cancelled gets the threshold that validation gave. */
  async #calibrated(
    { model, result, runtime, heldBackPairs, heldBackDistances }: TrainedModel,
    { pictures, labels, groups, split }: Material,
    reporter: TrainReporter,
    signal: AbortSignal,
    onNote: (of: Note) => void,
  ): Promise<Model> {
    const { calibrate } = this.options;
    if (!calibrate || result.ended === 'cancelled') return model;
    reporter.phase('calibrate');
    const input = {
      model,
      runtime,
      images: pictures.images,
      groups,
      split,
      ...(labels && { labels: labels.ofImage }),
      ...(heldBackPairs && { heldBackPairs }),
      ...(heldBackDistances && { heldBackDistances }),
    };
    try {
      const { notes = [], ...found } = await calibrate(input, share => reporter.phase('calibrate', share), signal);
      notes.forEach(onNote);
      return { ...model, description: { ...model.description, ...found } };
    } catch (error) {
      if (signal.aborted) return model;
      throw error;
    }
  }
}
