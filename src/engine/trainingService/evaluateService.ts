import { logisticCurve, logisticFit, probabilityAt } from '../../core/calibration/probability';
import type { ProbabilityCurve } from '../../core/calibration/probability';
import { expectedCalibrationError, reliabilityTable } from '../../core/calibration/reliability';
import { note, NoteError } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { pairQuality, precisionRecallCurve } from '../../core/metrics/pairQuality';
import type { JudgedPairs } from '../../core/metrics/pairSample';
import { evaluateMessages as messages } from '../../core/training/evaluateMessages';
import { verdictPairs } from '../../core/training/verdictPairs';
import type { ScanParams } from '../../protocol/engine';
import type { EvaluateParams, EvaluateSummary, TrainProgress } from '../../protocol/training';
import { DISTANCES } from '../distances/distances';
import type { Model } from '../model/modelFile';
import { chooseRuntime } from '../runtime/chooseRuntime';
import type { PairList } from '../samplers/pairSampler';
import { Breather } from '../../workspace/breathe';
import { embedAll } from '../training/embed';
import { frozenEncoderProgram } from '../training/encoderProgram';
import { backboneOfModel, readFeatures } from './backboneFeatures';
import { drawPairs, judged, pairCounts, recallAt } from './judgedPairs';
import { listCandidates, thinned } from './listPictures';
import { readModelFile } from './modelInfo';
import { numberedLabels, pairsOf, picturesOf } from './pictures';
import type { Pictures } from './pictures';
import type { PictureReader } from './readPictures';
import { TrainReporter } from './trainReporter';

export interface EvaluateServiceOptions {
  readonly reader: PictureReader;
  readonly threads: number;
  readonly onProgress: (progress: TrainProgress) => void;
}

const PIXEL_BYTES = 640 * 1024 * 1024;
const RECALL_AT = [1, 5, 10];
/** Fewer than this are no test split to judge on alone. */
const LEAST_TEST_IMAGES = 20;

/** What a model is judged by. */
interface Truth {
  readonly pairs: PairList;
  /** Share of similar pairs among all pairs of the data set. */
  readonly prevalence: number;
  /** Absent where pairs were given. A class number per picture, −1 for none. */
  readonly labels?: Int32Array;
}

/** Judges models on the images of a data set. */
export class EvaluateService {
  constructor(private readonly options: EvaluateServiceOptions) {}

  /** Rejects with a NoteError for whatever the user can mend, and with the signal's reason when aborted. */
  async run(params: EvaluateParams, signal: AbortSignal): Promise<EvaluateSummary> {
    const { scan, seed = 1 } = params;
    const notes: Note[] = [];
    const onNote = (of: Note): void => void notes.push(of);
    const reporter = new TrainReporter(this.options.onProgress, undefined);
    const { model, info } = await readModelFile(params.path);
    reporter.phase('list');
    const pictures = await this.#read(scan, model, params.path, seed, reporter, signal, onNote);
    const truth = truthOf(params, model.description.relation, pictures, onNote);
    reporter.phase('calibrate');
    const distanceOf = await this.#distances(params, model, pictures, signal);
    const pairs = judged(truth.pairs, distanceOf);
    const threshold = params.threshold ?? info.threshold;
    const breather = new Breather();
    const recall = truth.labels
      ? await recallAt(RECALL_AT, truth.labels, distanceOf, seed, async () => {
          await breather.breathe();
          signal.throwIfAborted();
        })
      : [];
    return {
      model: info,
      images: truth.labels ? truth.labels.filter(label => label >= 0).length : imagesOf(truth.pairs),
      pairs: pairs.distance.length,
      threshold,
      prevalence: truth.prevalence,
      ...pairQuality(pairs, threshold, truth.prevalence),
      recallAt: recall,
      ...reliabilityOf(pairs, model.description.calibration, onNote),
      curve: precisionRecallCurve(pairs, truth.prevalence),
      notes,
    };
  }

  async #read(
    scan: ScanParams,
    model: Model,
    modelPath: string,
    seed: number,
    reporter: TrainReporter,
    signal: AbortSignal,
    onNote: (of: Note) => void,
  ): Promise<Pictures> {
    const listed = await listCandidates(scan, signal, onNote, () => reporter.phase('list'));
    const shape = model.network.input;
    const { backbone } = model.description;
    const named = new Set(scan.verdicts.flatMap(({ images }) => images.map(({ path }) => path)));
    const most = Math.floor(PIXEL_BYTES / (shape[0] * shape[1] * shape[2] * (backbone ? 4 : 1)));
    const candidates = thinned(listed, most, seed, ({ file }) => named.has(file.path), onNote);
    const input = {
      candidates,
      maxPixels: scan.roots.map(root => root.settings.maxPixels),
      onProgress: (done: number, total: number) => reporter.phase('read', done / total),
      signal,
    };
    const opened = await backboneOfModel(model, modelPath, this.options.threads);
    if (!opened) return picturesOf(candidates, await this.options.reader.readAll({ ...input, shape }), shape, onNote);
    try {
      const read = await readFeatures(this.options.reader, opened.backbone, input);
      return picturesOf(candidates, read, shape, onNote, read.images);
    } finally {
      await opened.dispose();
    }
  }

  /** The model's distance of any two pictures. */
  async #distances(
    { runtime: preference = 'auto' }: EvaluateParams,
    { network, parameters, description }: Model,
    { images }: Pictures,
    signal: AbortSignal,
  ): Promise<(a: number, b: number) => number> {
    const { runtime } = await chooseRuntime(preference, this.options.threads);
    const encoder = await runtime.load(frozenEncoderProgram(network, parameters));
    try {
      const embeddings = await embedAll(encoder, network, images, { signal });
      const size = network.embeddingSize;
      const { between } = DISTANCES[description.distance];
      const row = (image: number): Float32Array => embeddings.subarray(image * size, (image + 1) * size);
      return (a, b) => between(row(a), row(b));
    } finally {
      await encoder.dispose();
    }
  }
}

