import { RequestType } from 'vscode-jsonrpc';
import type { ImageRecord } from '../core/dataset/image';

/** All images of a scan with what makes them belong together; for bulk actions, which decide on the whole. */
export interface ScannedImages {
  readonly generation: number;
  readonly threshold: number;
  /** By index. */
  readonly images: readonly ImageRecord[];
  /** Connected near-duplicates and equal files at the threshold, as indices; each at least two. */
  readonly groups: readonly (readonly number[])[];
  /** Pairs within the threshold, as two indices each, and their distances; equal files may be listed once for all. */
  readonly pairs: Uint32Array;
  readonly distances: Float32Array;
  /** By image, as findings about blur measure it (core/quality); NaN where it was not. */
  readonly sharpness: Float32Array;
  /** By image: the cosine of its embedding with the centre of its class; NaN where there is none. */
  readonly centrality: Float32Array;
}

/** Null without a scan. Absent threshold = the default one. */
export const ScannedImagesRequest = new RequestType<{ readonly threshold?: number }, ScannedImages | null, void>('scan/images');
