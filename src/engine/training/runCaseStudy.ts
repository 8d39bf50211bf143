import type { CaseStudyRecipe } from '../../core/training/names';
import { euclidean } from '../distances/euclidean';
import type { Network } from '../model/network';
import type { Runtime } from '../runtime/runtime';
import { CASE_STUDY_THRESHOLD, caseStudyPlan } from './caseStudy';
import type { ClassImages } from './fashionMnist';
import { createPairs, readCaseStudy } from './fashionMnist';
import type { PairMetrics } from './pairMetrics';
import type { TrainingOptions, TrainingResult } from './trainingRun';
import { TrainingRun } from './trainingRun';
import { Validation } from './validation';

/** Which class each different pair takes its second image from: the same in every run, whatever the training's seed. */
const TEST_SEED = 777;

export interface CaseStudyRunOptions extends Pick<TrainingOptions, 'signal' | 'onProgress' | 'checkpoints' | 'resume'> {
  /** Of Fashion-MNIST's four idx files. */
  readonly dataFolder: string;
  readonly recipe: CaseStudyRecipe;
  /** Time in steps, for `fast` and `best`. */
  readonly seconds?: number;
  readonly seed?: number;
  readonly runtime: Runtime;
}

export interface JudgedPairs extends PairMetrics {
  readonly pairs: number;
}

export interface CaseStudyResult {
  readonly seed: number;
  readonly network: Network;
  readonly training: TrainingResult;
  readonly loadMs: number;
  /** Recording, compiling and loading the training step; NaN where no step was taken. */
  readonly compileMs: number;
  readonly threshold: number;
  /** Of the chapter's 14,388 test pairs, by Euclidean distance. */
  readonly test: JudgedPairs;
  /** Of as many pairs an image, made the same way from the 10,000 images that neither training nor settings have seen. */
  readonly untouched: JudgedPairs;
}

/**
 * The chapter's case study from its files to its figures.
 * @throws CaseStudyDataError for a folder without the files, DivergedError.
 */
export async function runCaseStudy(options: CaseStudyRunOptions): Promise<CaseStudyResult> {
  const { dataFolder, recipe, seconds, seed = 1, runtime, onProgress } = options;
  const readingAt = performance.now();
  const data = await readCaseStudy(dataFolder);
  const startedAt = performance.now();
  let compileMs = NaN;
  const plan = caseStudyPlan(recipe, { train: data.train, runtime, seed }, seconds === undefined ? {} : { seconds });
  const before = options.resume?.elapsedMs ?? 0;
  const training = await new TrainingRun({
    ...plan,
    ...(options.signal && { signal: options.signal }),
    ...(options.resume && { resume: options.resume }),
    ...(options.checkpoints && { checkpoints: options.checkpoints }),
    onProgress: progress => {
      if (Number.isNaN(compileMs)) compileMs = performance.now() - startedAt - (progress.elapsedMs - before);
      onProgress?.(progress);
    },
  }).run();
  const { network } = plan.objective;
  const judge = async (part: ClassImages): Promise<JudgedPairs> => {
    const pairs = createPairs(part, TEST_SEED);
    const validation = new Validation(runtime, network, euclidean, part.images, pairs, CASE_STUDY_THRESHOLD);
    try {
      return { ...(await validation.judge(training.parameters)), pairs: pairs.a.length };
    } finally {
      await validation.dispose();
    }
  };
  return {
    seed,
    network,
    training,
    loadMs: startedAt - readingAt,
    compileMs,
    threshold: CASE_STUDY_THRESHOLD,
    test: await judge(data.test),
    untouched: await judge(data.untouched),
  };
}
