import type { Note } from '../../core/dataset/note';
import { note, NoteError } from '../../core/dataset/note';
import { LEAST_CALIBRATED } from '../../core/labels/calibrateScores';
import { judgeLabels } from '../../core/labels/judge';
import { labelMessages as messages } from '../../core/labels/messages';
import { countVotes } from '../../core/labels/neighbourVotes';
import type { NeighbourVotes } from '../../core/labels/neighbourVotes';
import type { Probabilities } from '../../core/labels/probabilities';
import type { ScanParams } from '../../protocol/engine';
import { isSuspect } from '../../protocol/labels';
import type { JudgeLabelsParams, LabelPhase, LabelProgress, LabelRow, LabelSummary } from '../../protocol/labels';
import { SignatureTable } from '../descriptor/signatureTable';
import { Turnstile } from '../session/abort';
import { msLeft } from '../session/msLeft';
import { PhaseReports } from '../session/phaseReports';
import { ContentRows } from '../session/readStage';
import { listCandidates } from '../trainingService/listPictures';
import type { Candidate } from '../trainingService/listPictures';
import { joinNear, UnionFind } from '../trainingService/nearGroups';
import type { NearPair, NearSearch } from '../trainingService/nearGroups';
import type { PictureReader } from '../trainingService/readPictures';
import type { FoldData } from './foldTask';
import type { FoldRunner } from './foldThreads';
import { groupsOfClasses } from './folds';
import { withBoxes } from './boxCandidates';
import { embeddingsOf, probabilitiesOf } from './givenTables';
import type { Material } from './material';
import { materialOf, valuesOfPictures } from './material';
import { mayMirror } from './mirrors';
import { neighbourLabels } from './neighbourVotes';
import { nearestOfClass, type ClassQuery } from './nearestOfClass';
import { readNumberTable } from './numberTable';
import type { EmbeddedFold } from './outOfFold';
import { outOfFold } from './outOfFold';
import { pictureImages } from './pictureImages';
import { planOf } from './plan';
import { FEATURE_SETTINGS, settingsFor, shapeFor } from './settings';

/** Near-duplicates that are known already: pairs of contents. */
export type KnownPairs = readonly { readonly a: string; readonly b: string; readonly distance: number }[];

export interface LabelServiceOptions {
  readonly reader: PictureReader;
  readonly near: NearSearch;
  readonly runner: FoldRunner;
  readonly threads: number;
  readonly onProgress: (progress: LabelProgress) => void;
  /** Of this very scan, where it was made in this process; then they are not looked for again. */
  readonly knownPairs: (scan: ScanParams) => KnownPairs | undefined;
}

/** A class of fewer different images than this is not judged: folds would leave too few to learn from. */
const LEAST_OF_CLASS = 5;
/** For a label that nobody doubts, near images are looked for among so many of a class. */
const FEW_MEMBERS = 300;

/** What is known of the images before their labels are rated. */
interface Evidence {
  readonly material: Material;
  readonly groups: Int32Array;
  readonly probabilities: Probabilities;
  /** Empty where there is nothing to find neighbours in. */
  readonly spaces: readonly EmbeddedFold[];
  readonly trained?: LabelSummary['trained'];
}

/** Rates the labels of a data set. One at a time. */
export class LabelService {
  readonly #turns = new Turnstile();
  readonly #reports = new PhaseReports<LabelPhase>();

  constructor(private readonly options: LabelServiceOptions) {}

