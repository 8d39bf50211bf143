import type { ImageRecord } from '../../core/dataset/image';
import { contradictions } from '../../core/findings/contradictions';
import { FindingsTable } from '../../core/findings/findingsTable';
import type { FindingsInput } from '../../core/findings/findingsTable';
import type { LabelSuspect } from '../../core/findings/labelSuspects';
import { findGroups } from '../../core/groups/findGroups';
import type { Group } from '../../core/groups/findGroups';
import type { PairColumns } from '../../core/pairs/pairColumns';
import type { Defect } from '../../core/quality/findDefects';
import type { Verdict } from '../../core/verdicts/verdict';
import { createVerdictLookup } from '../../core/verdicts/verdictLookup';
import type { VerdictLookup } from '../../core/verdicts/verdictLookup';
import type { ScanNote, ScanParams } from '../../protocol/engine';
import type { PairNetworkName } from '../../core/training/names';
import type { ListFloors } from '../index/listFloors';
import type { ModelResult } from '../modelScan/modelStage';
import type { JudgedPairs } from '../pairNetworks/rescorePairs';
import { imagePairs, placesOf } from './contentPairs';
import type { ContentPairs } from './contentPairs';
import type { ListedFile } from './fileList';
import type { ContentRows, ReadFile } from './readStage';

/** Pairs in the distances of the network that judged them, and whose file that is. */
export interface RescoredPairs {
  readonly pairs: ContentPairs;
  /** What it said of each, for the next scan by the same network. */
  readonly judged: JudgedPairs;
  readonly path: string;
  readonly hash: string;
  readonly network: PairNetworkName;
}

/** What a scan found out, before any verdict: immutable, replaced as a whole. */
export interface ScanData {
  readonly params: ScanParams;
  readonly files: readonly ListedFile[];
  readonly reads: readonly ReadFile[];
  readonly standIn: Uint32Array;
  readonly images: readonly ImageRecord[];
  readonly rows: ContentRows;
  /** By the classical distance. */
  readonly contentPairs: ContentPairs;
  /** By row: what the next scan needs to tell which lists of candidates a change touches. */
  readonly floors?: ListFloors;
  /** What the scan's model contributed, where there is one. */
  readonly model?: ModelResult;
  /** The pairs that were found, in the distances of a network that looked at both pictures of each, where one was asked to. */
  readonly rescored?: RescoredPairs;
  /** What the settings ask for of each picture's quality. */
  readonly defects: readonly Defect[];
  /** How many pairs of pictures were compared, listed or not. */
  readonly comparisons: number;
  /** Of the walk, and of the walk and the labels. */
  readonly walkNotes: readonly ScanNote[];
  readonly notes: readonly ScanNote[];
  readonly elapsedMs: number;
  readonly scannedAt: string;
}

export interface ViewOptions {
  /** Of the same data, or of other. */
  readonly earlier?: ScanView;
  /** Doubtful labels that a judging found, in place of those of the scan's model. */
  readonly judged?: readonly LabelSuspect[];
  /** 1 for each image; what touches none of these is not shown. */
  readonly filter?: Uint8Array;
}

/** Derived once for each data and set of verdicts; every query reads from it. */
export class ScanView {
  readonly places: ReadonlyMap<string, readonly number[]>;
  /** Everything there is: what is measured and estimated is about all. */
  readonly table: FindingsTable;
  /** What is shown: all, or what the filter leaves. */
  readonly shown: FindingsTable;
  readonly pairs: PairColumns;
  readonly verdicts: VerdictLookup;
  readonly #exactGroups: readonly (readonly number[])[];
  readonly #groups = new Map<number, readonly Group[]>();
  #byPath: Map<string, number> | undefined;

  constructor(
    readonly data: ScanData,
    verdicts: readonly Verdict[],
    readonly generation: number,
    private readonly options: ViewOptions = {},
  ) {
    const { earlier, judged, filter } = options;
    const suspects = judged ?? data.model?.suspects;
    const { images, params } = data;
    const isSameData = earlier?.data === data;
    this.places = isSameData ? earlier.places : placesOf(images, data.standIn);
    this.verdicts = createVerdictLookup(verdicts, content => (this.places.get(content)?.length ?? 0) > 1);
    this.pairs = isSameData
      ? earlier.pairs
      : imagePairs(
          data.rescored?.pairs ?? data.model?.pairs ?? data.contentPairs,
          images,
          this.places,
          params.roots.map(root => root.settings),
        );
    this.#exactGroups = isSameData ? earlier.#exactGroups : [...this.places.values()].filter(same => same.length > 1);
    const input: FindingsInput = {
      images,
      pairs: this.pairs,
      exactGroups: this.#exactGroups,
      verdicts: this.verdicts,
      ...(suspects && { suspects }),
      defects: data.defects,
      contradictions: contradictions({
        images,
        verdicts,
        pairs: this.pairs,
        isTaught: data.model?.model.description.relation === 'same-picture',
      }),
      settings: params.roots.map(root => root.settings),
    };
    this.table = new FindingsTable(input);
    this.shown = filter ? new FindingsTable({ ...input, only: filter }) : this.table;
  }

  /** Groups that are shown, whole, also where the filter leaves only some of their images. */
  shownGroups(threshold: number): readonly Group[] {
    const { filter } = this.options;
    const groups = this.groups(threshold);
    return filter ? groups.filter(({ keep, members }) => filter[keep] || members.some(({ image }) => filter[image])) : groups;
  }

  /** Groups at a threshold; a few thresholds are remembered, for paging. */
  groups(threshold: number): readonly Group[] {
    let groups = this.#groups.get(threshold);
    if (groups === undefined) {
      groups = findGroups(
        { images: this.data.images, exactGroups: this.#exactGroups, verdicts: this.verdicts, table: this.table },
        threshold,
      );
      if (this.#groups.size >= 4) this.#groups.clear();
      this.#groups.set(threshold, groups);
    }
    return groups;
  }

  /** The image at an absolute path. */
  imageAt(absolute: string): number | undefined {
    this.#byPath ??= new Map(this.data.files.map((file, index) => [file.absolute, index]));
    return this.#byPath.get(absolute);
  }
}
