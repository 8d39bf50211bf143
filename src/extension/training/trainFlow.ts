import { randomUUID } from 'node:crypto';
import type { LogOutputChannel } from 'vscode';
import { workspaceMessages } from '../../core/dataset/messages';
import type { ScanParams } from '../../protocol/engine';
import type { TrainSummary } from '../../protocol/training';
import { isThere } from '../../workspace/identity';
import { isTrainingElsewhere } from '../../workspace/trainingClaim';
import { ensureModelsFolder, freeModelPath, modelFileName, modelNameOf } from '../../workspace/models';
import { isEngineLoss, wordsOf } from '../engineProcess/errors';
import type { RootSpec } from '../scan/rootSpecs';
import type { ParamsSource, ScanController } from '../scan/scanController';
import type { ScanFlow } from '../scan/scanFlow';
import type { Words } from '../scan/scanText';
import type { Session } from '../session/session';
import type { Messenger } from '../util/messages';
import { showProgress } from '../util/progress';
import type { JobStore, TrainingJob } from './jobStore';
import { learnOptions, slugOf, type LearnOption } from './learnOptions';
import type { ModelFlow } from './modelFlow';
import type { ModelLibrary } from './modelLibrary';
import type { TrainEnd, Trainer } from './trainer';
import { pickAlterations, pickLearnFrom, pickLength, type Length } from './trainPicks';
import { parseTrainWish, type TrainWish } from './trainRequest';
import { readTrainSettings } from './trainSettings';
import { percentTrained, shareText, trainProgressText } from './trainText';

export interface TrainFlowParts {
  readonly trainer: Trainer;
  readonly library: ModelLibrary;
  readonly models: ModelFlow;
  readonly jobs: JobStore;
  readonly session: Session;
  readonly scans: ScanController;
  readonly flow: ScanFlow;
  readonly source: ParamsSource;
  readonly messenger: Messenger;
  readonly words: Words;
  readonly log: LogOutputChannel;
  /** Opens the page with the curves without taking the focus. */
  readonly showPage: () => void;
  readonly now?: () => Date;
}

/** A training as a person sees it: what to learn from, progress with Cancel, the result in a sentence, the new model in use. */
export class TrainFlow {
  constructor(private readonly parts: TrainFlowParts) {}

  /** @param wish What the command was given; the rest is asked for. @returns whether a training was started */
  async start(wish: unknown): Promise<boolean> {
    const root = await this.rootToTrain();
    if (!root) return false;
    const job = await this.prepare(root, parseTrainWish(wish));
    // A second one may have been started while the user chose.
    if (!job || this.parts.trainer.isTraining) return false;
    void this.run(job);
    return true;
  }

  /** The folder to learn from; undefined, having said why, where no training can begin now. */
  async rootToTrain(): Promise<RootSpec | undefined> {
    const { trainer, models, jobs, messenger } = this.parts;
    const { t } = messenger;
    if (!models.mayWrite()) return undefined;
    if (trainer.isTraining) {
      messenger.info(t('A training is under way already.'), this.showChoice(), {
        label: t('Cancel Training'),
        run: () => trainer.cancel(),
      });
      return undefined;
    }
    if ((await jobs.read())?.isOwned) {
      messenger.info(t(workspaceMessages.trainingElsewhere));
      return undefined;
    }
    const root = await models.pickRoot(t('Choose the folder to learn from'));
    if (!root || !(await isTrainingElsewhere(root.path))) return root;
    messenger.info(t(workspaceMessages.trainingElsewhere));
    return undefined;
  }

  /** Runs a training to its end and tells how it went. */
  async run(job: TrainingJob, resumed = false): Promise<TrainEnd> {
    const { trainer, showPage } = this.parts;
    showPage();
    const end = await this.withProgress(() => trainer.train(job, resumed));
    await this.finish(job, end);
    return end;
  }