  /** @throws NoteError for whatever the user can mend; the signal's reason when aborted */
  run(params: JudgeLabelsParams, signal: AbortSignal): Promise<LabelSummary> {
    return this.#turns.run(() => {
      signal.throwIfAborted();
      return this.#run(params, signal);
    });
  }

  async #run(params: JudgeLabelsParams, signal: AbortSignal): Promise<LabelSummary> {
    const startedMs = performance.now();
    const notes: Note[] = [];
    const onNote = (of: Note): void => void notes.push(of);
    const { material, groups, probabilities, spaces, trained } = await this.#evidence(params, signal, onNote);
    this.#report('vote', 0);
    const votes = await neighbourLabels(
      spaces,
      groups,
      material.labels,
      this.options.threads,
      share => this.#report('vote', share),
      signal,
    );
    const knowable = knowableClasses(material, groups, onNote);
    const judgedLabels = material.labels.map((label, i) =>
      label >= 0 && knowable[label] && isKnown(probabilities, i) ? label : -1,
    );
    const known = spaces.length > 0 ? votes : undefined;
    const judge = judgeLabels(probabilities, judgedLabels, { seed: params.seed ?? 1, votes: known });
    const rated = rowsOf(material, probabilities, knowable, judge, known);
    const rows = await withNearest(rated, material, spaces, groups, signal);
    if (!judge.isInformative) onNote(note(messages.notInformative));
    else if (!judge.isCalibrated) onNote(note(messages.notCalibrated, LEAST_CALIBRATED));
    return {
      rows,
      classes: material.classes,
      judged: rows.reduce((sum, { score }) => sum + Number(score !== undefined), 0),
      isCalibrated: judge.isCalibrated,
      wrongLabels: judge.wrongLabels,
      ...(trained && { trained }),
      elapsedMs: Math.round(performance.now() - startedMs),
      notes,
    };
  }

  async #evidence(params: JudgeLabelsParams, signal: AbortSignal, onNote: (of: Note) => void): Promise<Evidence> {
    this.#report('list', 0);
    const listed = await listCandidates(params.scan, signal, onNote, () => this.#report('list', 0));
    const images = listed.filter(({ file }) => params.scan.roots[file.root].reference !== true);
    const candidates = await withBoxes(params.scan, images, signal, onNote);
    const isGiven = params.predProbs !== undefined || params.embeddings !== undefined;
    if (isGiven && candidates.some(({ box }) => box)) throw new NoteError(note(messages.boxesGiven));
    if (params.predProbs === undefined) return this.#train(params, candidates, signal, onNote);
    const table = await readNumberTable(params.predProbs, signal);
    onNote(note(messages.declared, params.predProbs));
    const material = materialOf(candidates, namesAsContents(candidates), onNote);
    const probabilities = probabilitiesOf(table, material, onNote);
    const groups = joinIdentities(new UnionFind(material.contents.length), material).roots();
    if (params.embeddings === undefined) return { material, groups, probabilities, spaces: [] };
    const features = embeddingsOf(await readNumberTable(params.embeddings, signal), material, onNote);
    return { material, groups, probabilities, spaces: [wholeSpace(features.values, features.size)] };
  }

  async #train(
    params: JudgeLabelsParams,
    candidates: readonly Candidate[],
    signal: AbortSignal,
    onNote: (of: Note) => void,
  ): Promise<Evidence> {
    const { seed = 1, runtime = 'auto' } = params;
    const read = params.embeddings === undefined ? await this.#read(params, candidates, signal, onNote) : undefined;
    const features = read ? undefined : await this.#features(params.embeddings!, candidates, signal, onNote);
    const { material, groups, data } = (read ?? features)!;
    const learnable = data.labels.reduce((sum, label) => sum + Number(label >= 0), 0);
    const suited = read ? settingsFor(data.shape, learnable) : FEATURE_SETTINGS;
    const settings = { ...suited, mirror: suited.mirror && mayMirror(data), runtime };
    const plan = planOf(learnable, settings.batchSize, params.limit, this.options.runner.atOnce);
    this.#report('train', 0);
    const onProgress = (share: number): void => this.#report('train', share);
    const { probabilities, spaces } = await outOfFold(
      data,
      groups,
      plan,
      settings,
      seed,
      this.options.runner,
      onProgress,
      signal,
    );
    return {
      material,
      groups,
      probabilities,
      spaces: features ? [wholeSpace(data.values as Float32Array, data.shape[2])] : spaces,
      trained: { networks: plan.folds * plan.splits, folds: plan.folds, runtime },
    };
  }

  /** Pixels, and near-duplicates in groups. */
  async #read(
    { scan }: JudgeLabelsParams,
    candidates: readonly Candidate[],
    signal: AbortSignal,
    onNote: (of: Note) => void,
  ): Promise<{ material: Material; groups: Int32Array; data: FoldData }> {
    const { reader, near, knownPairs } = this.options;
    const maxPixels = scan.roots.map(root => root.settings.maxPixels);
    this.#report('read', 0);
    const looks = await reader.look(candidates, maxPixels, signal);
    const shape = shapeFor(looks, candidates.length);
    const known = knownPairs(scan);
    const rows = new ContentRows(new SignatureTable());
    const { bytes, reads } = await reader.readAll({
      candidates,
      shape,
      maxPixels,
      ...(!known && { onSignature: (content: string, signature: Uint8Array) => void rows.add(content, signature) }),
      onProgress: (done, total) => this.#report('read', done / total),
      signal,
    });
    const material = materialOf(candidates, reads, onNote);
    this.#report('group', 0);
    // Boxes of one image belong together, and so do those of its near-duplicates.
    const images = pictureImages(material, reads);
    const contents = [...images.places.keys()];
    const pairs = known
      ? placedPairs(known, contents)
      : await near.find(rows, contents, undefined, share => this.#report('group', share), signal);
    const sets = new UnionFind(material.contents.length);
    images.ofPicture.forEach((image, picture) => sets.join(images.firstOf[image], picture));
    const placed = pairs.map(({ a, b, distance }) => ({ a: images.firstOf[a], b: images.firstOf[b], distance }));
    const groups = joinIdentities(joinNear(sets, placed), material).roots();
    const values = valuesOfPictures(material, bytes, shape);
    return { material, groups, data: { values, shape, labels: material.labels, classes: material.classes.length } };
  }

  async #features(
    file: string,
    candidates: readonly Candidate[],
    signal: AbortSignal,
    onNote: (of: Note) => void,
  ): Promise<{ material: Material; groups: Int32Array; data: FoldData }> {
    const table = await readNumberTable(file, signal);
    const material = materialOf(candidates, namesAsContents(candidates), onNote);
    const { values, size, missing } = embeddingsOf(table, material, onNote);
    const labels = material.labels.map((label, i) => (missing[i] ? -1 : label));
    const groups = joinIdentities(equalRows(values, size), material).roots();
    return {
      material: { ...material, labels },
      groups,
      data: { values, shape: [1, 1, size], labels, classes: material.classes.length },
    };
  }

  #report(phase: LabelPhase, share: number): void {
    const lastedMs = this.#reports.due(phase, share);
    if (lastedMs === undefined) return;
    const left = msLeft(share, lastedMs, 0.01);
    this.options.onProgress({ phase, share, ...(phase === 'train' && left !== undefined && { etaMs: Math.round(left) }) });
  }
}

