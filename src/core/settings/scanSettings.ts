import type { LabelColumns } from '../dataset/labelColumns';
import type { FindingKind, Severity } from '../findings/kinds';
import type { QualityKind } from '../quality/qualityKinds';

/** Which pairs a scan compares, by the folder that directly holds each image. */
export type PairScope = 'all' | 'across-folders' | 'within-folder';

export const labelUnits = ['images', 'boxes'] as const;
export type LabelUnit = (typeof labelUnits)[number];

/**
 * What a scan of one root (workspace folder or DIR) is told. Workspace settings win over `.twinlint/config.json`, which wins
 * over user settings, which win over {@link defaultScanSettings}. The command line's options win over the config file.
 */
export interface ScanSettings {
  /** `folders`: class folders are found by the rule in core/dataset/labels.ts; `none`; `sidecars`; or the path of a file below the root. */
  readonly labels: string;
  /** Names of the columns or keys of such a file, where they are not the usual ones. */
  readonly labelColumns: LabelColumns;
  /** What labels are judged of: whole images, or each box of a detection data set. */
  readonly labelUnit: LabelUnit;
  /** Globs of folders that are classes, overriding the rule; empty = the rule decides. A `!` glob says a folder is none. */
  readonly classFolders: readonly string[];
  /** Split name → globs of paths below the root. Empty = folders named train, val/valid/validation, test. */
  readonly splits: Readonly<Record<string, readonly string[]>>;
  /**
   * A regular expression: images whose paths have the same match (of its first group, if it has one) are of one identity (patient, video,
   * scene), which belongs in one split. Empty = none.
   */
  readonly groupBy: string;
  readonly pairs: PairScope;
  /** The model to compare with: `auto` = the one that `.twinlint/config.json` names, if it names one; `none`; or a path (relative: below the root). */
  readonly model: string;
  /** A network that looks at two pictures at once and judges the pairs that were found again: a path (relative: below the root). Empty = none. */
  readonly rescoreModel: string;
  readonly mirrors: boolean;
  readonly turns: boolean;
  /** `auto`: from the data set's own non-duplicates. */
  readonly threshold: number | 'auto';
  /** Pictures with more pixels are refused as too large (a decompression bomb takes all memory). */
  readonly maxPixels: number;
  /** Globs of paths below the root that are not scanned, beside `files.exclude` and `.twinlintignore`. */
  readonly exclude: readonly string[];
  readonly severity: Readonly<Partial<Record<FindingKind, Severity>>>;
  /** Limits of findings about a picture's quality, where they differ from the usual ones (core/quality/qualityKinds.ts). */
  readonly limits: Readonly<Partial<Record<QualityKind, number>>>;
  /** How many findings the Problems panel shows, worst first. */
  readonly maxProblems: number;
  /** Where trashed files go; relative to the root. `auto` = `.twinlint/trash`, or a sibling folder where the root is itself a class root. */
  readonly trashFolder: string;
}

export const defaultScanSettings: ScanSettings = {
  labels: 'folders',
  labelColumns: {},
  labelUnit: 'images',
  classFolders: [],
  splits: {},
  groupBy: '',
  pairs: 'all',
  model: 'auto',
  rescoreModel: '',
  mirrors: false,
  turns: false,
  threshold: 'auto',
  maxPixels: 268_402_689, // 16,383², libvips' and WebP's own limit
  exclude: [],
  severity: {},
  limits: {},
  maxProblems: 1000,
  trashFolder: 'auto',
};
