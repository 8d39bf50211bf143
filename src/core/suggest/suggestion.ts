import type { Note } from '../dataset/note';

/** What the references say of one image. */
export interface Suggestion {
  /** Relative to the folder that was to be labelled, with "/". */
  readonly path: string;
  /** Of its bytes, as everywhere. */
  readonly content: string;
  /** The nearest class, also where it is too far away to be told: see {@link labelAt}. */
  readonly label: string;
  /** Estimated chance that this is the image's class, 0…1. */
  readonly confidence: number;
  /** The class that comes next. */
  readonly second: string;
  /** The reference that is most like the image, relative to the folder of references, and their cosine, −1…1. */
  readonly reference: string;
  readonly similarity: number;
}

/** How the references of one class were used. */
export interface ReferenceClass {
  readonly label: string;
  /** Relative to the folder of references. */
  readonly references: readonly string[];
}

/** The references judged by each other, each left out once: what the confidence is worth on the very data. */
export interface ReferenceTrial {
  readonly judged: number;
  readonly right: number;
  readonly meanConfidence: number;
}

export interface SuggestSummary {
  /** What turned the images into vectors. */
  readonly encoder: SuggestEncoder;
  readonly classes: readonly ReferenceClass[];
  /** In path order. */
  readonly suggestions: readonly Suggestion[];
  /** Absent where no class has two references. */
  readonly trial?: ReferenceTrial;
  readonly notes: readonly Note[];
  readonly elapsedMs: number;
}

export interface SuggestEncoder {
  readonly kind: 'starter' | 'model';
  readonly name: string;
  readonly relation: string;
  /** Of the model's file. */
  readonly path?: string;
}

/** Below this confidence an image is called unknown: the class is then likelier wrong than right. */
export const DEFAULT_LEAST_CONFIDENCE = 0.5;

/** The label to suggest; undefined = unknown. */
export const labelAt = ({ label, confidence }: Suggestion, least: number): string | undefined =>
  confidence >= least ? label : undefined;
