import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter, ResponseError } from 'vscode-jsonrpc/node';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import { NoteError } from '../core/dataset/note';
import { CardRequest } from '../protocol/card';
import { CheckProgressNotification, RunCheckRequest } from '../protocol/checks';
import { CompareLossesRequest } from '../protocol/compareLosses';
import { TrainPairNetworkRequest } from '../protocol/pairNetworks';
import type { CheckProgress } from '../protocol/checks';
import * as protocol from '../protocol/engine';
import { engineErrorCodes } from '../protocol/engineErrors';
import {
  ClassesRequest,
  CompareFindingsRequest,
  CompareModelsRequest,
  EstimateRequest,
  QuestionsRequest,
  ThresholdForRequest,
} from '../protocol/labeling';
import { LabelReviewRequest } from '../protocol/labelReview';
import { JudgeLabelsRequest, LabelProgressNotification, SetJudgementRequest } from '../protocol/labels';
import type { LabelProgress } from '../protocol/labels';
import { ScannedImagesRequest } from '../protocol/curation';
import { MapImageRequest, MapKindsRequest, MapProgressNotification, MapRequest, SetFilterRequest } from '../protocol/map';
import { SearchCropRequest, SearchProgressNotification, TrackRequest } from '../protocol/search';
import type { SearchProgress } from '../protocol/search';
import { SelectRequest } from '../protocol/selection';
import { SuggestProgressNotification, SuggestRequest } from '../protocol/suggest';
import type { SuggestProgress } from '../protocol/suggest';
import * as training from '../protocol/training';
import { CheckService } from './checks/checkService';
import { LocalDescriber, ThreadDescribers } from './decode/describers';
import { loadSharp } from './decode/loadSharp';
import type { LoadedSharp } from './decode/loadSharp';
import { PictureDecoder } from './decode/pictureDecoder';
import { LocalFolds, ThreadedFolds } from './labels/foldThreads';
import { LabelService } from './labels/labelService';
import { MapDesk } from './map/mapDesk';
import { calibrateModel } from './modelScan/calibrateModel';
import { ScanModels } from './modelScan/scanModel';
import { CROP_MODEL_FILE } from './search/cropModel';
import { CropService } from './search/cropService';
import { FinderPairSource } from './session/pairSource';
import { JudgedLabels } from './session/judgedLabels';
import { PreviewMaker } from './session/previewMaker';
import { FileReader } from './session/readStage';
import { Scanner } from './session/scanner';
import { Session } from './session/session';
import { KeptMaps } from './store/keptMaps';
import { KeptScans } from './store/keptScans';
import { STARTER_FILE, tryStarter } from './starter/loadStarter';
import { SuggestService } from './suggest/suggestService';
import { cleanUpFolder, PreviewStore } from './store/previews';
import { CaseStudyService } from './trainingService/caseStudyService';
import { PairRescorer } from './pairNetworks/rescorePairs';
import { PairNetworkTrainer } from './pairNetworks/trainPairNetwork';
import { LossComparer } from './trainingService/compareLosses';
import { EvaluateService } from './trainingService/evaluateService';
import { exportModel, readModelFile } from './trainingService/modelInfo';
import { ModelShelf } from './trainingService/modelShelf';
import { NearSearch } from './trainingService/nearGroups';
import { PictureReader } from './trainingService/readPictures';
import { runtimeStatus } from './trainingService/runtimeStatus';
import { TrainingService } from './trainingService/trainingService';

const previewLimitBytes = 512 * 1024 * 1024;
/** Signatures of about a million images; the roots that were not scanned for the longest time go first. */
const packLimitBytes = 4 * 1024 * 1024 * 1024;
/** Of two million images; those that were not used for the longest time go first. */
const embeddingLimitBytes = 1024 * 1024 * 1024;
const keptScanLimitBytes = 512 * 1024 * 1024;
const mapLimitBytes = 64 * 1024 * 1024;

/** What stands after `engine/initialize`. */
interface Started {
  readonly session: Session;
  readonly training: TrainingService;
  readonly caseStudy: CaseStudyService;
  readonly evaluation: EvaluateService;
  readonly losses: LossComparer;
  readonly pairNetworks: PairNetworkTrainer;
  readonly labels: LabelService;
  readonly checks: CheckService;
  readonly search: CropService;
  readonly suggestions: SuggestService;
  readonly threads: number;
  readonly status: () => protocol.EngineStatus;
}

