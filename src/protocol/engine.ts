/**
 * Messages between the host (extension or command line) and the engine process, over `vscode-jsonrpc` on the child's IPC channel
 * with `serialization: 'advanced'` (typed arrays cross as they are). Errors and cancellation cross the wire; progress is whole
 * snapshots, newest wins.
 */
import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { ImageRecord } from '../core/dataset/image';
import type { Finding, FindingCounts } from '../core/findings/finding';
import type { FindingKind } from '../core/findings/kinds';
import type { TransformName } from '../core/pairs/pairColumns';
import type { ScanSettings } from '../core/settings/scanSettings';
import type { PairNetworkName } from '../core/training/names';
import type { Verdict } from '../core/verdicts/verdict';

export interface InitializeParams {
  /** Where thumbnails, signatures and the last scan are kept; always safe to delete. */
  readonly cacheDir: string;
  /** Threads for decoding and re-scoring; absent = as many as there are cores. Never changes a result. */
  readonly threads?: number;
}

export interface EngineStatus {
  readonly pid: number;
  readonly nodeVersion: string;
  /** `native` or `wasm` (sharp). */
  readonly decoder: 'native' | 'wasm';
  readonly decoderVersion: string;
  /** What multiplies matrices: `onnxruntime-node`, or plain JavaScript where that can't load, with the reason. */
  readonly runtime: 'onnxruntime-node' | 'javascript';
  readonly runtimeReason: string;
  readonly threads: number;
  readonly memoryBytes: number;
  readonly cacheDir: string;
}

export const InitializeRequest = new RequestType<InitializeParams, EngineStatus, void>('engine/initialize');
export const StatusRequest = new RequestType0<EngineStatus, void>('engine/status');

/** A workspace folder, or the command line's DIR. */
export interface ScanRoot {
  /** Absolute path. */
  readonly path: string;
  readonly name: string;
  readonly settings: ScanSettings;
  /** Only images below these folders (relative, `/`); empty = the whole root. */
  readonly only: readonly string[];
  /** Extra excluded globs from the editor's `files.exclude`. */
  readonly filesExclude: readonly string[];
  /** The reference of an `--against` scan. */
  readonly reference?: boolean;
}

export interface ScanParams {
  readonly roots: readonly ScanRoot[];
  readonly verdicts: readonly Verdict[];
  /** Keep the result on disk, for `scan/restore` after a window reload. */
  readonly keep: boolean;
  /** False in an untrusted workspace: nothing below the roots but images, CSV labels and ignore lists is read. */
  readonly trusted: boolean;
}

/** In order. `count` reads folders, `decode` reads pictures, `join` finds candidates, `rescore` measures them. */
export type ScanPhase = 'count' | 'decode' | 'join' | 'rescore';

export interface ScanProgress {
  readonly phase: ScanPhase;
  readonly done: number;
  /** 0 while unknown. */
  readonly total: number;
  /** Whole scan, milliseconds; absent while unknown. */
  readonly etaMs?: number;
}
export const ScanProgressNotification = new NotificationType<ScanProgress>('scan/progress');

export interface ScanSummary {
  /** Grows with every change of images, pairs or verdicts; stale windows can be told by it. */
  readonly generation: number;
  /** Grows when images come, go or change, and their indices with them; verdicts leave it. */
  readonly edition: number;
  /** Only what touches so many images is shown (see protocol/map.ts); absent without a filter. */
  readonly filtered?: number;
  readonly roots: readonly { readonly path: string; readonly name: string }[];
  readonly images: number;
  readonly readable: number;
  /** Pairs in the table, up to the radius. */
  readonly pairs: number;
  /** The slider's end: no pair beyond it was looked for. */
  readonly radius: number;
  readonly defaultThreshold: number;
  /** At the default threshold. */
  readonly expectedFalsePairs: number;
  /** At the default threshold. */
  readonly counts: FindingCounts;
  readonly classes: readonly string[];
  readonly splits: readonly string[];
  /** Things to tell the user once, e.g. an unreadable folder or a broken verdict line; English. */
  readonly notes: readonly ScanNote[];
  /** The model that was compared with; absent for the built-in distance. */
  readonly model?: { readonly path: string; readonly relation: string };
  /** The network that judged the pairs again; absent where none did. */
  readonly rescorer?: { readonly path: string; readonly network: PairNetworkName };
  readonly elapsedMs: number;
  readonly scannedAt: string;
}

/** A clear line about something that is no finding on an image. `args` fill `message`'s placeholders. */
export interface ScanNote {
  readonly message: string;
  readonly args: readonly (string | number)[];
}

