import path from 'node:path';
import { datasetCard } from '../../core/card/datasetCard';
import type { DatasetCard } from '../../core/card/datasetCard';
import type { ImageRecord } from '../../core/dataset/image';
import type { Verdict } from '../../core/verdicts/verdict';
import type {
  FindingsPage,
  FindingsQuery,
  GroupsPage,
  NeighboursParams,
  PairRow,
  PairsPage,
  PairsQuery,
  Preview,
  PreviewParams,
  ScanParams,
  ScanProgress,
  ScanSummary,
} from '../../protocol/engine';
import type { LabelReviewAnswer, LabelReviewParams } from '../../protocol/labelReview';
import type { Judgement } from '../../protocol/labels';
import type { ScannedImages } from '../../protocol/curation';
import type { EmbeddingMap } from '../../protocol/map';
import type { CompareFindingsParams, CompareModelsParams, FindingsComparison, ModelComparison } from '../../protocol/labeling';
import type { SelectParams, Selection } from '../../protocol/selection';
import { scannedImages } from './scannedImages';
import type { ClassTables } from '../labeling/classTables';
import { compareFindings, withModel, type Found } from '../labeling/compareFindings';
import { compareModels } from '../labeling/compareModels';
import { cornersOf } from '../card/corners';
import type { Labeling } from '../labeling/labeling';
import { kindsOfRows, maskOf, placeOf, type MapDesk } from '../map/mapDesk';
import { storedMeasures } from '../quality/storedMeasures';
import { selectImages } from '../selection/selectImages';
import type { KeptScans } from '../store/keptScans';
import { orAborted, Turnstile, YieldingWork } from './abort';
import { defaultThreshold } from './calibrate';
import type { DefaultThreshold } from './calibrate';
import { changedFiles } from './changes';
import { findSimilar } from './findSimilar';
import type { SimilarImages } from './findSimilar';
import { listedPair, pairOfId, pairRow, unlistedPair } from './pairRows';
import type { PairSource } from './pairSource';
import type { PreviewMaker } from './previewMaker';
import { ProgressReporter } from './progress';
import type { JudgedLabels } from './judgedLabels';
import { nearPairs } from './nearPairs';
import type { NearContents } from './nearPairs';
import type { FileReader } from './readStage';
import { scanSummary } from './scanSummary';
import { seedOf } from './seed';
import type { Scanner } from './scanner';
import { ScanView } from './scanResult';
import type { ScanData } from './scanResult';
import { ViewDesks } from './viewDesks';

export interface SessionOptions {
  readonly scanner: Scanner;
  readonly reader: FileReader;
  readonly pairSource: PairSource;
  readonly previews: PreviewMaker;
  readonly kept: KeptScans;
  readonly judged: JudgedLabels;
  readonly maps: MapDesk;
  readonly onProgress: (progress: ScanProgress) => void;
  readonly log: (line: string) => void;
}

/** Groups list this many of their members. */
const listedMembers = 200;

interface Current {
  readonly data: ScanData;
  readonly edition: number;
  readonly view: ScanView;
  readonly calibration: DefaultThreshold;
}

