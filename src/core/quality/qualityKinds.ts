import type { FindingKind } from '../findings/kinds';

export interface QualityKindInfo {
  /** The limit that a finding is past, unless the settings name another. */
  readonly limit: number;
  readonly minimum: number;
  readonly maximum: number;
  /** What the limit is, for docs and settings (English, also the l10n key). */
  readonly meaning: string;
}

/** Findings about one picture's quality, with the limit of each. All are off until a severity is given to them. */
export const qualityKinds = {
  blurry: {
    limit: 0.01,
    minimum: 0,
    maximum: 20,
    meaning:
      'Sharpness (variance of the Laplacian over the variance of the picture, seen at 96 pixels) below which a picture is blurry.',
  },
  'too-dark': {
    limit: 0.3,
    minimum: 0,
    maximum: 1,
    meaning: 'Brightness (0 to 1) that 99 % of a picture that is too dark stay below.',
  },
  'too-bright': {
    limit: 0.95,
    minimum: 0,
    maximum: 1,
    meaning: 'Brightness (0 to 1) that 95 % of a picture that is too bright stay above.',
  },
  'low-information': {
    limit: 1,
    minimum: 0,
    maximum: 8,
    meaning: 'Entropy of the brightness, in bits (0 to 8), below which a picture holds little information.',
  },
  'odd-size': {
    limit: 3,
    minimum: 0,
    maximum: 100,
    meaning:
      'How many times the spread of sizes in the data set (interquartile range of the logarithm, at least 50 %) a size lies from the median.',
  },
  'odd-aspect-ratio': {
    limit: 0.35,
    minimum: 0,
    maximum: 1,
    meaning: 'Shorter side over longer side, below which a picture is oddly long.',
  },
  'odd-channels': {
    limit: 0.05,
    minimum: 0,
    maximum: 0.5,
    meaning: 'Share of the data set that at most is grey (or has colour, or transparency), for such a picture to be odd.',
  },
  outlier: {
    limit: 2,
    minimum: 1,
    maximum: 100,
    meaning: 'How many times farther than the median picture one lies from its ten nearest, by the starter encoder.',
  },
} as const satisfies Partial<Record<FindingKind, QualityKindInfo>>;

export type QualityKind = keyof typeof qualityKinds;
export const allQualityKinds = Object.keys(qualityKinds) as QualityKind[];
export const isQualityKind = (kind: FindingKind): kind is QualityKind => Object.hasOwn(qualityKinds, kind);