export const ScanRequest = new RequestType<ScanParams, ScanSummary, void>('scan/run');
/** The last kept scan of these roots, or null; images are not read again, but files that changed since are. */
export const RestoreRequest = new RequestType<ScanParams, ScanSummary | null, void>('scan/restore');
/** Files (absolute paths, also folders) that were added, changed or deleted since the scan. Null if there is no scan. */
export const UpdateRequest = new RequestType<{ readonly changed: readonly string[] }, ScanSummary | null, void>('scan/update');
/** Replaces all verdicts. */
export const SetVerdictsRequest = new RequestType<
  { readonly verdicts: readonly Verdict[] },
  { readonly generation: number },
  void
>('scan/setVerdicts');
export const ClearRequest = new RequestType0<void, void>('scan/clear');

/** What is asked of the findings; always worst first (severity, kind, score, path). */
export interface FindingsQuery {
  /** Absent = the default threshold. */
  readonly threshold?: number;
  readonly offset: number;
  readonly limit: number;
  readonly kinds?: readonly FindingKind[];
  /** Only findings on or related to this image (absolute path). */
  readonly path?: string;
}
export interface FindingsPage {
  readonly generation: number;
  readonly total: number;
  readonly counts: FindingCounts;
  readonly findings: readonly Finding[];
}
export const FindingsRequest = new RequestType<FindingsQuery, FindingsPage, void>('findings/query');

/** One pair with all that is needed to show it. `b` is the one a clean-up would remove, `a` the one it would keep. */
export interface PairRow {
  readonly a: ImageRecord;
  readonly b: ImageRecord;
  readonly distance: number;
  readonly transform: TransformName;
  /** Null where the two are no finding: any two images can be compared. */
  readonly kind: FindingKind | null;
  /** Empty where the two are no finding. */
  readonly findingId: string;
  /** Place among the pairs sorted by distance; −1 where they are not among them. */
  readonly rank: number;
  readonly verdict?: 'similar' | 'different';
}
/** A pair by its finding's id (also when it is past the threshold), or by two absolute paths (any two images). */
export const PairRequest = new RequestType<
  { readonly findingId: string } | { readonly paths: readonly [string, string] },
  PairRow | null,
  void
>('pairs/get');

/** Distances of all pairs that no verdict has settled as different, ascending. */
export const DistancesRequest = new RequestType0<{ readonly generation: number; readonly distances: Float32Array }, void>(
  'pairs/distances',
);

/** A window of the pairs under a threshold. `closest`: ascending distance; `borderline`: nearest to the threshold first. */
export interface PairsQuery {
  readonly threshold: number;
  readonly order: 'closest' | 'borderline';
  readonly offset: number;
  readonly limit: number;
}
export interface PairsPage {
  readonly generation: number;
  readonly total: number;
  readonly rows: readonly PairRow[];
}
export const PairsRequest = new RequestType<PairsQuery, PairsPage, void>('pairs/window');

/** A group of connected near-duplicates. */
export interface GroupRow {
  /** The one a clean-up would keep. */
  readonly keep: ImageRecord;
  /** The others. `direct`: its own distance to `keep` is under the threshold, so a bulk action may touch it. */
  readonly members: readonly { readonly image: ImageRecord; readonly distance: number; readonly direct: boolean }[];
  readonly size: number;
}
export interface GroupsPage {
  readonly generation: number;
  readonly total: number;
  readonly rows: readonly GroupRow[];
}
/** Groups at a threshold, largest first, in windows. `members` is cut after 200. */
export const GroupsRequest = new RequestType<
  { readonly threshold: number; readonly offset: number; readonly limit: number },
  GroupsPage,
  void
>('groups/window');

export interface NeighboursParams {
  /** Absolute path of the query; need not be part of the scan. */
  readonly path: string;
  readonly k: number;
  /** The roots to search, scanned first where they are not yet. */
  readonly scan: ScanParams;
}
export interface Neighbour {
  readonly image: ImageRecord;
  /** The scan's; with a model that finds no duplicates (classes, a relation of the user's) the model's own, of any size. */
  readonly distance: number;
  readonly transform: TransformName;
}
export const NeighboursRequest = new RequestType<
  NeighboursParams,
  { readonly query: ImageRecord; readonly neighbours: readonly Neighbour[] },
  void
>('images/neighbours');

/** A picture at most `side` pixels wide and high, as a WebP or PNG file in the cache; for grids and the compare view. */
export interface PreviewParams {
  readonly path: string;
  readonly side: number;
}
export interface Preview {
  /** Absolute path in the cache folder; absent where the picture can't be decoded. */
  readonly file?: string;
  readonly problem?: string;
}
export const PreviewRequest = new RequestType<PreviewParams, Preview, void>('images/preview');
