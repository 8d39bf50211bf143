import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import type { CompareLossesParams, LossComparison, LossResult } from '../../protocol/compareLosses';
import type { TrainParams, TrainProgress } from '../../protocol/training';
import type { LossName } from '../losses/loss';
import { chooseRuntime } from '../runtime/chooseRuntime';
import type { Runtime } from '../runtime/runtime';
import { alterationsByName } from '../training/alterations/alterationsByName';
import { trainModel } from '../training/trainModel';
import { trainingMessages as messages } from '../../core/training/messages';
import { Collector } from './collect';
import type { CollectorOptions } from './collect';
import { holdOut } from './holdOut';
import type { Trial } from './holdOut';
import type { Material } from './material';
import { pick } from './pick';
import { numberedLabels } from './pictures';
import { RelationJudge } from './relationJudge';
import { TrainReporter } from './trainReporter';

export interface LossComparerOptions extends CollectorOptions {
  readonly onProgress: (progress: TrainProgress) => void;
  /** Name and version of this program. */
  readonly writtenBy: string;
}

/** What all trainings of a comparison have in common. */
interface Comparison {
  readonly params: CompareLossesParams;
  readonly material: Material;
  readonly trial: Trial;
  readonly judge: RelationJudge;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
}

/** Trains one network with each of several losses, from the same weights on the same images, and judges them on others. */
export class LossComparer {
  constructor(private readonly options: LossComparerOptions) {}

  /** @throws NoteError for whatever the user can mend; the signal's reason when aborted */
  async run(params: CompareLossesParams, signal: AbortSignal): Promise<LossComparison> {
    const startedMs = performance.now();
    const { learnFrom, heldOut, steps, seed = 1 } = params;
    const notes: Note[] = [];
    const onNote = (of: Note): void => void notes.push(of);
    const reporter = new TrainReporter(this.options.onProgress, undefined);
    const wish: TrainParams = { ...params, learnFrom: [learnFrom], limit: { steps }, outPath: '' };
    const material = await new Collector(this.options).collect(wish, reporter, signal, onNote);
    const trial = holdOut(material, heldOut, seed);
    reporter.phase('compile');
    const judge = await RelationJudge.of({
      images: material.pictures.images,
      labels: numberedLabels(material.pictures.labels).ofImage,
      judged: trial.judged,
      alterations: alterationsByName(material.task.alterations),
      seed,
    });
    const { runtime } = await chooseRuntime(params.runtime ?? 'auto', this.options.threads);
    const comparison: Comparison = { params, material, trial, judge, runtime, signal };
    const results: LossResult[] = [];
    for (const [place, loss] of params.losses.entries()) {
      const result = await this.#result(comparison, loss, (share, remainingMs) => {
        const etaMs = remainingMs + (params.losses.length - place - 1) * (remainingMs / Math.max(1e-3, 1 - share));
        this.options.onProgress({
          phase: 'train',
          share: (place + share) / params.losses.length,
          ...(Number.isFinite(etaMs) && { etaMs: Math.max(0, Math.round(etaMs)) }),
          points: [],
        });
      });
      if (result.ended === 'diverged') onNote(note(messages.lossDiverged, loss, result.steps));
      results.push(result);
    }
    reporter.phase('calibrate');
    const figures = await judge.ofPixels(signal);
    results.push({ loss: 'pixels', distance: 'euclidean', steps: 0, seconds: 0, ended: 'limit', figures });
    const [height, width, channels] = material.pictures.images.shape;
    return {
      network: material.network,
      input: [height, width, channels],
      learnFrom,
      heldOut,
      learned: trial.split.training.length,
      judged: trial.judged.length,
      classes: trial.classes,
      results,
      runtime: runtime.name,
      threads: runtime.threads,
      elapsedMs: Math.round(performance.now() - startedMs),
      notes,
    };
  }

  async #result(
    { params, material, trial, judge, runtime, signal }: Comparison,
    loss: LossName,
    onShare: (share: number, remainingMs: number) => void,
  ): Promise<LossResult> {
    const { pictures, labels, groups, network, task } = material;
    const alterations = alterationsByName(task.alterations);
    const { model, result } = await trainModel({
      images: pictures.images,
      nameOf: image => pictures.paths[image],
      ...(labels && { labels }),
      views: params.learnFrom === 'views',
      groups,
      split: trial.split,
      relation: task.relation,
      network,
      loss,
      ...pick(params, ['distance', 'batchSize', 'seed']),
      limit: { steps: params.steps },
      ...(alterations.length > 0 && { alterations }),
      runtime,
      signal,
      onProgress: ({ share, remainingMs }) => onShare(share, remainingMs),
      writtenBy: this.options.writtenBy,
    });
    signal.throwIfAborted();
    return {
      loss,
      distance: model.description.distance,
      steps: result.steps,
      seconds: result.elapsedMs / 1000,
      ended: result.ended === 'diverged' ? 'diverged' : 'limit',
      figures: await judge.ofModel(model, runtime, signal),
    };
  }
}
