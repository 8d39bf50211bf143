/**
 * What package.json contributes, typed. A test compares the two both ways, so a key written here exists there and the other way round.
 * Commands are in core/commands.ts, finding kinds in core/findings/kinds.ts.
 */
import { readableExtensions, unsupportedExtensions } from '../core/dataset/imageFiles';
import { defaultScanSettings, type ScanSettings } from '../core/settings/scanSettings';

/** The first part of every setting's name. */
export const settingsSection = 'twinlint';

/** Settings of a scan, per resource; the same names as in `.twinlint/config.json`. */
export const scanSettingKeys = Object.keys(defaultScanSettings) as (keyof ScanSettings)[];

/** Settings of this machine alone: no team shares them and no workspace may change them. */
export const machineSettings = {
  /** Threads for decoding and re-scoring; 0 = as many as there are cores. */
  threads: 0,
} as const;

/** Settings of trainings, without `twinlint.`. A workspace may set them, except for what runs. */
export const trainSettings = {
  'train.preset': 'standard',
  'train.seed': 1,
  'train.activate': 'better',
  /** Of this machine alone. */
  'train.runtime': 'auto',
} as const;

/** Settings of actions on files, without `twinlint.`. */
export const actionSettings: Readonly<Record<'curate.keep' | 'curate.protectedFolders', readonly string[]>> = {
  /** Policies of core/curation/keepPolicy.ts, in order. */
  'curate.keep': [],
  /** Globs of folders that no action touches. */
  'curate.protectedFolders': [],
};

/** Limits of numbers, as in package.json. */
export const settingRanges = {
  threshold: { minimum: 0, maximum: 1 },
  maxPixels: { minimum: 1, maximum: 4_294_967_295 },
  /** Problems of any extension grow slow beyond some 10,000 markers. */
  maxProblems: { minimum: 1, maximum: 10_000 },
  threads: { minimum: 0, maximum: 256 },
  'train.seed': { minimum: 0, maximum: 2_147_483_647 },
} as const;

/** Context keys that when-clauses in package.json may name. */
export const contextKeys = {
  /** There is a scan's result. */
  hasScan: 'twinlint.hasScan',
  scanning: 'twinlint.scanning',
  /** Problems shows what a check found. */
  hasCheckFindings: 'twinlint.hasCheckFindings',
  /** An object whose keys are the paths of images with findings, for `resourcePath in …`. */
  imagesWithFindings: 'twinlint.imagesWithFindings',
  /** There are too many to list: the actions stand on every image, and say so where one has no finding. */
  manyImagesWithFindings: 'twinlint.manyImagesWithFindings',
  canUndoTrash: 'twinlint.canUndoTrash',
  canUndoVerdict: 'twinlint.canUndoVerdict',
  training: 'twinlint.training',
  canUsePreviousModel: 'twinlint.canUsePreviousModel',
} as const;

/** The panel's view type: also what `activeWebviewPanelId` is compared with. */
export const pairsPanelType = 'twinlint.pairs';
/** The side bar's view for labeling pairs, in a container of its own. */
export const labelingViewType = 'twinlint.labeling';
/** Beside it, what to do where there is nothing to ask yet: the manifest's `viewsWelcome`. */
export const startViewType = 'twinlint.start';
/** The virtual document that the "and N more" line in Problems stands on. */
export const moreScheme = 'twinlint';

/** The when-clause that tells an image by its name. */
export const imageExtensionPattern = `/^\\.(${[...readableExtensions, ...unsupportedExtensions].sort().join('|')})$/i`;
