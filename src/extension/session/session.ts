import { join, sep } from 'node:path';
import { EventEmitter, Uri } from 'vscode';
import type { Disposable } from 'vscode';
import { isBelow } from '../../core/dataset/paths';
import type { ScanParams, ScanRoot, ScanSummary } from '../../protocol/engine';

/** What one scan found and how it is looked at; the engine holds the rest. */
export interface SessionState {
  readonly params: ScanParams;
  readonly summary: ScanSummary;
  readonly threshold: number;
}

/** `scan`: other images or pairs (also after an update). `verdicts`: other verdicts. `threshold`: the slider moved. */
export interface SessionChange {
  readonly cause: 'scan' | 'verdicts' | 'threshold' | 'cleared';
  /** False while the slider is dragged. */
  readonly settled: boolean;
}

/** An image by the root it lies below. */
export interface Place {
  readonly root: number;
  readonly path: string;
}

/** The current scan's state; everything that shows it listens here. */
export class Session implements Disposable {
  private current: SessionState | undefined;
  private readonly emitter = new EventEmitter<SessionChange>();
  readonly onDidChange = this.emitter.event;

  get state(): SessionState | undefined {
    return this.current;
  }

  get roots(): readonly ScanRoot[] {
    return this.current?.params.roots ?? [];
  }

  set(state: SessionState): void {
    this.current = state;
    this.emitter.fire({ cause: 'scan', settled: true });
  }

  setThreshold(threshold: number, settled: boolean): void {
    if (!this.current) return;
    const clamped = Math.min(Math.max(threshold, 0), this.current.summary.radius);
    this.current = { ...this.current, threshold: clamped };
    this.emitter.fire({ cause: 'threshold', settled });
  }

  /** The engine has taken new verdicts. */
  setVerdicts(verdicts: ScanParams['verdicts'], generation: number): void {
    if (!this.current) return;
    const { params, summary, threshold } = this.current;
    this.current = { params: { ...params, verdicts }, summary: { ...summary, generation }, threshold };
    this.emitter.fire({ cause: 'verdicts', settled: true });
  }

  clear(): void {
    this.current = undefined;
    this.emitter.fire({ cause: 'cleared', settled: true });
  }

  /** Absolute path of an image; one outside of the scan (root −1) has it already. */
  fsPathOf(place: Place): string {
    if (place.root < 0) return place.path;
    const root = this.roots[place.root];
    if (!root) throw new RangeError(`There is no scanned folder number ${place.root}.`);
    return join(root.path, ...place.path.split('/'));
  }

  uriOf(place: Place): Uri {
    return Uri.file(this.fsPathOf(place));
  }

  /** Where a file lies in the scan; the innermost root counts. Undefined outside of all. */
  locate(fsPath: string): Place | undefined {
    let best: Place | undefined;
    let bestLength = -1;
    this.roots.forEach((root, index) => {
      const relative = pathBelow(root.path, fsPath);
      if (relative !== undefined && root.path.length > bestLength) {
        best = { root: index, path: relative };
        bestLength = root.path.length;
      }
    });
    return best;
  }

  /** Whether the scan looked at the folder that a file lies in (settings may have left the file out all the same). */
  covers(fsPath: string): boolean {
    const place = this.locate(fsPath);
    if (!place) return false;
    const { only } = this.roots[place.root];
    return only.length === 0 || only.some(folder => isBelow(place.path, folder));
  }

  dispose(): void {
    this.emitter.dispose();
  }
}

/** `fsPath` below `folder`, with `/`; empty for the folder itself, undefined outside. */
export function pathBelow(folder: string, fsPath: string): string | undefined {
  if (fsPath === folder) return '';
  const prefix = folder.endsWith(sep) ? folder : folder + sep;
  if (!fsPath.startsWith(prefix)) return undefined;
  const rest = fsPath.slice(prefix.length);
  return sep === '/' ? rest : rest.split(sep).join('/');
}