  /** Everything that a training needs; undefined where the user thought better of it, or where it can't be. */
  private async prepare(root: RootSpec, wish: TrainWish): Promise<TrainingJob | undefined> {
    const { library, jobs, messenger, words, now } = this.parts;
    const { t } = messenger;
    const folder = await ensureModelsFolder(root.path).catch((error: unknown) => {
      messenger.error(wordsOf(error, t));
      return undefined;
    });
    const scan = folder !== undefined ? await this.scanOf(root) : undefined;
    if (folder === undefined || !scan) return undefined;
    const option = await this.learnFrom(wish, scan);
    if (!option) return undefined;
    const settings = readTrainSettings();
    const alterations =
      wish.alterations ??
      (option.learnFrom.includes('views') && wish.seconds === undefined
        ? await pickAlterations(scan.params.roots[0].settings, words)
        : undefined);
    if (option.learnFrom.includes('views') && wish.seconds === undefined && !alterations) return undefined;
    await library.refresh();
    // A backbone's features are computed once, so that nothing can be learned from altered views.
    const canHaveBackbone = !option.learnFrom.includes('views');
    const length =
      wish.seconds !== undefined
        ? { seconds: wish.seconds }
        : await pickLength(settings.preset, library.current.models, canHaveBackbone, words);
    if (!length) return undefined;
    const { seconds, backbone, inputRange, ...advanced }: Length = length;
    const outPath = await freeModelPath(folder, modelFileName(slugOf(option.learnFrom), now?.() ?? new Date()));
    const { network, loss, distance } = { ...wish, ...advanced };
    const startFrom =
      backbone === undefined ? (advanced.startFrom ?? wish.startFrom ?? (await this.startFrom(root, option))) : undefined;
    return {
      id: randomUUID(),
      root: root.path,
      startedAt: (now?.() ?? new Date()).toISOString(),
      params: {
        scan: { ...scan.params, keep: false },
        learnFrom: option.learnFrom,
        relation: option.relation,
        limit: { seconds },
        seed: settings.seed,
        runtime: settings.runtime,
        outPath,
        name: modelNameOf(outPath),
        checkpointPath: jobs.checkpointPath,
        ...(alterations && { alterations }),
        ...(network && backbone === undefined && { network }),
        ...(loss && { loss }),
        ...(distance && { distance }),
        ...(startFrom !== undefined && { startFrom }),
        ...(backbone !== undefined && { backbone }),
        ...(inputRange && { backboneOptions: { preprocessing: inputRange } }),
      },
    };
  }

  /** New verdicts go on from the model that they were made with; undefined: what the engine holds best. */
  private async startFrom(root: RootSpec, option: LearnOption): Promise<string | undefined> {
    if (!option.learnFrom.includes('pairs')) return undefined;
    const { library } = this.parts;
    const active = await library.activePath(root);
    return active !== null && library.rowOf(active)?.info.relation === option.relation ? active : undefined;
  }

  /** What to learn from, as wished for or chosen; a reason instead where it is not possible. */
  private async learnFrom(
    wish: TrainWish,
    scan: { readonly params: ScanParams; readonly classes: number; readonly readable: number },
  ): Promise<LearnOption | undefined> {
    const { messenger, words } = this.parts;
    const options = learnOptions({ ...scan, verdicts: scan.params.verdicts }, words);
    const isWished = ({ learnFrom, relation }: LearnOption): boolean =>
      [...learnFrom].sort().join() === [...wish.learnFrom!].sort().join() && (wish.relation ?? relation) === relation;
    const option = wish.learnFrom ? options.find(isWished) : await pickLearnFrom(options, words);
    if (wish.learnFrom && !option) {
      messenger.warn(messenger.t('Twinlint cannot learn from {0} together.', wish.learnFrom.join(', ')));
    }
    if (option?.problem === undefined) return option;
    messenger.warn(messenger.t('{0}: {1}', option.label, option.problem));
    return undefined;
  }

  /** The root's images, classes and verdicts as they are now: of the present scan, or of one made first. */
  private async scanOf(
    root: RootSpec,
  ): Promise<{ readonly params: ScanParams; readonly classes: number; readonly readable: number } | undefined> {
    const { session, scans, flow, source, messenger } = this.parts;
    const { t } = messenger;
    if (!session.roots.some(each => each.path === root.path)) {
      const outcome = await flow.withProgress(t('Twinlint: looking at the images of {0}', root.name), false, token =>
        scans.scan([...scans.specs(), root], token),
      );
      if (outcome.kind === 'failed') flow.tellFailure(outcome.error);
      if (outcome.kind !== 'done') return undefined;
      messenger.notes(outcome.notes);
    }
    const state = session.state;
    if (!state) return undefined;
    const spec = scans.specs().find(each => each.path === root.path) ?? root;
    const { params: all } = await source.build([spec]);
    // Those are for measuring only.
    const params = { ...all, verdicts: all.verdicts.filter(verdict => !verdict.audit) };
    return { params, classes: state.summary.classes.length, readable: state.summary.readable };
  }