/** Where files are not read, a path stands for its content. */
const namesAsContents = (candidates: readonly Candidate[]): { content: string }[] =>
  candidates.map(({ file }) => ({ content: file.problem ? '' : `${file.root}/${file.path}` }));

const wholeSpace = (embeddings: Float32Array, size: number): EmbeddedFold => {
  const images = Int32Array.from({ length: embeddings.length / size }, (_, i) => i);
  return { images, own: images.length, embeddings, size };
};

/** Equal rows are one picture. */
function equalRows(values: Float32Array, size: number): UnionFind {
  const count = values.length / size;
  const first = new Map<string, number>();
  const sets = new UnionFind(count);
  for (let i = 0; i < count; i++) {
    const key = Buffer.from(values.buffer, values.byteOffset + i * size * 4, size * 4).toString('latin1');
    const at = first.get(key);
    if (at === undefined) first.set(key, i);
    else sets.join(at, i);
  }
  return sets;
}

/** Pictures of one patient, video or scene vouch for each other no more than copies do. */
function joinIdentities(sets: UnionFind, { candidates, pictureOf }: Material): UnionFind {
  const first = new Map<string, number>();
  candidates.forEach(({ file, identity }, i) => {
    const picture = pictureOf[i];
    if (identity === undefined || picture < 0) return;
    const key = `${file.root}\0${identity}`;
    const at = first.get(key);
    if (at === undefined) first.set(key, picture);
    else sets.join(at, picture);
  });
  return sets;
}

