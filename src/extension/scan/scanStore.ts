import type { Memento } from 'vscode';
import { parseRootSpecs, type RootSpec } from './rootSpecs';

const lastScanKey = 'twinlint.lastScan';
const thresholdsKey = 'twinlint.thresholds';

/** What a window remembers of its scan: what was scanned, and the slider's place for each root. The results are the engine's to keep. */
export class ScanStore {
  constructor(private readonly state: Memento) {}

  /** Empty: there is nothing to restore. */
  get lastScan(): readonly RootSpec[] {
    return parseRootSpecs(this.state.get(lastScanKey));
  }

  async setLastScan(specs: readonly RootSpec[]): Promise<void> {
    await this.state.update(lastScanKey, specs.length > 0 ? specs : undefined);
  }

  /** The slider's place for these roots: the first one's that has any. */
  threshold(roots: readonly { readonly path: string }[]): number | undefined {
    const all = this.thresholds;
    return roots.map(root => all[root.path]).find(value => value !== undefined);
  }

  async setThreshold(roots: readonly { readonly path: string }[], threshold: number): Promise<void> {
    await this.state.update(thresholdsKey, {
      ...this.thresholds,
      ...Object.fromEntries(roots.map(root => [root.path, threshold])),
    });
  }

  async forgetThresholds(): Promise<void> {
    await this.state.update(thresholdsKey, undefined);
  }

  private get thresholds(): Readonly<Record<string, number>> {
    const value: unknown = this.state.get(thresholdsKey);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
      ),
    );
  }
}