  private withProgress(work: () => Promise<TrainEnd>): Promise<TrainEnd> {
    const { trainer, messenger, words } = this.parts;
    return showProgress({
      title: messenger.t('Twinlint: training'),
      onDidProgress: trainer.onDidChange,
      stage: ({ state, progress }) => {
        if (state === 'cancelling') return { message: messenger.t('Ending; the best so far is kept') };
        return progress && { message: trainProgressText(progress, words), percent: percentTrained(progress) };
      },
      work: async token => {
        const cancellation = token.onCancellationRequested(() => trainer.cancel());
        try {
          return await work();
        } finally {
          cancellation.dispose();
        }
      },
    });
  }

  private async finish(job: TrainingJob, end: TrainEnd): Promise<void> {
    const { library, models, messenger, log } = this.parts;
    const { t } = messenger;
    if (end.kind === 'stopped' && end.canGoOn) {
      messenger.info(
        t('The training was cancelled before it was back where it had been. What it had learned is kept.'),
        { label: t('Go On'), run: () => this.goOn(job) },
        { label: t('Discard'), run: () => this.parts.jobs.clear() },
      );
      return;
    }
    if (end.kind === 'stopped') {
      messenger.info(t('The training was cancelled before there was anything to keep. No model was written.'));
      return;
    }
    if (end.kind === 'failed') {
      if (await isThere(job.root)) this.tellFailure(job, end.error);
      else this.tellFolderGone(job);
      return;
    }
    await library.refresh();
    // Worth knowing, but no reason to interrupt anyone: the page lists them.
    for (const { message, args } of end.summary.notes) log.info(t(message, ...args));
    await models.offer(job.root, end.summary, this.endText(end.summary));
  }

  private endText({ ended, model, before }: TrainSummary): string {
    const { messenger, words } = this.parts;
    const { t } = messenger;
    const name = modelNameOf(model.path);
    const head = {
      limit: () => t('The model {0} is ready', name),
      early: () => t('The model {0} is ready: it had stopped getting better', name),
      diverged: () => t('The training ended because its loss ran away; the best from before is the model {0}', name),
      cancelled: () => t('The training was cancelled; the best so far is the model {0}', name),
    }[ended]();
    if (!model.metrics) return t('{0}.', head);
    const accuracy = shareText(model.metrics.accuracy, words);
    return before
      ? t('{0}: pair accuracy {1} → {2} on held-back pairs.', head, shareText(before.accuracy, words), accuracy)
      : t('{0}: pair accuracy {1} on held-back pairs.', head, accuracy);
  }

  private tellFailure(job: TrainingJob, error: unknown): void {
    const { messenger } = this.parts;
    const { t } = messenger;
    if (isEngineLoss(error)) {
      messenger.error(
        t('The training stopped: its engine process ended by itself. Scanning is not affected.'),
        { label: t('Go On'), run: () => this.goOn(job) },
        messenger.showLogChoice(),
      );
      return;
    }
    messenger.error(t('The training failed: {0}', wordsOf(error, t)), messenger.showLogChoice());
  }

  private tellFolderGone(job: TrainingJob): void {
    const { messenger } = this.parts;
    const text = messenger.t(
      'The model {0} could not be saved: the folder {1} is no longer there. Bring it back, then go on from the last checkpoint.',
      modelNameOf(job.params.outPath),
      job.root,
    );
    messenger.error(text, { label: messenger.t('Go On'), run: () => this.goOn(job) }, messenger.showLogChoice());
  }

  /** Takes up what was interrupted, from its checkpoint where there is one. */
  async goOn(job: TrainingJob): Promise<void> {
    if (!(await isThere(job.root))) {
      this.tellFolderGone(job);
      return;
    }
    if (!this.parts.trainer.isTraining && this.parts.models.mayWrite()) await this.run(job, true);
  }

  private showChoice(): { readonly label: string; readonly run: () => void } {
    return { label: this.parts.messenger.t('Show'), run: () => this.parts.showPage() };
  }
}
