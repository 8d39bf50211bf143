import type { BoxNumbers, TextPlace } from '../dataset/boxes';
import type { ImageProblem } from '../dataset/image';
import type { TransformName } from '../pairs/pairColumns';
import type { Contradiction } from './contradictions';
import type { FindingKind, Severity } from './kinds';

/** The other image of a pair finding. */
export interface RelatedImage {
  readonly image: number;
  readonly root: number;
  readonly path: string;
  readonly distance: number;
}

/**
 * What the linter reports. One pair gives one finding, of its most urgent kind; it stands on the image that a clean-up would
 * remove, and `related[0]` is the one it would keep. No text: {@link findingMessage} makes it, in the reader's language.
 */
export interface Finding {
  /** Stable across scans, thresholds, and renames (equal contents: not across renames). 16 hex digits. */
  readonly id: string;
  readonly kind: FindingKind;
  readonly severity: Exclude<Severity, 'off'>;
  readonly image: number;
  readonly root: number;
  readonly path: string;
  /** Empty for a finding about one file. */
  readonly related: readonly RelatedImage[];
  /** 0..1, higher = worse. */
  readonly score: number;
  readonly details: FindingDetails;
  /** Where it stands in a text file, if it is about a box that one says of the image. */
  readonly at?: TextPlace;
}

export interface FindingDetails {
  /** Where the pair also fits less urgent kinds. */
  readonly also?: readonly FindingKind[];
  /** The two files hold the same bytes, whatever the kind. */
  readonly exact?: true;
  /** Of the image, then of its twin, where both have one; of a `mislabeled` image the one it has, then the one it looks like. */
  readonly labels?: readonly [string, string];
  readonly splits?: readonly [string, string];
  /** Of an `identity-leak`: the patient, video or scene, and the path of one of its images in the second of `splits`. */
  readonly identity?: { readonly name: string; readonly example: string };
  /** Of a `verdict-contradicted` image: what a person said of it and another, and what speaks against it. */
  readonly verdict?: Pick<Contradiction, 'said' | 'why'> & { readonly root: number; readonly path: string };
  /** How the twin had to be turned to match the image; absent where it was not. */
  readonly transform?: TransformName;
  readonly problem?: ImageProblem;
  /** Of a `mislabeled` box: as its file writes it (YOLO's in shares of the image's sides, left, top, width, height). */
  readonly box?: BoxNumbers;
  /** Of a `mislabeled` image: how many of its nearest images carry the second of `labels`, and how many were asked. */
  readonly votes?: { readonly suggested: number; readonly asked: number };
  /** Of a finding about a picture's quality: in the unit of its limit (core/quality/qualityKinds.ts). */
  readonly quality?: { readonly measured: number; readonly limit: number };
}

/** How many findings there are of each kind (kinds with none are absent). */
export type FindingCounts = Readonly<Partial<Record<FindingKind, number>>>;