function placedPairs(pairs: KnownPairs, contents: readonly string[]): NearPair[] {
  const placeOf = new Map(contents.map((content, i) => [content, i]));
  return pairs.flatMap(({ a, b, distance }) => {
    const [x, y] = [placeOf.get(a), placeOf.get(b)];
    return x === undefined || y === undefined ? [] : [{ a: x, b: y, distance }];
  });
}

/** Which classes have enough different images to be judged. */
function knowableClasses({ classes, labels }: Material, groups: Int32Array, onNote: (of: Note) => void): boolean[] {
  const counts = groupsOfClasses(groups, labels, classes.length);
  const knowable = Array.from(counts, count => count >= LEAST_OF_CLASS);
  if (!knowable.includes(true)) throw new NoteError(note(messages.noneJudged, LEAST_OF_CLASS));
  const few = knowable.reduce((sum, is) => sum + Number(!is), 0);
  const images = labels.reduce((sum, label) => sum + Number(label >= 0 && !knowable[label]), 0);
  if (few > 0) onNote(note(messages.fewImages, images, few, LEAST_OF_CLASS));
  return knowable;
}

/** Images that a given file says nothing of have a row of zeros. */
function isKnown({ values, classes }: Probabilities, image: number): boolean {
  for (let c = 0; c < classes; c++) if (values[image * classes + c] > 0) return true;
  return false;
}

function rowsOf(
  material: Material,
  probabilities: Probabilities,
  knowable: readonly boolean[],
  judge: ReturnType<typeof judgeLabels>,
  votes: NeighbourVotes | undefined,
): LabelRow[] {
  const { candidates, pictureOf, labelOf, classes } = material;
  const counts = new Float64Array(classes.length);
  return candidates.map(({ file, label, box }, i) => {
    const where = box && { at: box.at, box: box.box };
    const row = { root: file.root, path: file.path, ...where, ...(label !== undefined && { label }) };
    const picture = pictureOf[i];
    if (picture < 0 || !isKnown(probabilities, picture)) return row;
    if (labelOf[i] >= 0 && !knowable[labelOf[i]]) return row;
    const suggested = judge.suggestedFor(picture, labelOf[i]);
    counts.fill(0);
    const asked = votes ? countVotes(votes, picture, counts) : 0;
    return {
      ...row,
      suggested: classes[suggested],
      ...(labelOf[i] >= 0 && { score: judge.scoreOf(picture, labelOf[i]) }),
      ...(asked > 0 && { votes: { suggested: counts[suggested], asked } }),
    };
  });
}

/** Adds the images that are shown beside each in a review. Only rated pictures have any; of several files of one the first is shown. */
async function withNearest(
  rows: readonly LabelRow[],
  { pictureOf, firstOf, labels, labelOf, classes }: Material,
  spaces: readonly EmbeddedFold[],
  groups: Int32Array,
  signal: AbortSignal,
): Promise<LabelRow[]> {
  const numberOf = new Map(classes.map((name, number) => [name, number]));
  const queries: ClassQuery[] = [];
  const first = new Map<number, number>();
  rows.forEach(({ score, suggested }, i) => {
    if (score === undefined || suggested === undefined) return;
    const most = isSuspect({ score }) ? Infinity : FEW_MEMBERS;
    first.set(i, queries.length);
    for (const label of [labelOf[i], numberOf.get(suggested)!]) queries.push({ picture: pictureOf[i], label, most });
  });
  const found = await nearestOfClass(spaces, groups, labels, queries, signal);
  const filesOf = (list: readonly number[]): number[] => list.map(picture => firstOf[picture]);
  return rows.map((row, i) => {
    const at = first.get(i);
    if (at === undefined || (found[at].length === 0 && found[at + 1].length === 0)) return row;
    return { ...row, nearest: { given: filesOf(found[at]), suggested: filesOf(found[at + 1]) } };
  });
}