/** Answers the engine protocol on a child process's IPC channel. */
export const startEngine = (channel: NodeJS.Process): MessageConnection => {
  const connection = createMessageConnection(new IPCMessageReader(channel), new IPCMessageWriter(channel));
  let started: Started | undefined;
  const shelf = new ModelShelf();
  const need = (): Started => {
    if (!started) throw new Error('The engine was not initialized.');
    return started;
  };
  const send = (progress: protocol.ScanProgress): void =>
    void connection.sendNotification(protocol.ScanProgressNotification, progress);
  const sendTraining = (progress: training.TrainProgress): void =>
    void connection.sendNotification(training.TrainProgressNotification, progress);

  const sendLabels = (progress: LabelProgress): void => void connection.sendNotification(LabelProgressNotification, progress);
  const sendMap = (share: number): void => void connection.sendNotification(MapProgressNotification, { share });
  const sendCheck = (progress: CheckProgress): void => void connection.sendNotification(CheckProgressNotification, progress);

  connection.onRequest(protocol.InitializeRequest, params =>
    answer(async () => {
      started = await start(params, {
        onProgress: send,
        onTraining: sendTraining,
        onLabels: sendLabels,
        onMap: sendMap,
        onCheck: sendCheck,
        onSearch: progress => void connection.sendNotification(SearchProgressNotification, progress),
        onSuggest: progress => void connection.sendNotification(SuggestProgressNotification, progress),
      });
      return started.status();
    }),
  );
  connection.onRequest(protocol.StatusRequest, () => answer(async () => need().status()));
  connection.onRequest(protocol.ScanRequest, (params, token) => answer(signal => need().session.scan(params, signal), token));
  connection.onRequest(protocol.RestoreRequest, (params, token) =>
    answer(signal => need().session.restore(params, signal), token),
  );
  connection.onRequest(protocol.UpdateRequest, ({ changed }, token) =>
    answer(signal => need().session.update(changed, signal), token),
  );
  connection.onRequest(protocol.SetVerdictsRequest, ({ verdicts }) => answer(async () => need().session.setVerdicts(verdicts)));
  connection.onRequest(protocol.ClearRequest, () => answer(async () => need().session.clear()));
  connection.onRequest(protocol.FindingsRequest, query => answer(async () => need().session.findings(query)));
  connection.onRequest(protocol.PairRequest, query => answer(() => need().session.pair(query)));
  connection.onRequest(CardRequest, ({ threshold }) => answer(async () => need().session.card(threshold)));
  connection.onRequest(SelectRequest, (params, token) => answer(signal => need().session.select(params, signal), token));
  connection.onRequest(MapRequest, token => answer(signal => need().session.map(signal), token));
  connection.onRequest(MapKindsRequest, ({ edition, threshold }, token) =>
    answer(signal => need().session.mapKinds(edition, threshold, signal), token),
  );
  connection.onRequest(MapImageRequest, ({ edition, image }) => answer(async () => need().session.imageOf(edition, image)));
  connection.onRequest(SetFilterRequest, ({ edition, images }) => answer(async () => need().session.setFilter(edition, images)));
  connection.onRequest(ScannedImagesRequest, ({ threshold }) => answer(async () => need().session.images(threshold)));
  connection.onRequest(protocol.DistancesRequest, () => answer(async () => need().session.distances()));
  connection.onRequest(protocol.PairsRequest, query => answer(async () => need().session.pairs(query)));
  connection.onRequest(protocol.GroupsRequest, query => answer(async () => need().session.groups(query)));
  connection.onRequest(protocol.NeighboursRequest, (params, token) =>
    answer(signal => need().session.neighbours(params, signal), token),
  );
  connection.onRequest(QuestionsRequest, params =>
    answer(async () => (await need().session.labeling()?.questions(params)) ?? null),
  );
  connection.onRequest(EstimateRequest, params => answer(async () => need().session.labeling()?.estimate(params) ?? null));
  connection.onRequest(ThresholdForRequest, ({ relation, aim, value }) =>
    answer(async () => need().session.labeling()?.thresholdFor(relation, aim, value) ?? null),
  );
  connection.onRequest(CompareModelsRequest, (params, token) =>
    answer(signal => need().session.compareModels(params, signal), token),
  );
  connection.onRequest(CompareFindingsRequest, (params, token) =>
    answer(signal => need().session.compareFindings(params, signal), token),
  );
  connection.onRequest(ClassesRequest, ({ relation, threshold }) =>
    answer(async () => need().session.classes()?.at(relation, threshold) ?? null),
  );
  connection.onRequest(protocol.PreviewRequest, (params, token) =>
    answer(signal => need().session.preview(params, signal), token),
  );
  connection.onRequest(training.TrainRequest, (params, token) => answer(signal => need().training.run(params, signal), token));
  connection.onRequest(training.CaseStudyRequest, (params, token) =>
    answer(signal => need().caseStudy.run(params, signal), token),
  );
  connection.onRequest(training.EvaluateRequest, (params, token) =>
    answer(signal => need().evaluation.run(params, signal), token),
  );
  connection.onRequest(CompareLossesRequest, (params, token) => answer(signal => need().losses.run(params, signal), token));
  connection.onRequest(TrainPairNetworkRequest, (params, token) =>
    answer(signal => need().pairNetworks.run(params, signal), token),
  );
  connection.onRequest(JudgeLabelsRequest, (params, token) => answer(signal => need().labels.run(params, signal), token));
  connection.onRequest(RunCheckRequest, (params, token) => answer(signal => need().checks.run(params, signal), token));
  connection.onRequest(SearchCropRequest, (params, token) => answer(signal => need().search.run(params, signal), token));
  connection.onRequest(TrackRequest, (params, token) => answer(signal => need().search.track(params, signal), token));
  connection.onRequest(SuggestRequest, (params, token) => answer(signal => need().suggestions.run(params, signal), token));
  connection.onRequest(SetJudgementRequest, judgement => answer(async () => need().session.setJudgement(judgement)));
  connection.onRequest(LabelReviewRequest, params => answer(async () => need().session.labelReview(params)));
  connection.onRequest(training.ModelInfoRequest, params => answer(async () => (await readModelFile(params.path)).info));
  connection.onRequest(training.ListModelsRequest, ({ folder }) => answer(() => shelf.list(folder)));
  connection.onRequest(training.ExportOnnxRequest, params => answer(() => exportModel(params.path, params.outPath)));
  connection.onRequest(training.RuntimesRequest, () => answer(() => runtimeStatus(need().threads)));
  connection.listen();
  return connection;
};

