import { createHash } from 'node:crypto';
import path from 'node:path';
import { note, noteText, NoteError } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import type { NetworkName } from '../../core/training/names';
import type { CaseStudyParams, CaseStudySummary, TrainProgress } from '../../protocol/training';
import type { Model } from '../model/modelFile';
import { saveModel } from '../model/modelFile';
import { chooseRuntime, chooseThreads, RUNTIME_FACTORIES } from '../runtime/chooseRuntime';
import type { Runtime } from '../runtime/runtime';
import { CaseStudyDataError } from '../training/fashionMnist';
import type { CaseStudyResult } from '../training/runCaseStudy';
import { runCaseStudy } from '../training/runCaseStudy';
import { preprocessingOf } from '../training/trainModel';
import { CheckpointFile } from './checkpointFile';
import { readModelFile } from './modelInfo';
import { smallStep } from './runtimeStatus';
import { TrainReporter } from './trainReporter';

export interface CaseStudyServiceOptions {
  readonly threads: number;
  readonly onProgress: (progress: TrainProgress) => void;
  /** Name and version of this program. */
  readonly writtenBy: string;
}

const CHECKPOINT_EVERY_MS = 15_000;
/** Of Fashion-MNIST, those that the chapter uses, in its order. */
const CLASS_NAMES = ['T-shirt/top', 'Trouser', 'Pullover', 'Coat', 'Sandal', 'Ankle boot'];
/** What the chapter trains on: images, and pairs less those it holds back. */
const TRAINED_ON = { images: 28_800, bookPairs: 43_191 };

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** The chapter's case study, from a request to its answer. */
export class CaseStudyService {
  constructor(private readonly options: CaseStudyServiceOptions) {}

  /**
   * Cancelled while it trains, it judges the best so far; before that, it rejects with the signal's reason.
   * @throws NoteError for data that are not there, and a model that can't be written
   */
  async run(params: CaseStudyParams, signal: AbortSignal): Promise<CaseStudySummary> {
    const { recipe, seed = 1, seconds, outPath } = params;
    const reporter = new TrainReporter(this.options.onProgress, seconds === undefined ? undefined : seconds * 1000);
    reporter.phase('read');
    const settings = createHash('sha256').update(JSON.stringify({ recipe, seed, seconds })).digest('hex');
    const file =
      params.checkpointPath === undefined
        ? undefined
        : new CheckpointFile(params.checkpointPath, settings, each => console.error(noteText(each)));
    const kept = await file?.load();
    if (kept) reporter.resume(kept.points);
    const runtime = await this.#runtime(params);
    const result = await this.#study(
      {
        dataFolder: params.dataFolder,
        recipe,
        seed,
        runtime,
        signal,
        ...(seconds !== undefined && { seconds }),
        ...(kept && { resume: kept.checkpoint }),
        ...(file && {
          checkpoints: {
            everyMs: CHECKPOINT_EVERY_MS,
            save: checkpoint => file.save({ checkpoint, points: reporter.points }),
          },
        }),
        onProgress: progress => reporter.train(progress),
      },
      signal,
    );
    const { training } = result;
    if (training.ended !== 'cancelled') await file?.remove();
    reporter.phase('save');
    const model = outPath === undefined ? undefined : await this.#save(outPath, params, result, runtime);
    reporter.phase('save', 1);
    return {
      recipe,
      seed,
      steps: training.steps,
      trainMs: Math.round(training.elapsedMs),
      compileMs: Math.round(result.compileMs || 0),
      loadMs: Math.round(result.loadMs),
      threshold: result.threshold,
      accuracy: result.test.accuracy,
      testPairs: result.test.pairs,
      untouchedAccuracy: result.untouched.accuracy,
      runtime: runtime.name,
      threads: runtime.threads,
      points: reporter.points,
      ...(model && { model }),
    };
  }

  async #study(options: Parameters<typeof runCaseStudy>[0], signal: AbortSignal): Promise<CaseStudyResult> {
    try {
      const result = await runCaseStudy(options);
      // Cancelled before anything was learned.
      if (result.training.steps === 0) signal.throwIfAborted();
      return result;
    } catch (error) {
      if (error instanceof CaseStudyDataError) throw new NoteError(note(error.message), { cause: error });
      throw error;
    }
  }

  /** Of as many threads as are allowed, those that make a step fastest here. */
  async #runtime({ runtime: preference = 'auto' }: CaseStudyParams): Promise<Runtime> {
    const { threads } = this.options;
    const { runtime } = await chooseRuntime(preference, threads);
    if (threads === 1 || runtime.name !== 'onnxruntime-node') return runtime;
    const create = RUNTIME_FACTORIES[runtime.name];
    const best = await chooseThreads(create, threads, await smallStep());
    return best === threads ? runtime : create(best);
  }

  async #save(
    outPath: string,
    { recipe }: CaseStudyParams,
    { network, training, test, threshold, seed }: CaseStudyResult,
    runtime: Runtime,
  ): Promise<CaseStudySummary['model']> {
    const accuracy = `${(100 * test.accuracy).toFixed(2)} % of ${test.pairs} test pairs`;
    const model: Model = {
      network,
      parameters: training.parameters,
      description: {
        name: path.parse(outPath).name,
        network: network.name as NetworkName,
        input: [...network.input],
        embeddingSize: network.embeddingSize,
        relation: 'same-class',
        distance: 'euclidean',
        threshold,
        calibration: [],
        preprocessing: preprocessingOf(network.input),
        labels: CLASS_NAMES,
        trainedAt: new Date().toISOString(),
        trainedOn: {
          images: TRAINED_ON.images,
          pairs: recipe === 'book' ? TRAINED_ON.bookPairs : 0,
          learnFrom: ['labels'],
        },
        metrics: { accuracy: test.accuracy, rocAuc: test.rocAuc },
        trainingLog: [
          `Fashion-MNIST case study, recipe ${recipe}, seed ${seed}: ${training.steps} steps in ${(training.elapsedMs / 1000).toFixed(1)} s on ${runtime.name} (${training.ended}), ${accuracy}`,
          ...training.notes.map(noteText),
        ],
        writtenBy: this.options.writtenBy,
      },
    };
    try {
      await saveModel(outPath, model);
      return (await readModelFile(outPath)).info;
    } catch (error) {
      if (error instanceof NoteError) throw error;
      throw new NoteError(note(messages.cannotWrite, outPath, codeOf(error)), { cause: error });
    }
  }
}
