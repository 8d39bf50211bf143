import { displayDistance, displayPath } from '../../core/findings/findingMessage';
import { nameOf } from '../../core/dataset/paths';
import type { ImageRecord } from '../../core/dataset/image';
import type { PairRow } from '../../protocol/engine';
import { language, t } from '../l10n';

export const formatCount = (count: number): string => count.toLocaleString(language());

export const pairsText = (count: number): string => (count === 1 ? t('1 pair') : t('{0} pairs', formatCount(count)));
export const groupsText = (count: number): string => (count === 1 ? t('1 group') : t('{0} groups', formatCount(count)));
export const imagesText = (count: number): string => (count === 1 ? t('1 image') : t('{0} images', formatCount(count)));

export const fileName = (image: ImageRecord): string => displayPath(nameOf(image.path));
export const filePath = (image: ImageRecord): string => displayPath(image.path);
export const distanceText = displayDistance;

/** As much of both ends as fits: what tells files apart is often the number before the extension. Counts code points. */
export function middleEllipsis(text: string, maxLength: number): string {
  const points = [...text];
  if (points.length <= maxLength) return text;
  const tail = Math.ceil((maxLength - 1) / 2);
  return `${points.slice(0, maxLength - 1 - tail).join('')}…${points.slice(points.length - tail).join('')}`;
}

const byteUnits = ['B', 'KB', 'MB', 'GB'];

/** 1 KB = 1024 B, as VS Code shows sizes. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < byteUnits.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toLocaleString(language(), { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${byteUnits[unit]}`;
}

export const dateText = (ms: number): string =>
  new Date(ms).toLocaleString(language(), { dateStyle: 'medium', timeStyle: 'medium' });

export const dimensionsText = ({ width, height }: ImageRecord): string =>
  width > 0 && height > 0 ? `${formatCount(width)} × ${formatCount(height)}` : '–';

/** Whether a label or split of two images is there and not the same. */
export const differs = (a: string | undefined, b: string | undefined): boolean => (a ?? '') !== (b ?? '');

/** The number of false pairs that is expected, so that a tiny one is not shown as 0. */
export const expectedText = (expected: number): string =>
  expected < 0.1
    ? t('fewer than 0.1')
    : expected < 10
      ? expected.toLocaleString(language(), { maximumFractionDigits: 1 })
      : formatCount(Math.round(expected));

/** Files of both ends of a pair that a person would send to the trash to keep the other. */
export const sideOf = (pair: PairRow, side: 'a' | 'b'): { readonly keep: ImageRecord; readonly trash: ImageRecord } =>
  side === 'a' ? { keep: pair.a, trash: pair.b } : { keep: pair.b, trash: pair.a };