interface Listeners {
  readonly onProgress: (progress: protocol.ScanProgress) => void;
  readonly onTraining: (progress: training.TrainProgress) => void;
  readonly onLabels: (progress: LabelProgress) => void;
  readonly onMap: (share: number) => void;
  readonly onCheck: (progress: CheckProgress) => void;
  readonly onSearch: (progress: SearchProgress) => void;
  readonly onSuggest: (progress: SuggestProgress) => void;
}

const start = async (
  params: protocol.InitializeParams,
  { onProgress, onTraining, onLabels, onMap, onCheck, onSearch, onSuggest }: Listeners,
): Promise<Started> => {
  const loaded: LoadedSharp = await loadSharp();
  const threads = Math.max(1, Math.floor(params.threads ?? os.availableParallelism()));
  const log = (line: string): void => console.error(line);
  const decoder = new PictureDecoder(loaded.sharp);
  const starterPath = path.join(__dirname, '..', 'media', STARTER_FILE);
  const starter = await tryStarter(starterPath);
  if (starter.problem) log(starter.problem);
  const signatures =
    threads > 2
      ? new ThreadDescribers(path.join(__dirname, 'engine.js'), threads, starter.graph)
      : new LocalDescriber(starter.graph);
  const reader = new FileReader(decoder, signatures, threads);
  const pairSource = new FinderPairSource(threads, path.join(__dirname, 'rescoreWorker.js'));
  const packFolder = path.join(params.cacheDir, 'signatures');
  const embeddingFolder = path.join(params.cacheDir, 'embeddings');
  const keptFolder = path.join(params.cacheDir, 'scans');
  const mapFolder = path.join(params.cacheDir, 'maps');
  const scanner = new Scanner({
    reader,
    pairSource,
    packFolder,
    models: new ScanModels(),
    embeddingFolder,
    threads,
    pairRescorer: new PairRescorer(new PictureReader(decoder, signatures, threads), threads),
    // Signatures with and without embeddings, or with another encoder's, must not be mixed.
    decoderVersion: `${loaded.kind} ${loaded.version} starter ${starter.version}`,
    log,
  });
  const previews = new PreviewMaker(decoder, new PreviewStore(params.cacheDir, previewLimitBytes));
  const kept = new KeptScans(keptFolder, `${await engineVersion()} ${starter.version}`);
  // In the background; what can't be removed now is removed next time.
  void cleanUpFolder(packFolder, packLimitBytes);
  void cleanUpFolder(embeddingFolder, embeddingLimitBytes);
  void cleanUpFolder(keptFolder, keptScanLimitBytes);
  void cleanUpFolder(mapFolder, mapLimitBytes);
  const writtenBy = await programVersion();
  const judged = new JudgedLabels(keptFolder);
  const maps = new MapDesk({ kept: new KeptMaps(mapFolder), threads, onProgress: onMap, log });
  const session = new Session({ scanner, reader, pairSource, previews, kept, judged, maps, onProgress, log });
  return {
    session,
    training: new TrainingService({
      reader: new PictureReader(decoder, signatures, threads),
      near: new NearSearch(threads, path.join(__dirname, 'rescoreWorker.js')),
      threads,
      onProgress: onTraining,
      writtenBy,
      starterPath,
      calibrate: calibrateModel,
    }),
    evaluation: new EvaluateService({
      reader: new PictureReader(decoder, signatures, threads),
      threads,
      onProgress: onTraining,
    }),
    losses: new LossComparer({
      reader: new PictureReader(decoder, signatures, threads),
      near: new NearSearch(threads, path.join(__dirname, 'rescoreWorker.js')),
      threads,
      onProgress: onTraining,
      writtenBy,
      starterPath,
    }),
    pairNetworks: new PairNetworkTrainer({
      reader: new PictureReader(decoder, signatures, threads),
      near: new NearSearch(threads, path.join(__dirname, 'rescoreWorker.js')),
      threads,
      onProgress: onTraining,
      writtenBy,
    }),
    labels: new LabelService({
      reader: new PictureReader(decoder, signatures, threads),
      near: new NearSearch(threads, path.join(__dirname, 'rescoreWorker.js')),
      runner: threads > 1 ? new ThreadedFolds(path.join(__dirname, 'engine.js'), threads) : new LocalFolds(),
      threads,
      onProgress: onLabels,
      knownPairs: scan => session.nearPairs(scan),
    }),
    checks: new CheckService({
      reader: new PictureReader(decoder, signatures, threads),
      near: new NearSearch(threads, path.join(__dirname, 'rescoreWorker.js')),
      starterPath,
      onProgress: onCheck,
    }),
    search: new CropService({
      decoder,
      modelPath: path.join(__dirname, '..', 'media', CROP_MODEL_FILE),
      threads,
      onProgress: onSearch,
    }),
    suggestions: new SuggestService({
      reader: new PictureReader(decoder, signatures, threads),
      starterPath,
      onProgress: onSuggest,
    }),
    caseStudy: new CaseStudyService({ threads, onProgress: onTraining, writtenBy }),
    threads,
    status: () => ({
      pid: process.pid,
      nodeVersion: process.version,
      decoder: loaded.kind,
      decoderVersion: loaded.version,
      runtime: pairSource.runtime,
      runtimeReason: pairSource.runtimeReason,
      threads,
      memoryBytes: process.memoryUsage.rss(),
      cacheDir: params.cacheDir,
    }),
  };
};

