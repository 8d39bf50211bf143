/**
 * Messages between the host and the Pairs panel, over `vscode-jsonrpc` on `postMessage`. The panel says `ready`, the host answers with a
 * whole snapshot and sends a whole one again after every change (VS Code drops messages to hidden webviews, so nothing is a delta).
 *
 * Who owns what: the engine the pair table; the host settings, verdicts and what is published in Problems; the panel its selection,
 * its scroll position and the handle of the slider while it is dragged.
 */
import { NotificationType, NotificationType0, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { ImageRecord } from '../core/dataset/image';
import type { GroupsPage, Neighbour, PairRow, PairsPage, PairsQuery, ScanProgress, ScanSummary } from './engine';
import type { Box } from '../core/search/box';
import type { HeatMap } from '../core/search/heatMap';
import type { Interval } from '../core/metrics/interval';
import type { ClassesAnswer, EstimateAnswer } from './labeling';
import type { EmbeddingMap, MapProgress } from './map';
import type { ReviewAction, ReviewSnapshot } from './panelReview';
import type { SuggestAction, SuggestSnapshot } from './panelSuggest';
import type { FoundRegion } from './search';
import type { TrainingAction, TrainingSnapshot } from './panelTraining';

export interface PanelSnapshot {
  /** Null before the first scan. */
  readonly summary: ScanSummary | null;
  /** Ascending; the histogram, the slider's live count and the expected count come from it. Empty before the first scan. */
  readonly distances: Float32Array;
  readonly threshold: number;
  /** How many findings Problems shows, and how many there are. */
  readonly problems: { readonly shown: number; readonly total: number };
  /** A scan under way. */
  readonly progress: ScanProgress | null;
  /** What the panel shows: the grid, one pair to compare, an image's neighbours, a region in other images, trainings and models, the map, labels to review, or labels suggested from references. */
  readonly view: PanelView;
  /** `vscode.l10n`'s bundle for the user's language; null for English. */
  readonly l10n: Readonly<Record<string, string>> | null;
  readonly canUndoTrash: boolean;
  readonly training: TrainingSnapshot;
  /** Null where the review is not on show. */
  readonly review: ReviewSnapshot | null;
  /** Null where suggestions are not on show, or there are none in this window. */
  readonly suggest: SuggestSnapshot | null;
}
export type PanelView =
  | { readonly kind: 'grid' }
  | { readonly kind: 'compare'; readonly pair: PairRow }
  | { readonly kind: 'neighbours'; readonly query: ImageRecord; readonly neighbours: readonly Neighbour[] }
  | { readonly kind: 'map' }
  | { readonly kind: 'review' }
  | { readonly kind: 'suggest' }
  | { readonly kind: 'region'; readonly query: ImageRecord; readonly search?: RegionSearch }
  | { readonly kind: 'training' };

/** Where a region of an image was found in others. */
export interface RegionSearch {
  readonly box: Box;
  readonly threshold: number;
  readonly searched: number;
  readonly found: number;
  /** The best first. */
  readonly hits: readonly { readonly image: ImageRecord; readonly regions: readonly FoundRegion[]; readonly heat: HeatMap }[];
}

// panel → host
export const ReadyRequest = new RequestType0<PanelSnapshot, void>('panel/ready');
/** The slider moved; `settled` once it is let go. Problems follow at most 4 times a second. */
export const SetThresholdNotification = new NotificationType<{ readonly threshold: number; readonly settled: boolean }>(
  'panel/threshold',
);
export const PanelPairsRequest = new RequestType<PairsQuery, PairsPage, void>('panel/pairs');
export const PanelGroupsRequest = new RequestType<{ threshold: number; offset: number; limit: number }, GroupsPage, void>(
  'panel/groups',
);
/** What the audits say of the panel's pairs at a threshold, and which of them have answers. Null without a scan. */
export const PanelEstimateRequest = new RequestType<{ readonly threshold: number }, EstimateAnswer | null, void>(
  'panel/estimate',
);
/** What the pairs under a threshold say of each class. Null without a scan. */
export const PanelClassesRequest = new RequestType<{ readonly threshold: number }, ClassesAnswer | null, void>('panel/classes');
/** The threshold at which the audits expect a precision (or recall); null where none does. */
export const PanelAimRequest = new RequestType<
  { readonly aim: Aim; readonly value: number },
  { readonly threshold: number; readonly estimate: Interval } | null,
  void
>('panel/aim');
export type Aim = 'precision' | 'recall';
/** Webview URIs of previews (`side`: 256 in the grid, 2048 in the compare view); `problem` in words where there is none. */
export const PanelPreviewRequest = new RequestType<
  { readonly root: number; readonly path: string; readonly side: number },
  { readonly uri?: string; readonly problem?: string },
  void
>('panel/preview');
/** The map of the scan's images (see map.ts); null without a scan. */
export const PanelMapRequest = new RequestType0<EmbeddingMap | null, void>('panel/map');
export const PanelMapKindsRequest = new RequestType<
  { readonly edition: number; readonly threshold: number },
  { readonly kinds: Uint8Array } | null,
  void
>('panel/mapKinds');
export const PanelMapImageRequest = new RequestType<
  { readonly edition: number; readonly image: number },
  ImageRecord | null,
  void
>('panel/mapImage');
/** Shows only what touches some images of a map here and in Problems, or all again (null); rejects where the map is of other images. */
export const PanelFilterRequest = new RequestType<{ readonly edition: number; readonly images: Uint32Array | null }, void, void>(
  'panel/filter',
);
/** Every action of the panel; the host does it and sends a snapshot. Resolves to whether it was done (false: the user declined). */
export type PanelAction =
  | { readonly kind: 'notDuplicate'; readonly pair: PairRow }
  | { readonly kind: 'keepAndTrash'; readonly keep: ImageRecord; readonly trash: readonly ImageRecord[] }
  | { readonly kind: 'openBoth'; readonly pair: PairRow }
  | { readonly kind: 'openImage'; readonly image: ImageRecord }
  | { readonly kind: 'revealImage'; readonly image: ImageRecord }
  | { readonly kind: 'findSimilar'; readonly image: ImageRecord }
  /** Asks for a region of an image, to be looked for in the others. */
  | { readonly kind: 'markRegion'; readonly image: ImageRecord }
  | { readonly kind: 'searchRegion'; readonly image: ImageRecord; readonly box: Box }
  | { readonly kind: 'compare'; readonly pair: PairRow }
  | { readonly kind: 'compareImages'; readonly images: readonly [ImageRecord, ImageRecord] }
  | { readonly kind: 'showGrid' }
  | { readonly kind: 'showMap' }
  | { readonly kind: 'undoTrash' }
  /** Takes back the last "Not a Duplicate" of this window. */
  | { readonly kind: 'undoVerdict' }
  | { readonly kind: 'scanWorkspace' }
  | { readonly kind: 'cancelScan' }
  /** Opens the side bar that asks about pairs. */
  | { readonly kind: 'labelPairs' }
  | { readonly kind: 'training'; readonly action: TrainingAction }
  | { readonly kind: 'review'; readonly action: ReviewAction }
  | { readonly kind: 'suggest'; readonly action: SuggestAction };
export const PanelActionRequest = new RequestType<PanelAction, { readonly done: boolean }, void>('panel/action');

// host → panel
export const SnapshotNotification = new NotificationType<PanelSnapshot>('panel/snapshot');
/** Newest wins; null = the scan is over (a snapshot follows). */
export const PanelProgressNotification = new NotificationType<ScanProgress | null>('panel/progress');
export const PanelMapProgressNotification = new NotificationType<MapProgress>('panel/mapProgress');
/** A command ran (keyboard, palette) that the panel must act on, e.g. move to the next pair. */
export const FocusNotification = new NotificationType0('panel/focus');
