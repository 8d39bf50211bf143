import type { LogOutputChannel } from 'vscode';
import type { ScanSettings } from '../../core/settings/scanSettings';
import type { PairNetworkName } from '../../core/training/names';
import { TrainPairNetworkRequest, type PairNetworkSummary, type TrainPairNetworkParams } from '../../protocol/pairNetworks';
import { ensureModelsFolder, freeModelPath, modelFileName, modelNameOf } from '../../workspace/models';
import type { Engine } from '../engineProcess/engine';
import { isCancellation, isEngineLoss, wordsOf } from '../engineProcess/errors';
import type { RootSpec } from '../scan/rootSpecs';
import type { ParamsSource, ScanController } from '../scan/scanController';
import type { ScanFlow } from '../scan/scanFlow';
import type { Words } from '../scan/scanText';
import type { Session } from '../session/session';
import type { Choice, Messenger } from '../util/messages';
import { showProgress } from '../util/progress';
import { findingsNow, kindChanges, type FindingsNow } from './modelChange';
import { pickRescorer, pickRescorerSeconds } from './rescorerPicks';
import { setRescoreModel } from './rescorerSetting';
import type { Trainer, TrainingEngine } from './trainer';
import { usualAlterations } from './trainPicks';
import { readTrainSettings } from './trainSettings';
import { changeText, percentTrained, shareText, trainProgressText } from './trainText';

export interface RescorerFlowParts {
  readonly trainer: Trainer;
  readonly trainingEngine: TrainingEngine;
  /** The one that holds the scan. */
  readonly engine: Engine;
  readonly session: Session;
  readonly scans: ScanController;
  readonly flow: ScanFlow;
  readonly source: ParamsSource & { settingsOf(root: RootSpec): Promise<{ readonly settings: ScanSettings }> };
  readonly messenger: Messenger;
  readonly words: Words;
  readonly log: LogOutputChannel;
  /** The folder to learn from; undefined, having said why, where no training can begin now. */
  readonly rootToTrain: () => Promise<RootSpec | undefined>;
  readonly now?: () => Date;
}

/** A network that judges pairs again, as a person sees it: which, for how long, progress with Cancel, and whether to use it. */
export class RescorerFlow {
  constructor(private readonly parts: RescorerFlowParts) {}

  /** @returns whether a training was started */
  async start(): Promise<boolean> {
    const { trainer, messenger, words, rootToTrain } = this.parts;
    const root = await rootToTrain();
    if (!root) return false;
    const folder = await ensureModelsFolder(root.path).catch((error: unknown) => {
      messenger.error(wordsOf(error, messenger.t));
      return undefined;
    });
    if (folder === undefined) return false;
    const named = await this.namedBy(root);
    const choice = await pickRescorer(named === '' ? undefined : modelNameOf(named), words);
    if (choice?.kind === 'stop') await this.use(root, null);
    if (choice?.kind !== 'train') return false;
    const seconds = await pickRescorerSeconds(words);
    // Another one may have been started while the user chose.
    if (seconds === undefined || trainer.isTraining) return false;
    void this.run(root, await this.paramsFor(root, folder, choice.network, seconds));
    return true;
  }

  private async run(root: RootSpec, params: TrainPairNetworkParams): Promise<void> {
    const { trainer, trainingEngine, messenger, words } = this.parts;
    const { t } = messenger;
    try {
      const summary = await showProgress({
        title: t('Twinlint: training a re-scorer of pairs'),
        onDidProgress: trainingEngine.onDidTrainProgress,
        stage: progress => ({ message: trainProgressText(progress, words), percent: percentTrained(progress) }),
        work: token =>
          trainer.trainAside(root.path, token, both => trainingEngine.request(TrainPairNetworkRequest, params, both)),
      });
      this.tell(root, summary);
    } catch (error) {
      this.tellEnd(error);
    }
  }

  private async paramsFor(
    root: RootSpec,
    folder: string,
    network: PairNetworkName,
    seconds: number,
  ): Promise<TrainPairNetworkParams> {
    const { source, scans, now } = this.parts;
    const { params: scan } = await source.build([scans.specs().find(each => each.path === root.path) ?? root]);
    const { seed, runtime } = readTrainSettings();
    const outPath = await freeModelPath(folder, modelFileName(network, now?.() ?? new Date()));
    return {
      scan: { ...scan, keep: false },
      network,
      limit: { seconds },
      alterations: usualAlterations(scan.roots[0].settings),
      seed,
      runtime,
      outPath,
      name: modelNameOf(outPath),
    };
  }

  /** Puts a model into the settings, or takes it out (null), and scans again. */
  private async use(root: RootSpec, path: string | null): Promise<void> {
    const { session, scans, flow, messenger } = this.parts;
    const { t } = messenger;
    const before = await this.findings();
    try {
      await setRescoreModel(root.path, path, () => this.namedBy(root));
    } catch (error) {
      messenger.error(wordsOf(error, t), messenger.showLogChoice());
      return;
    }
    const specs = scans.specs();
    const isScanned = specs.some(each => each.path === root.path);
    if (!isScanned && path === null) return;
    // A first scan tells what it found; a further one what has changed.
    const summary = await flow.run(isScanned ? specs : [...specs, root], isScanned);
    if (!summary || !before || !isScanned || !session.state) return;
    const { engine, words } = this.parts;
    const kinds = kindChanges(before, await findingsNow(engine, session.state.threshold));
    const change = changeText({ from: null, to: null, kinds, accuracy: null }, words);
    if (path === null) messenger.info(t('Pairs are not judged again any more: {0}.', change));
    else messenger.info(t('Pairs are judged again by {0}: {1}.', modelNameOf(path), change), this.stopChoice(root));
  }

  private async findings(): Promise<FindingsNow | undefined> {
    const { session, scans, engine } = this.parts;
    if (!session.state || !(await scans.ready())) return undefined;
    return findingsNow(engine, session.state.threshold);
  }

  private async namedBy(root: RootSpec): Promise<string> {
    return (await this.parts.source.settingsOf(root)).settings.rescoreModel;
  }

  private tell(root: RootSpec, { path, rocAuc, notes }: PairNetworkSummary): void {
    const { messenger, words, log } = this.parts;
    const { t } = messenger;
    // Worth knowing, but no reason to interrupt anyone.
    for (const { message, args } of notes) log.info(t(message, ...args));
    const text =
      rocAuc === undefined
        ? t('The re-scorer {0} is ready; too few images were held back to judge it on.', modelNameOf(path))
        : t('The re-scorer {0} is ready: ROC-AUC {1} on held-back images.', modelNameOf(path), shareText(rocAuc, words));
    const use = { label: t('Use It'), run: () => this.use(root, path) };
    messenger.info(text, use, { label: t('Not Now'), run: () => undefined });
  }

  private tellEnd(error: unknown): void {
    const { messenger } = this.parts;
    const { t } = messenger;
    if (isCancellation(error)) messenger.info(t('The training was cancelled. No model was written.'));
    else if (isEngineLoss(error)) {
      const text = t('The training stopped: its engine process ended by itself. Scanning is not affected.');
      messenger.error(text, messenger.showLogChoice());
    } else messenger.error(t('The training failed: {0}', wordsOf(error, t)), messenger.showLogChoice());
  }

  private stopChoice(root: RootSpec): Choice {
    return { label: this.parts.messenger.t('Stop Using It'), run: () => this.use(root, null) };
  }
}