/** The one scan that an engine process holds, and every question about it. */
export class Session {
  readonly #options: SessionOptions;
  /** Scans, restores and updates go one after another; questions are answered in between. */
  readonly #turns = new Turnstile();
  readonly #comparing = new YieldingWork();
  readonly #desks: ViewDesks;
  #current: Current | undefined;
  /** What a search for neighbours scanned; forgotten as soon as any file changes. */
  #searched: ScanView | undefined;
  #verdicts: readonly Verdict[] = [];
  #generation = 0;
  #edition = 0;
  /** What is shown: what touches these images, by place; undefined = all. */
  #filter: ReadonlySet<string> | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#desks = new ViewDesks(options.pairSource);
  }

  scan(params: ScanParams, signal: AbortSignal): Promise<ScanSummary> {
    return this.#changing(signal, async progress => {
      const verdicts = this.#verdictsAfter(params.verdicts);
      const data = await this.#options.scanner.scan({ params }, progress, signal);
      this.#filter = undefined;
      return this.#replace(data, verdicts());
    });
  }

  restore(params: ScanParams, signal: AbortSignal): Promise<ScanSummary | null> {
    return this.#changing(signal, async progress => {
      const seed = await this.#options.kept.load(params);
      if (!seed) return null;
      const verdicts = this.#verdictsAfter(params.verdicts);
      const data = await this.#options.scanner.scan({ params, seed }, progress, signal);
      this.#filter = undefined;
      return this.#replace(data, verdicts());
    });
  }

  update(changed: readonly string[], signal: AbortSignal): Promise<ScanSummary | null> {
    return this.#changing(signal, async progress => {
      this.#searched = undefined;
      const current = this.#current;
      if (!current) return null;
      const { data } = current;
      const listed = await changedFiles(data, changed, this.#options.scanner, progress, signal);
      const input = { params: data.params, previous: data, seed: seedOf(data), ...listed };
      const updated = await this.#options.scanner.scan(input, progress, signal);
      return this.#replace(updated, this.#verdicts);
    });
  }

  setVerdicts(verdicts: readonly Verdict[]): { readonly generation: number } {
    this.#verdicts = verdicts;
    const current = this.#current;
    if (current) this.#current = { ...current, view: this.#viewOf(current.data, verdicts, current.view) };
    return { generation: this.#generation };
  }

  /** A scan's verdicts, unless newer ones were set while it ran. */
  #verdictsAfter(ofScan: readonly Verdict[]): () => readonly Verdict[] {
    const before = this.#verdicts;
    return () => (this.#verdicts === before ? ofScan : this.#verdicts);
  }

  /** What was said of the labels: doubtful ones become findings; null without a scan. */
  setJudgement(judgement: Judgement): ScanSummary | null {
    const current = this.#current;
    if (!current) return null;
    this.#options.judged.set(judgement, current.data.images, current.data.params);
    this.#current = { ...current, view: this.#viewOf(current.data, this.#verdicts, current.view) };
    return this.#summary(this.#current);
  }

  /** Which labels to look at next; null without a scan. */
  labelReview(params: LabelReviewParams): LabelReviewAnswer | null {
    const view = this.#current?.view;
    if (!view) return null;
    const judgement = this.#options.judged.judgement ?? { labels: [], isCalibrated: false };
    return this.#desks.review(view, this.#verdicts, judgement).ask(params);
  }

  /** The near-duplicates of the scan that is held, if it is this one. */
  nearPairs(scan: ScanParams): NearContents | undefined {
    const current = this.#current;
    return current && isSameScan(current.data.params, scan) ? nearPairs(current.data, current.calibration.threshold) : undefined;
  }

  #viewOf(data: ScanData, verdicts: readonly Verdict[], earlier?: ScanView): ScanView {
    const judged = this.#options.judged.of(data.images);
    const filter = this.#filter && maskOf(data.images, this.#filter);
    return new ScanView(data, verdicts, ++this.#generation, {
      ...(earlier && { earlier }),
      ...(judged && { judged }),
      ...(filter && { filter }),
    });
  }

  clear(): void {
    this.#options.judged.clear();
    this.#current = undefined;
    this.#searched = undefined;
    this.#verdicts = [];
    this.#filter = undefined;
    this.#generation++;
  }

  /** Where each image lies among the others; null without a scan. */
  async map(signal: AbortSignal): Promise<EmbeddingMap | null> {
    const current = this.#current;
    return current ? this.#options.maps.map(current.data, current.edition, signal) : null;
  }

  /** What is found on the rows of the map; null where that is of other images. */
  async mapKinds(edition: number, threshold: number, signal: AbortSignal): Promise<{ kinds: Uint8Array } | null> {
    const current = this.#current;
    if (current?.edition !== edition) return null;
    const map = await this.#options.maps.map(current.data, edition, signal);
    return { kinds: kindsOfRows(current.view, threshold, map) };
  }

  /** An image by its index; null where that is another edition's. */
  imageOf(edition: number, image: number): ImageRecord | null {
    const current = this.#current;
    return current?.edition === edition ? (current.data.images[image] ?? null) : null;
  }

  /** Shows only what touches some images, or all again; null where the indices are another edition's. */
  setFilter(edition: number, images: Uint32Array | null): ScanSummary | null {
    const current = this.#current;
    if (!current || (images && current.edition !== edition)) return null;
    const listed = current.data.images;
    this.#filter = images ? new Set(Array.from(images, image => placeOf(listed[image]))) : undefined;
    this.#current = { ...current, view: this.#viewOf(current.data, this.#verdicts, current.view) };
    return this.#summary(this.#current);
  }

  findings(query: FindingsQuery): FindingsPage {
    const current = this.#current;
    if (!current) return { generation: this.#generation, total: 0, counts: {}, findings: [] };
    const { view, calibration } = current;
    let image: number | undefined;
    if (query.path !== undefined) {
      image = view.imageAt(path.resolve(query.path));
      if (image === undefined) return { generation: view.generation, total: 0, counts: {}, findings: [] };
      image = current.data.images[image].problem ? image : current.data.standIn[image];
    }
    const page = view.shown.page({
      threshold: query.threshold ?? calibration.threshold,
      offset: query.offset,
      limit: query.limit,
      ...(query.kinds && { kinds: query.kinds }),
      ...(image !== undefined && { image }),
    });
    return { generation: view.generation, ...page };
  }

  async pair(query: { readonly findingId: string } | { readonly paths: readonly [string, string] }): Promise<PairRow | null> {
    const current = this.#current;
    if (!current) return null;
    const { view } = current;
    if ('findingId' in query) return pairOfId(view, query.findingId);
    // Another name of a file stands for the file.
    const [first, second] = query.paths.map(each => {
      const index = view.imageAt(path.resolve(each));
      return index === undefined ? undefined : current.data.standIn[index];
    });
    if (first === undefined || second === undefined || first === second) return null;
    return listedPair(view, first, second) ?? unlistedPair(view, this.#options.pairSource, first, second);
  }

  distances(): { readonly generation: number; readonly distances: Float32Array } {
    const view = this.#current?.view;
    return { generation: this.#generation, distances: view ? view.shown.distances : new Float32Array(0) };
  }

  pairs({ threshold, order, offset, limit }: PairsQuery): PairsPage {
    const view = this.#current?.view;
    if (!view) return { generation: this.#generation, total: 0, rows: [] };
    const total = view.shown.countPairs(threshold);
    const rows: PairRow[] = [];
    for (let i = Math.max(0, offset); i < Math.min(total, offset + limit); i++) {
      rows.push(pairRow(view, order === 'closest' ? i : total - 1 - i));
    }
    return { generation: view.generation, total, rows };
  }

  groups({ threshold, offset, limit }: { threshold: number; offset: number; limit: number }): GroupsPage {
    const view = this.#current?.view;
    if (!view) return { generation: this.#generation, total: 0, rows: [] };
    const { images } = view.data;
    const groups = view.shownGroups(threshold);
    const rows = groups.slice(Math.max(0, offset), Math.max(0, offset + limit)).map(({ keep, members }) => ({
      keep: images[keep],
      members: members.slice(0, listedMembers).map(({ image, distance, direct }) => ({ image: images[image], distance, direct })),
      size: members.length + 1,
    }));
    return { generation: view.generation, total: groups.length, rows };
  }

  /** Every image and what belongs together; null without a scan. */
  images(threshold?: number): ScannedImages | null {
    const current = this.#current;
    if (!current) return null;
    return scannedImages(current.view, threshold ?? current.calibration.threshold);
  }

  async neighbours({ path: queryPath, k, scan }: NeighboursParams, signal: AbortSignal): Promise<SimilarImages> {
    const view = await this.#viewFor(scan, signal);
    return findSimilar(view, path.resolve(queryPath), k, scan, this.#options, signal);
  }

  /** The result that is held, or, where that is of something else, one of its own that changes nothing of it. */
  async #viewFor(scan: ScanParams, signal: AbortSignal): Promise<ScanView> {
    for (const view of [this.#current?.view, this.#searched]) if (view && isSameScan(view.data.params, scan)) return view;
    return this.#inTurn(signal, async progress => {
      const data = await this.#options.scanner.scan({ params: scan }, progress, signal);
      this.#searched = new ScanView(data, scan.verdicts, this.#generation);
      return this.#searched;
    });
  }

  /** What to ask the person next, and what the answers say; undefined without a scan. */
  labeling(): Labeling | undefined {
    const current = this.#current;
    if (!current) return undefined;
    return this.#desks.labeling(current.view, this.#verdicts, current.calibration.threshold);
  }

  /** Two models on the audits of this scan's images; null without a scan. */
  async compareModels(params: CompareModelsParams, signal: AbortSignal): Promise<ModelComparison | null> {
    const current = this.#current;
    if (!current) return null;
    const { view, calibration } = current;
    const { reader, pairSource } = this.#options;
    const [verdicts, pairOf] = [this.#verdicts, this.#desks.pairOf(view)];
    return compareModels({ view, verdicts, reader, pairSource, threshold: calibration.threshold, pairOf }, params, signal);
  }

  /** What each of two models finds in the files of this scan, whose result stays. Null without a scan, and where a new one began. */
  compareFindings({ models }: CompareFindingsParams, signal: AbortSignal): Promise<FindingsComparison | null> {
    return this.#comparing.run(signal, either =>
      this.#inTurn(either, async progress => {
        const current = this.#current;
        if (!current) return null;
        const first = await this.#foundBy(current, models[0], progress, either);
        return compareFindings(first, await this.#foundBy(current, models[1], progress, either));
      }),
    );
  }

  async #foundBy(
    { data, view, calibration }: Current,
    model: string | null,
    progress: ProgressReporter,
    signal: AbortSignal,
  ): Promise<Found> {
    if ((data.model?.model.path ?? null) === model) return { table: view.table, threshold: calibration.threshold };
    const { scanner, judged, pairSource } = this.#options;
    const other = await scanner.scan({ params: withModel(data.params, model) }, progress, signal);
    const suspects = judged.of(other.images);
    const found = new ScanView(other, this.#verdicts, this.#generation, suspects && { judged: suspects });
    return { table: found.table, threshold: defaultThreshold(other, found, pairSource.radius).threshold };
  }

  /** What the pairs say of each class; undefined without a scan. */
  classes(): ClassTables | undefined {
    const view = this.#current?.view;
    return view && this.#desks.classes(view, this.#verdicts);
  }

  /** The scan's images in figures; null without a scan. */
  card(threshold?: number): DatasetCard | null {
    const current = this.#current;
    if (!current) return null;
    const { data, view, calibration } = current;
    const signatureOf = (index: number): Uint8Array | undefined => data.rows.signatureOf(data.images[index].content);
    const at = threshold ?? calibration.threshold;
    return datasetCard({
      images: data.images,
      measuresOf: index => mapped(signatureOf(index), storedMeasures),
      cornersOf: index => mapped(signatureOf(index), cornersOf),
      findings: view.table.counts(at),
      verdicts: this.#verdicts,
      threshold: at,
    });
  }

  /** Some of the scan's images that stand for all; null without a scan. */
  async select(params: SelectParams, signal: AbortSignal): Promise<Selection | null> {
    const data = this.#current?.data;
    return data ? selectImages(data, params, signal) : null;
  }

  preview(params: PreviewParams, signal: AbortSignal): Promise<Preview> {
    const current = this.#current;
    const index = current?.view.imageAt(path.resolve(params.path));
    const image = index === undefined ? undefined : current?.data.images[index];
    const maxPixels = image ? current?.data.params.roots[image.root].settings.maxPixels : undefined;
    return orAborted(this.#options.previews.make(params, image, maxPixels), signal);
  }

  /** In turn, before a comparison of findings. */
  #changing<T>(signal: AbortSignal, job: (progress: ProgressReporter) => Promise<T>): Promise<T> {
    this.#comparing.overtake();
    return this.#inTurn(signal, job);
  }

  #inTurn<T>(signal: AbortSignal, job: (progress: ProgressReporter) => Promise<T>): Promise<T> {
    const turn = this.#turns.run(async () => {
      signal.throwIfAborted();
      return job(new ProgressReporter(this.#options.onProgress));
    });
    return orAborted(turn, signal);
  }

  async #replace(data: ScanData, verdicts: readonly Verdict[]): Promise<ScanSummary> {
    await this.#options.judged.load(data.params);
    const view = this.#viewOf(data, verdicts);
    const calibration = defaultThreshold(data, view, this.#options.pairSource.radius);
    this.#verdicts = verdicts;
    this.#current = { data, edition: ++this.#edition, view, calibration };
    this.#searched = undefined;
    if (data.params.keep) {
      await this.#options.kept
        .save(data.params, seedOf(data))
        .catch((error: unknown) => this.#options.log(`The scan could not be kept: ${String(error)}`));
    }
    return this.#summary(this.#current);
  }

  #summary(current: Current): ScanSummary {
    const { images } = current.data;
    const filtered = this.#filter && images.filter(image => this.#filter!.has(placeOf(image))).length;
    return scanSummary({ ...current, radius: this.#options.pairSource.radius, filtered });
  }
}

const mapped = <T, R>(value: T | undefined, of: (value: T) => R): R | undefined => (value === undefined ? undefined : of(value));

/** Verdicts and the wish to keep do not change what is scanned. */
const isSameScan = (a: ScanParams, b: ScanParams): boolean =>
  JSON.stringify([a.roots, a.trusted]) === JSON.stringify([b.roots, b.trusted]);
