import type { ImageRecord } from '../dataset/image';
import { isGrey, type PictureMeasures } from './measures';
import { qualityKinds, type QualityKind } from './qualityKinds';

/** One thing that is odd about one picture. */
export interface Defect {
  /** Index of the image. */
  readonly image: number;
  readonly kind: QualityKind;
  /** In the unit of the kind's limit. */
  readonly measured: number;
  readonly limit: number;
  /** 0.5 at the limit, 1 at its worst. */
  readonly score: number;
}

export interface DefectInput {
  readonly images: readonly ImageRecord[];
  /** By the image's index; undefined where it has none (unreadable, reference). */
  readonly measuresOf: (image: number) => PictureMeasures | undefined;
  /** How many times farther than the median an image lies from its nearest; absent where that was not measured. */
  readonly remoteness?: (image: number) => number | undefined;
  /** The limit of a kind for an image; undefined = it is not looked for. */
  readonly limitOf: (image: number, kind: QualityKind) => number | undefined;
}

/** The spread of sizes is taken for at least this (log of 1.5): in a set of equal sizes, everything else would be infinitely odd. */
const LEAST_SPREAD = Math.log(1.5);
/** Fewer images have no usual size, colour or transparency. */
const LEAST_IMAGES = 20;

/**
 * What is odd about each picture, by image and kind. The limits of darkness, brightness, entropy and blur are those of one picture; size and
 * channels are odd only beside the other pictures of the scan.
 */
export function findDefects({ images, measuresOf, remoteness, limitOf }: DefectInput): Defect[] {
  const own = images.filter(({ problem, reference }) => problem === undefined && reference !== true);
  const sizes = sizeSpread(own);
  const shares = channelShares(own, measuresOf);
  const found: Defect[] = [];
  for (const image of own) {
    const measures = measuresOf(image.index);
    if (measures === undefined) continue;
    const check = (kind: QualityKind, measured: number, side: 'below' | 'above', worst: number): void => {
      const limit = limitOf(image.index, kind);
      if (limit === undefined || (side === 'below' ? measured >= limit : measured <= limit)) return;
      const reach = Math.min(1, Math.abs(measured - limit) / (Math.abs(worst - limit) || 1));
      found.push({ image: image.index, kind, measured, limit, score: 0.5 + reach / 2 });
    };
    // A picture of one colour has no edges to be sharp; that is another finding.
    if (measures.entropyBits >= qualityKinds['low-information'].limit) check('blurry', measures.sharpness, 'below', 0);
    check('too-dark', measures.brightest / 255, 'below', 0);
    check('too-bright', measures.darkest / 255, 'above', 1);
    check('low-information', measures.entropyBits, 'below', 0);
    if (sizes) check('odd-size', Math.abs(logSize(image) - sizes.median) / sizes.spread, 'above', 10);
    const [shorter, longer] = [Math.min(image.width, image.height), Math.max(image.width, image.height)];
    if (longer > 0) check('odd-aspect-ratio', shorter / longer, 'below', 0);
    if (shares) {
      const grey = isGrey(measures) ? shares.grey : 1 - shares.grey;
      // Opaque pictures among transparent ones are as they should be.
      check('odd-channels', Math.min(grey, measures.isTransparent ? shares.transparent : 1), 'below', 0);
    }
    const far = remoteness?.(image.index);
    if (far !== undefined) check('outlier', far, 'above', 10);
  }
  return found;
}

const logSize = ({ width, height }: ImageRecord): number => Math.log(Math.max(1, width * height)) / 2;

function sizeSpread(images: readonly ImageRecord[]): { readonly median: number; readonly spread: number } | undefined {
  if (images.length < LEAST_IMAGES) return undefined;
  const sorted = Float64Array.from(images, logSize).sort();
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))];
  return { median: at(0.5), spread: Math.max(LEAST_SPREAD, at(0.75) - at(0.25)) };
}

function channelShares(
  images: readonly ImageRecord[],
  measuresOf: DefectInput['measuresOf'],
): { readonly grey: number; readonly transparent: number } | undefined {
  const measured = images.flatMap(({ index }) => measuresOf(index) ?? []);
  if (measured.length < LEAST_IMAGES) return undefined;
  return {
    grey: measured.filter(isGrey).length / measured.length,
    transparent: measured.filter(({ isTransparent }) => isTransparent).length / measured.length,
  };
}