/** Changes with every build, so that pairs are measured anew when the measure may have changed. */
const engineVersion = async (): Promise<string> => {
  const hash = createHash('sha256');
  for (const file of ['engine.js', 'rescoreWorker.js']) hash.update(await readFile(path.join(__dirname, file)));
  return hash.digest('hex');
};

/** Name and version of this program: dist/ lies beside package.json, in the repository and in the package. */
const programVersion = async (): Promise<string> => {
  try {
    const { version } = JSON.parse(await readFile(path.join(__dirname, '..', 'package.json'), 'utf8')) as { version?: string };
    return `twinlint ${version ?? ''}`.trim();
  } catch {
    return 'twinlint';
  }
};

/** Runs a request with the token as an abort signal, and turns what it throws into errors the other side can tell apart. */
const answer = async <T>(job: (signal: AbortSignal) => Promise<T>, token?: CancellationToken): Promise<T> => {
  const controller = new AbortController();
  // A token that is cancelled already never tells.
  if (token?.isCancellationRequested) controller.abort();
  const subscription = token?.onCancellationRequested(() => controller.abort());
  try {
    controller.signal.throwIfAborted();
    return await job(controller.signal);
  } catch (error) {
    // First: a cancelled training that cannot save its best so far has to say so.
    if (error instanceof NoteError) throw new ResponseError(engineErrorCodes.note, error.message, error.note);
    if (controller.signal.aborted) throw new ResponseError(engineErrorCodes.cancelled, 'Cancelled.');
    console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    throw error;
  } finally {
    subscription?.dispose();
  }
};
