/**
 * The map of a scan's images, between the host and the engine process. Rows of a map are images by their index, which holds for one
 * `edition` of the scan: whoever asks about another is told null, and draws anew.
 */
import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { ImageRecord } from '../core/dataset/image';
import type { ScanSummary } from './engine';

/** Near pictures lie together. */
export interface EmbeddingMap {
  readonly edition: number;
  /** The index of each row's image, ascending. Images that are unreadable or of one colour have no place. */
  readonly images: Uint32Array;
  /** rows × 2, in no unit; equal contents share their place. */
  readonly xy: Float32Array;
  /** Of each row: a place in `classes` (`splitNames`), or {@link noClass}. */
  readonly labels: Uint16Array;
  readonly splits: Uint16Array;
  readonly classes: readonly string[];
  readonly splitNames: readonly string[];
  /** What told near from far: a model's file name, `starter`, or `descriptor`. */
  readonly encoder: string;
  /** Different contents, and how many of them were laid out; the others lie by their nearest among those. */
  readonly contents: number;
  readonly laidOut: number;
  /** Readable images without a place. */
  readonly leftOut: number;
}
export const noClass = 0xffff;

/** Draws the map, or brings back one that was drawn; null without a scan. Takes seconds for many images; cancel it. */
export const MapRequest = new RequestType0<EmbeddingMap | null, void>('map/compute');
export interface MapProgress {
  /** Of the work, 0…1. The newest wins. */
  readonly share: number;
}
export const MapProgressNotification = new NotificationType<MapProgress>('map/progress');

/** The most urgent kind of finding on each row of the map, or in which it takes part, as a place in `allFindingKinds`. */
export const MapKindsRequest = new RequestType<
  { readonly edition: number; readonly threshold: number },
  { readonly kinds: Uint8Array } | null,
  void
>('map/kinds');
export const noKind = 0xff;

/** One image by its index. */
export const MapImageRequest = new RequestType<{ readonly edition: number; readonly image: number }, ImageRecord | null, void>(
  'map/image',
);

/**
 * Shows only what touches some images: pairs, groups and findings of all requests are those with one of them, until the filter is taken
 * away (`images` null) or another scan runs. Files that change keep it. Null without a scan, and where the edition is another's.
 */
export const SetFilterRequest = new RequestType<
  { readonly edition: number; readonly images: Uint32Array | null },
  ScanSummary | null,
  void
>('scan/setFilter');
