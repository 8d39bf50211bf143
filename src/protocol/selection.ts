import { RequestType } from 'vscode-jsonrpc';
import type { ImageRecord } from '../core/dataset/image';
import type { Coverage } from '../core/selection/farthestFirst';

/** A part of the scanned images to keep. */
export interface SelectParams {
  readonly count: number;
  /** `diverse`: so that every image has a chosen one near it; `random`: drawn. */
  readonly by: 'diverse' | 'random';
  /** Equally many of each class, as far as there are so many; images without a label are left out. */
  readonly perClass: boolean;
  /** Of the draw. */
  readonly seed: number;
}

export interface Selection {
  /** In the order in which they were chosen (of several classes: class by class, in byte order). */
  readonly images: readonly ImageRecord[];
  /** Different readable contents that could be chosen from. */
  readonly candidates: number;
  readonly encoder: string;
  readonly coverage: Coverage;
  /** That of as many drawn at random with the same seed: what choosing is worth. */
  readonly randomCoverage: Coverage;
}

/** Chooses among the images of the last scan; null without one. */
export const SelectRequest = new RequestType<SelectParams, Selection | null, void>('scan/select');
