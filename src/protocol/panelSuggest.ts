/** What the panel shows of labels suggested from references, and what it asks the host for. */
import type { ReferenceTrial, SuggestEncoder } from '../core/suggest/suggestion';
import type { ImageRecord } from '../core/dataset/image';

export interface SuggestedImage {
  /** Its root is −1 and its path absolute: it need not be scanned. */
  readonly image: ImageRecord;
  /** Relative to the folder of images to label, with "/". */
  readonly place: string;
  readonly label: string;
  /** 0…1 */
  readonly confidence: number;
  readonly second: string;
}

export interface SuggestSnapshot {
  /** For people: the folder to label, and that which gets the class folders. */
  readonly folder: string;
  readonly home: string;
  readonly encoder: SuggestEncoder;
  /** Of the classes, sorted; and the first reference of each, as an image like those of the list. */
  readonly classes: readonly { readonly label: string; readonly references: number; readonly example: ImageRecord }[];
  readonly trial?: ReferenceTrial;
  /** Those that were not accepted yet, in path order. */
  readonly images: readonly SuggestedImage[];
  readonly accepted: number;
  /** Why an image stayed where it is, in words; of the last action. */
  readonly problem?: string;
}

export type SuggestAction =
  | { readonly kind: 'show' | 'undo' }
  /** Moves images to their classes, all in one action; `other`: to one that the person picks. `places` as in {@link SuggestedImage}. */
  | { readonly kind: 'accept' | 'other'; readonly places: readonly string[] }
  | { readonly kind: 'open'; readonly place: string };
