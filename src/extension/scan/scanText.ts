import type { FindingCounts } from '../../core/findings/finding';
import { allFindingKinds, type FindingKind } from '../../core/findings/kinds';
import type { Translate } from '../../core/l10n';
import type { ScanPhase, ScanProgress, ScanSummary } from '../../protocol/engine';

/** Writes numbers and sentences in the user's language. */
export interface Words {
  readonly t: Translate;
  /** BCP 47, e.g. `zh-cn`. */
  readonly language: string;
}

const number = (value: number, { language }: Words): string => value.toLocaleString(language);

/** How far a phase's beginning is, and its share, in percent of a scan: decoding takes most of it. */
const phaseShare: Readonly<Record<ScanPhase, readonly [start: number, share: number]>> = {
  count: [0, 3],
  decode: [3, 75],
  join: [78, 7],
  rescore: [85, 15],
};

/** 0 to 100, growing with the phases. */
export function percentDone(progress: ScanProgress): number {
  const [start, share] = phaseShare[progress.phase];
  return start + (progress.total > 0 ? Math.min(1, progress.done / progress.total) * share : 0);
}

export function progressText(progress: ScanProgress, words: Words): string {
  const { t } = words;
  const done = number(progress.done, words);
  const total = number(progress.total, words);
  const known = progress.total > 0;
  // The later phases count steps of their own, which say nothing to a person; a single one would be 0 % all the time.
  const percent = progress.total > 1 ? Math.floor((100 * Math.min(progress.done, progress.total)) / progress.total) : undefined;
  const text = {
    count: () => t('Looking for images: {0} found', done),
    decode: () => (known ? t('Reading images: {0} of {1}', done, total) : t('Reading images: {0}', done)),
    join: () => (percent === undefined ? t('Looking for twins') : t('Looking for twins: {0} %', percent)),
    rescore: () => (percent === undefined ? t('Comparing pairs') : t('Comparing pairs: {0} %', percent)),
  }[progress.phase]();
  const eta = progress.etaMs === undefined ? undefined : etaText(progress.etaMs, words);
  return eta === undefined ? text : `${text} · ${eta}`;
}

function etaText(etaMs: number, { t }: Words): string {
  const seconds = Math.max(1, Math.ceil(etaMs / 1000));
  if (seconds < 60) return t('about {0} s left', seconds);
  return t('about {0} min left', Math.ceil(seconds / 60));
}

function countText(kind: FindingKind, count: number, words: Words): string {
  const { t } = words;
  const one = count === 1;
  const n = number(count, words);
  return {
    'unreadable-image': () => (one ? t('1 unreadable image') : t('{0} unreadable images', n)),
    'split-leak': () => (one ? t('1 split leak') : t('{0} split leaks', n)),
    'identity-leak': () => (one ? t('1 identity leak') : t('{0} identity leaks', n)),
    'label-conflict': () => (one ? t('1 label conflict') : t('{0} label conflicts', n)),
    mislabeled: () => (one ? t('1 doubtful label') : t('{0} doubtful labels', n)),
    'exact-duplicate': () => (one ? t('1 exact duplicate') : t('{0} exact duplicates', n)),
    'near-duplicate': () => (one ? t('1 near-duplicate') : t('{0} near-duplicates', n)),
    'verdict-contradicted': () => (one ? t('1 contradicted verdict') : t('{0} contradicted verdicts', n)),
    'not-fetched': () => (one ? t('1 image not fetched') : t('{0} images not fetched', n)),
    'unsupported-format': () => (one ? t('1 image of an unsupported format') : t('{0} images of unsupported formats', n)),
    blurry: () => (one ? t('1 blurry image') : t('{0} blurry images', n)),
    'too-dark': () => (one ? t('1 image too dark') : t('{0} images too dark', n)),
    'too-bright': () => (one ? t('1 image too bright') : t('{0} images too bright', n)),
    'low-information': () => (one ? t('1 image of low information') : t('{0} images of low information', n)),
    'odd-size': () => (one ? t('1 image of odd size') : t('{0} images of odd size', n)),
    'odd-aspect-ratio': () => (one ? t('1 image of odd aspect ratio') : t('{0} images of odd aspect ratio', n)),
    'odd-channels': () => (one ? t('1 image of odd channels') : t('{0} images of odd channels', n)),
    outlier: () => (one ? t('1 outlier') : t('{0} outliers', n)),
  }[kind]();
}

/** "2 split leaks, 12 near-duplicates"; empty where there is none. */
export const countsText = (counts: FindingCounts, words: Words): string =>
  allFindingKinds
    .filter(kind => (counts[kind] ?? 0) > 0)
    .map(kind => countText(kind, counts[kind]!, words))
    .join(words.t(', '));

export const totalOf = (counts: FindingCounts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** An expected number of pairs: at small values the first digit that is not 0 matters. */
export function expectedText(value: number, words: Words): string {
  if (value > 0 && value < 0.1) return words.t('under {0}', number(0.1, words));
  const digits = value < 10 ? 1 : 0;
  return value.toLocaleString(words.language, { maximumFractionDigits: digits });
}

/** The line after a scan. */
export function summaryText(summary: ScanSummary, words: Words): string {
  const { t } = words;
  const { images, readable, counts } = summary;
  if (images === 0) return t('No images were found.');
  const imagesText = images === 1 ? t('1 image') : t('{0} images', number(images, words));
  if (readable === 0) {
    return t(
      '{0}: none of them could be read ({1}). The Problems panel says why for each.',
      imagesText,
      countsText(counts, words),
    );
  }
  const found = countsText(counts, words) || t('nothing found');
  if (summary.pairs === 0) return t('{0}: {1}.', imagesText, found);
  return t('{0}: {1}; expected false pairs: {2}.', imagesText, found, expectedText(summary.expectedFalsePairs, words));
}
