/** Looking for a region of an image in other images, between the host and an engine process. */
import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { Box } from '../core/search/box';
import type { HeatMap } from '../core/search/heatMap';
import type { TrackedFrame } from '../core/search/track';
import type { ScanNote, ScanParams } from './engine';

export interface SearchCropParams {
  /** An absolute path; it need not lie below the roots. */
  readonly file: string;
  /** In the image's pixels, orientation applied. */
  readonly box: Box;
  /** The images to search: listed as a scan of these would. */
  readonly scan: ScanParams;
  /** At most so many images in the answer. */
  readonly most: number;
  /** Scores from here on count as found; absent: the default one (docs/SEARCH.md). */
  readonly threshold?: number;
}

/** A snapshot: the newest wins. */
export interface SearchProgress {
  readonly done: number;
  readonly total: number;
}
export const SearchProgressNotification = new NotificationType<SearchProgress>('search/progress');

export interface FoundRegion {
  readonly box: Box;
  /** 0…1: mean likeness over the region, 1 = the same. */
  readonly score: number;
}

export interface SearchHit {
  readonly root: number;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** Best first; at least one. */
  readonly regions: readonly FoundRegion[];
  readonly heat: HeatMap;
}

export interface SearchCropResult {
  /** Size of the query's image. */
  readonly width: number;
  readonly height: number;
  readonly threshold: number;
  /** Images in which the region was found, the best first. */
  readonly hits: readonly SearchHit[];
  /** Images that were searched, and in how many of them it was found (of which `hits` lists the best). */
  readonly searched: number;
  readonly found: number;
  readonly notes: readonly ScanNote[];
  readonly elapsedMs: number;
}
/** One at a time. */
export const SearchCropRequest = new RequestType<SearchCropParams, SearchCropResult, void>('search/crop');

export interface TrackParams {
  /** The folder whose own images are the frames; those in folders below it are not. */
  readonly scan: ScanParams;
  /** The frame in which the box is, relative to the folder; absent: the first. */
  readonly start?: string;
  /** In that frame's pixels, orientation applied. */
  readonly box: Box;
  /** Also say how far each frame is from the last one that would be kept, if those up to so much are dropped. */
  readonly thin?: number;
}

export interface TrackResult {
  /** In the order of their numbers. */
  readonly frames: readonly TrackedFrame[];
  readonly notes: readonly ScanNote[];
  readonly elapsedMs: number;
}
/** Follows a box through the frames of a folder, forwards and backwards from the one it was drawn in. Tells of its progress as a search does. */
export const TrackRequest = new RequestType<TrackParams, TrackResult, void>('search/track');
