import type { Finding, FindingCounts } from '../findings/finding';
import type { Translate } from '../l10n';

/** Everything a report is made of. The same scan gives the same report, whatever the machine, the time and the thread count. */
export interface ScanReport {
  readonly toolVersion: string;
  readonly images: number;
  readonly readable: number;
  readonly threshold: number;
  /** The slider's end: no pair beyond it was looked for. */
  readonly radius: number;
  /** At the threshold; null where it cannot be estimated. */
  readonly expectedFalsePairs: number | null;
  readonly counts: FindingCounts;
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly notes: readonly { readonly message: string; readonly args: readonly (string | number)[] }[];
  /** What was compared with; absent for the built-in distance. `path`: below the first root with `/`, or the file's name where it lies elsewhere. */
  readonly model?: { readonly path: string; readonly relation: string };
  /** What judged the pairs again; `path` as the model's. */
  readonly rescorer?: { readonly path: string; readonly network: string };
  /** One a root. `reference`: that of an `--against` scan; its paths are relative to its own folder. */
  readonly roots: readonly { readonly name: string; readonly reference: boolean }[];
}

/** Six decimals: more than any distance is good for, and the same digits however it was summed. */
export const round6 = (x: number): number => Math.round(x * 1e6) / 1e6;

/** Notes as sentences. */
export const noteTexts = (report: Pick<ScanReport, 'notes'>, t: Translate): string[] =>
  report.notes.map(note => t(note.message, ...note.args));