function truthOf(params: EvaluateParams, relation: string, pictures: Pictures, onNote: (of: Note) => void): Truth {
  const { by, scan, seed = 1 } = params;
  const hasLabels = pictures.labels.some(label => label !== undefined);
  // An audit is there to measure with; only learning leaves it out.
  const said = verdictPairs(
    scan.verdicts.map(({ audit: _audit, ...verdict }) => verdict),
    relation,
  );
  if (by === undefined && !hasLabels && said.length === 0) throw new NoteError(note(messages.nothing, relation));
  if (by === 'labels' || (by === undefined && hasLabels)) {
    if (!hasLabels) throw new NoteError(note(messages.noLabels));
    const labels = judgedLabels(pictures, onNote);
    const { similar, different } = pairCounts(labels);
    if (similar === 0) throw new NoteError(note(messages.noSimilar));
    if (different === 0) throw new NoteError(note(messages.noDifferent));
    if (relation === 'same-picture') onNote(note(messages.otherRelation, relation));
    return { labels, pairs: drawPairs(labels, seed), prevalence: similar / (similar + different) };
  }
  const pairs = pairsOf(said, pictures.contents, onNote);
  if (pairs.a.length === 0) throw new NoteError(note(messages.noVerdicts, relation));
  const prevalence = pairs.similar.reduce((sum, each) => sum + each, 0) / pairs.similar.length;
  if (prevalence === 0 || prevalence === 1) {
    throw new NoteError(note(messages.oneKind, pairs.a.length, prevalence === 0 ? 'different' : 'similar'));
  }
  onNote(note(messages.pairsPrevalence, (100 * prevalence).toFixed(0)));
  return { pairs, prevalence };
}

/** A data set's test images alone, where it has some: a model may have been trained on the others. */
function judgedLabels({ labels, sides, testSplit }: Pictures, onNote: (of: Note) => void): Int32Array {
  const { ofImage } = numberedLabels(labels);
  const tests = ofImage.map((label, i) => (sides[i] === 'test' ? label : -1));
  const count = tests.filter(label => label >= 0).length;
  const { similar, different } = pairCounts(tests);
  if (testSplit === undefined || count < LEAST_TEST_IMAGES || similar === 0 || different === 0) return ofImage;
  if (count < ofImage.filter(label => label >= 0).length) onNote(note(messages.testOnly, count, testSplit));
  return tests;
}

const imagesOf = ({ a, b }: PairList): number => new Set([...a, ...b]).size;

/** The model's probabilities against the truth; without a calibration, probabilities that the other half of the pairs gives. */
function reliabilityOf(
  pairs: JudgedPairs,
  calibration: ProbabilityCurve,
  onNote: (of: Note) => void,
): Pick<EvaluateSummary, 'reliability' | 'calibrationError'> {
  const { distance, similar } = pairs;
  const count = distance.length;
  if (calibration.length > 0) {
    return reliabilityFor(
      Array.from(distance, each => probabilityAt(calibration, each)),
      similar,
    );
  }
  const predicted = new Float64Array(count);
  const largest = Array.from(distance).reduce((most, each) => Math.max(most, each), 0);
  for (const half of [0, 1]) {
    // Similar pairs stand before different ones: every second of each.
    const other = Array.from({ length: count }, (_, k) => k).filter(k => k % 2 !== half);
    const seen = { distance: other.map(k => distance[k]), similar: other.map(k => similar[k]) };
    if (!seen.similar.includes(1) || !seen.similar.includes(0)) return { reliability: [] };
    const curve = logisticCurve(logisticFit(seen), 0, largest || 1);
    for (let k = half; k < count; k += 2) predicted[k] = probabilityAt(curve, distance[k]);
  }
  onNote(note(messages.fitted));
  return reliabilityFor(predicted, similar);
}

const reliabilityFor = (
  predicted: ArrayLike<number>,
  similar: ArrayLike<number>,
): Pick<EvaluateSummary, 'reliability' | 'calibrationError'> => ({
  reliability: reliabilityTable({ predicted, similar }),
  calibrationError: expectedCalibrationError({ predicted, similar }),
});
